import type { Summary } from "./report";
import type { Run, SourceProgress } from "./run";

/** A run as lists show it. */
export interface RunLine extends Pick<
  Run,
  "runId" | "status" | "startedAt" | "finishedAt" | "cancelRequested" | "message" | "tenantName"
> {
  groups: number | null;
  byResult: Record<string, number | null> | null;
}

/** One run, with its progress by source and, once there is one, its summary. */
export interface RunDetail extends RunLine {
  sources: SourceProgress[];
  summary: Summary | null;
}
