import type { OutputFile } from "../model/report";
import type { RunStatus } from "../model/run";
import type { SourceName } from "../model/records";
import type { Format } from "../model/formats";

/**
 * The activities by name, with what they take and give. Inputs and outcomes are all that orchestration history holds:
 * names, page numbers, counts and times. What is expected to happen is an outcome; a throw is tried again.
 */
export interface Activities {
  /** Opens the cursors and tells which sources to read. */
  plan: { input: RunInput; outcome: PlanOutcome };
  /** Reads one page of a source and moves its cursor. */
  collectPage: { input: PageInput; outcome: PageOutcome };
  /** Shows that a run that waits is alive, and tells whether it is still wanted. */
  stillGoing: { input: RunInput; outcome: { going: boolean } };
  /** Gives a source up; the report says so. */
  failSource: { input: { runId: string; source: SourceName }; outcome: null };
  /** Decides what each source's rows are worth, now that all are in. */
  assess: { input: RunInput; outcome: { publishable: boolean } };
  judge: { input: { runId: string; shard: string }; outcome: { rows: number } };
  summarise: { input: RunInput; outcome: { rows: number } };
  publish: { input: { runId: string; format: Format }; outcome: OutputFile };
  /** Ends the run: publishes it, or says why not; removes what is in between and releases the lock. */
  finish: { input: FinishInput; outcome: { status: RunStatus } };
}

export type ActivityName = keyof Activities;

export interface RunInput {
  runId: string;
}

export interface PageInput {
  runId: string;
  source: SourceName;
  epoch: number;
  page: number;
}

export interface PlanOutcome {
  cancelled: boolean;
  /** One phase after another; the sources of a phase are read side by side. */
  phases: SourceName[][];
  /** Seconds to wait before a page that failed is tried again, try by try; then the source is given up. */
  patience: number[];
}

export type PageOutcome =
  /** The cursor stands before this page. */
  | { kind: "page"; epoch: number; page: number }
  /** Graph wants no request before this date-time. */
  | { kind: "wait"; epoch: number; page: number; until: string }
  /** The page failed for now. */
  | { kind: "retry"; epoch: number; page: number }
  /** The source has ended, in whatever state. */
  | { kind: "end" }
  | { kind: "cancelled" }
  /** Graph can't be reached at all: the whole run ends. */
  | { kind: "unreachable" };

export type SourceEnd = "end" | "cancelled" | "unreachable";

export interface FinishInput {
  runId: string;
  how: "publish" | "notCollected" | "cancelled" | "unreachable" | "broken";
  /** What was published; empty otherwise. */
  outputs: OutputFile[];
}

export interface CollectInput extends PageInput {
  patience: number[];
  /** Failed tries of the page in a row. */
  failures: number;
}

export const ORCHESTRATORS = { reportRun: "reportRun", collectSource: "collectSource" } as const;
