import type { ReportRow } from "../types";

/** What a reason repeats of its row, in the order of the marks. */
export type ReasonFigures = Pick<ReportRow, "lastActivity" | "daysInactive" | "created" | "ageDays">;

const MARK = "\u0001";

function figuresOf({ lastActivity, daysInactive, created, ageDays }: ReasonFigures): (string | null)[] {
  return [lastActivity, daysInactive, created, ageDays].map((value) => (value === null ? null : String(value)));
}

/** A reason with marks where it repeats its row: thousands of reasons become a few dozen texts. Reasons are this software's own words and hold no control character. */
export function markReason(reason: string, row: ReasonFigures): string {
  const figures = figuresOf(row);
  return reason.replace(/\d{4}-\d\d-\d\d|\d+/g, (token) => {
    const at = figures.indexOf(token);
    return at < 0 ? token : MARK + at;
  });
}

export function readReason(marked: string, row: ReasonFigures): string {
  const figures = figuresOf(row);
  return marked.replace(/\u0001(\d)/g, (_, at: string) => figures[Number(at)] ?? "");
}
