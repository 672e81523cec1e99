import type { SourceName, SourceState } from "./records";

export const FEATURES = ["teams", "signIns", "sites"] as const;
export type Feature = (typeof FEATURES)[number];

/** Limits of the verdict, in days and counts. */
export interface Thresholds {
  inactiveDays: number;
  failDays: number;
  newGroupDays: number;
  ownerInactiveDays: number;
  teamMinMessages: number;
  mailboxMinReceived: number;
}

export type RunStatus = "Running" | "Completed" | "CompletedWithGaps" | "Failed" | "Cancelled";

/** What a run was started with; it does not change on the way, whatever the settings become. */
export interface RunPlan {
  features: Feature[];
  thresholds: Thresholds;
  deadline: string;
  /** The published run that this one is compared with; null on a first run. */
  previousRunId: string | null;
  /** Why there is none to compare with although one was published, in a sentence. */
  noPrevious?: string | null;
  tenantId: string | null;
}

export interface Run extends RunPlan {
  runId: string;
  status: RunStatus;
  startedAt: string;
  finishedAt: string | null;
  cancelRequested: boolean;
  tenantName: string | null;
  /** Why a run failed, in a sentence. */
  message: string | null;
  /** It ended, but what it has collected is still there to go on with. */
  canResume: boolean;
  /** The figures that lists show: groups and results by count; null until published. */
  figures: { groups: number | null; byResult: Record<string, number | null> } | null;
}

export interface Lock {
  runId: string;
  heartbeat: string;
  /** Who runs it: `host:pid:engine` on a laptop, `azure` on the Functions host. */
  holder: string;
}

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
