/** When and how long to wait before a request is tried again. Pure: the clock and chance are given. */

/** Waits up to here happen inside an activity; a longer one becomes a durable timer (design.md). */
export const LONGEST_INLINE_WAIT_SECONDS = 10;
/** Tries of one request inside one activity. */
export const MOST_TRIES = 5;
const FIRST_BACKOFF_SECONDS = 0.5;
/** Where a 429 has no Retry-After; some services send none (graph-facts §1.3). */
const THROTTLED_BACKOFF_SECONDS = 2;

/** Exponential back-off with full jitter. `attempt` counts from 1; `random` gives 0 to 1. */
export function backoffSeconds(attempt: number, wasThrottled: boolean, random: () => number): number {
  const ceiling = Math.min(30, (wasThrottled ? THROTTLED_BACKOFF_SECONDS : FIRST_BACKOFF_SECONDS) * 2 ** (attempt - 1));
  // Never nothing at all: a throttled service counts what comes too early.
  return ceiling * (0.2 + 0.8 * random());
}

/**
 * The wait that a response asks for, in seconds: Retry-After as seconds or as an HTTP date, and SharePoint's
 * RateLimit-Reset; where both are there the larger counts (graph-facts §1.3). Undefined where none is given.
 */
export function requestedWaitSeconds(header: (name: string) => string | null, now: number): number | undefined {
  const waits = [parseRetryAfter(header("retry-after"), now)];
  if (header("ratelimit-remaining") === "0") waits.push(parseRetryAfter(header("ratelimit-reset"), now));
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.min(Math.max(seconds, 0), 86_400);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.min(Math.max((date - now) / 1000, 0), 86_400);
}
