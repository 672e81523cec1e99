/** Date headers are whole seconds and under way for some more; below this a difference says nothing. */
const LEAST_SKEW_MS = 60_000;
/** One answer proves nothing: it may come from a cache, or from a machine whose clock is wrong. */
const AGREEING_ANSWERS = 3;

/** By how much the server's clock is ahead of this machine's, as soon as several answers in a row agree on it. */
export interface ClockSkew {
  /** @param difference milliseconds by which one answer's Date is ahead. @returns whether the skew has become another. */
  note: (difference: number) => boolean;
  /** 0 while the clocks agree to the minute, or the answers do not. */
  milliseconds: () => number;
}

export function createClockSkew(): ClockSkew {
  let recent: number[] = [];
  let agreed = 0;
  return {
    note: (difference) => {
      recent = [...recent, difference].slice(-AGREEING_ANSWERS);
      if (recent.length < AGREEING_ANSWERS || Math.max(...recent) - Math.min(...recent) >= LEAST_SKEW_MS) return false;
      const before = agreed;
      agreed = Math.abs(difference) < LEAST_SKEW_MS ? 0 : difference;
      return Math.abs(agreed - before) >= LEAST_SKEW_MS;
    },
    milliseconds: () => agreed,
  };
}
