/** Nothing but failed connections and 5xx without Retry-After for so long ends a run that somebody waits for (docs/report.md). */
const LIMIT_MS = 120_000;

/** Notices that Graph can't be reached at all. Being throttled is an answer. */
export function createOutage(now: () => number = Date.now) {
  let firstFailure: number | undefined;
  return {
    onAnswer: (reached: boolean): void => {
      if (reached) firstFailure = undefined;
      else firstFailure ??= now();
    },
    isOver: (): boolean => firstFailure !== undefined && now() - firstFailure >= LIMIT_MS,
  };
}

export type Outage = ReturnType<typeof createOutage>;
