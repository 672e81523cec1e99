import type { ErrorCode } from "../model/errors";
import type { RunStatus } from "../model/run";
import type { SourceName, SourceState } from "../model/records";

/** Who started a run. */
export type StartedBy = "timer" | "http" | "cli";

/** What a page cost, and the request-ids that Microsoft's support asks for. */
interface PageCost {
  requests: number;
  retries: number;
  throttledSeconds: number;
  requestIds: string[];
}

interface PagePlace {
  runId: string;
  source: SourceName;
  epoch: number;
  page: number;
}

/**
 * Everything that is logged, one JSON line an event. Ids, names of sources, codes, counts and times: never a name, a mail
 * address, a token, an address with a query, or words that Graph or anybody else has chosen. The one message is this
 * software's or the storage's. docs/telemetry.md says when.
 */
export type TelemetryEvent =
  | { event: "run-started"; runId: string; by: StartedBy }
  | { event: "run-not-started"; runId: string | undefined; by: StartedBy }
  | { event: "run-resumed"; runId: string }
  | { event: "run-taken-over"; runId: string }
  | ({ event: "page"; rows: number } & PagePlace & PageCost)
  | ({ event: "page-failed"; code: ErrorCode; status: number | undefined } & PagePlace & PageCost)
  | { event: "wait"; runId: string; source: SourceName; until: string; reason: "throttled" | "pace" | "failing" }
  | { event: "gap"; runId: string; source: SourceName; state: SourceState | "fewer" }
  | { event: "run-finished"; runId: string; status: RunStatus; groups: number | null; seconds: number; gaps: number }
  | { event: "end-unreadable"; runId: string; code: string }
  | { event: "run-removed"; runId: string }
  | { event: "housekeeping"; runsLeft: number; instancesPurged: number }
  | { event: "tenant-unknown"; runId: string; code: string }
  | { event: "cancel-unknown"; runId: string; code: string }
  | { event: "token"; seconds: number; isRenewal: boolean; isCae: boolean | null; isOtherApp: boolean; missing: string[] }
  | { event: "token-refused"; isChallenge: boolean }
  | { event: "token-failed"; code: ErrorCode; failures: number }
  | { event: "clock-skew"; seconds: number }
  | { event: "setting-misspelt"; name: string; meant: string }
  | { event: "request-refused"; route: string; status: number }
  | { event: "request-failed"; route: string; status: number; message: string };

export type Severity = "log" | "warn" | "error";

/** What the Functions host and its alerts sort by. */
export function severityOf(event: TelemetryEvent): Severity {
  switch (event.event) {
    case "gap":
    case "run-not-started":
    case "run-taken-over":
    case "token-failed":
    case "clock-skew":
    case "setting-misspelt":
      return "warn";
    case "request-failed":
    case "end-unreadable":
      return "error";
    case "run-finished":
      return event.status === "Failed" ? "error" : "log";
    default:
      return "log";
  }
}
