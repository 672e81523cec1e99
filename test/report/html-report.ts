import { countFigures } from "../../src/report/html/count-figures";
import type { TrendPoint } from "../../src/report/html/trend";
import type { JudgedGroup, ReportRow, Summary } from "../../src/report/types";
import { writeHtml } from "../../src/report/write-html";
import { textOf } from "./reports";

/** A row as the judge hands it on, with one night of history. */
export function judgedOf(row: ReportRow): JudgedGroup {
  const siteBytes = row.siteStorageGB === null ? null : row.siteStorageGB * 1_073_741_824;
  return { row, history: [{ date: row.resultSince, result: row.result }], inTeamsReport: null, siteBytes };
}

/** Runs before this one; each had the groups that are given. */
export function trendOf(summary: Summary, before: readonly Partial<TrendPoint>[] = []): TrendPoint[] {
  const { runId, startedAt, groups, byResult } = summary;
  const now = { runId, startedAt, groups, byResult };
  return [...before.map((point) => ({ ...now, ...point })), now];
}

/** `report.html` as publish-html.ts makes it, as a text. */
export async function htmlOf(groups: readonly JudgedGroup[], summary: Summary, trend = trendOf(summary)): Promise<string> {
  const counter = countFigures(summary);
  for (const judged of groups) counter.add(judged);
  return textOf(writeHtml(summary, { figures: counter.figures(), trend }, groups));
}
