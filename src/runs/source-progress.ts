import type { SourceName, SourceState } from "../sources/records";

/** How far a source of a run is. */
export interface SourceProgress {
  name: SourceName;
  /** `reading` until it has ended. */
  state: SourceState | "reading";
  rows: number;
  /** How many rows there will be, where that is known. */
  expected: number | null;
  pages: number;
  requests: number;
  /** What is wrong, or was last, in a sentence. */
  message: string | null;
  /** Graph asked for no request before this date-time. */
  waitingUntil: string | null;
}
