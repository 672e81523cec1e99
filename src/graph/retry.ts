/** When and how long to wait before a request is tried again. Pure: the clock and chance are given. */

/** Waits up to here happen inside an activity; a longer one becomes a durable timer (docs/architecture.md). */
export const LONGEST_INLINE_WAIT_SECONDS = 10;
/** Tries of one request inside one activity. */
export const MOST_TRIES = 5;
const FIRST_BACKOFF_SECONDS = 0.5;
/** Where a 429 has no Retry-After; some services send none (graph.md#throttling-headers). */
const THROTTLED_BACKOFF_SECONDS = 2;

/** Exponential back-off with full jitter. `attempt` counts from 1; `random` gives 0 to 1. */
export function backoffSeconds(attempt: number, wasThrottled: boolean, random: () => number): number {
  const ceiling = Math.min(30, (wasThrottled ? THROTTLED_BACKOFF_SECONDS : FIRST_BACKOFF_SECONDS) * 2 ** (attempt - 1));
  // Never nothing at all: a throttled service counts what comes too early.
  return ceiling * (0.2 + 0.8 * random());
}

/** Graph may ask for days. It is asked again after an hour at most: what it waits for may be over sooner. */
const LONGEST_WAIT_SECONDS = 3600;
const YEAR_SECONDS = 365 * 86_400;

/**
 * The wait that a response asks for, in seconds, an hour at most: Retry-After as seconds or as an HTTP date, and
 * SharePoint's RateLimit-Reset; where both are there the larger counts
 * (https://learn.microsoft.com/graph/throttling, https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online).
 * Undefined where none is given, or one that is no wait (under a second, negative, a date that has passed): the back-off decides.
 */
export function requestedWaitSeconds(header: (name: string) => string | null, now: number): number | undefined {
  const seconds = askedSeconds(header, now);
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_WAIT_SECONDS);
}

/** ` It asked to wait until 2026-11-27 03:10 UTC.` where that is longer than we wait, else nothing. */
export function longWaitInWords(header: (name: string) => string | null, now: number): string {
  const seconds = askedSeconds(header, now) ?? 0;
  if (seconds <= LONGEST_WAIT_SECONDS) return "";
  const until = new Date(now + seconds * 1000).toISOString();
  return ` It asked to wait until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC; it is asked again within the hour.`;
}

function askedSeconds(header: (name: string) => string | null, now: number): number | undefined {
  const waits = [parseWait(header("retry-after"), now)];
  if (header("ratelimit-remaining") === "0") waits.push(parseWait(header("ratelimit-reset"), now));
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function parseWait(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : isDate(text) ? (Date.parse(text) - now) / 1000 : 0;
  return seconds >= 1 ? Math.min(seconds, YEAR_SECONDS) : undefined;
}

/** Date.parse takes `-5` for a date too. */
const isDate = (text: string) => /[a-z]/i.test(text) && !Number.isNaN(Date.parse(text));
