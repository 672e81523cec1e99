import { backoffSeconds, LONGEST_INLINE_WAIT_SECONDS } from "./retry";

/** A try that another may change. */
export class TryAgain<T> {
  constructor(
    readonly options: {
      /** Seconds that the answer asks for; without them a back-off. */
      seconds?: number | undefined;
      isThrottled?: boolean;
      /** What is left if nothing more is tried here: throws, or gives what has come so far. */
      giveUp: (waitSeconds: number) => T;
    },
  ) {}
}

/** Whoever tries: a Graph client is one. */
export interface Attempts {
  environment: { random: () => number; sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void> };
  meter: { retries: number; throttledSeconds: number };
  signal?: AbortSignal | undefined;
}

/**
 * The one way to try again, for a request, a batch and a download: so often at most, after the wait that the answer asks
 * for or a back-off, and never longer here than an activity may wait; the rest is left to a durable timer. A run that is
 * cancelled ends it at once.
 */
export async function makeAttempts<T>(
  { environment, meter, signal }: Attempts,
  most: number,
  tryOnce: (attempt: number) => Promise<T | TryAgain<T>>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const outcome = await tryOnce(attempt);
    if (!(outcome instanceof TryAgain)) return outcome;
    const { isThrottled = false, giveUp } = outcome.options;
    const seconds = outcome.options.seconds ?? backoffSeconds(attempt, isThrottled, environment.random);
    if (isThrottled) meter.throttledSeconds += seconds;
    if (seconds > LONGEST_INLINE_WAIT_SECONDS || attempt >= most) return giveUp(Math.max(seconds, 1));
    meter.retries++;
    if (seconds > 0) await environment.sleep(seconds * 1000, signal);
  }
}

/** What takes long and can't be ended itself, such as a token request that others wait for too. */
export async function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
