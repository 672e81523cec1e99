/** What happened to tokens since the counters were last drained; pages carry it into the store, the summary adds it up. */
export interface TokenCounts {
  acquired: number;
  renewals: number;
  /** Tokens that Graph refused with a 401, claims challenges among them. */
  challenges: number;
  shortestSeconds: number | null;
  longestSeconds: number | null;
}

export function createTokenCounter() {
  let counts = noCounts();
  return {
    acquired(seconds: number, isRenewal: boolean): void {
      counts.acquired++;
      if (isRenewal) counts.renewals++;
      counts.shortestSeconds = Math.min(counts.shortestSeconds ?? seconds, seconds);
      counts.longestSeconds = Math.max(counts.longestSeconds ?? seconds, seconds);
    },
    refused(): void {
      counts.challenges++;
    },
    drain(): TokenCounts {
      const drained = counts;
      counts = noCounts();
      return drained;
    },
  };
}

function noCounts(): TokenCounts {
  return { acquired: 0, renewals: 0, challenges: 0, shortestSeconds: null, longestSeconds: null };
}
