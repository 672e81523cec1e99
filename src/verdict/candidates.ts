import type { ReportRow } from "../model/report";

const YEAR = 365;

/** What says whether a group is a candidate. */
export type CandidateFacts = Pick<ReportRow, "result" | "daysInactive" | "ageDays"> & { blockers: { length: number } };

/**
 * The first groups to ask the owners about: Fail, no activity seen for a year (or none known and a year old), and nothing
 * known that makes deleting dangerous.
 */
export function isCandidate({ result, daysInactive, ageDays, blockers }: CandidateFacts): boolean {
  return result === "Fail" && blockers.length === 0 && (daysInactive ?? ageDays ?? 0) >= YEAR;
}
