import { inflateRawSync } from "node:zlib";
import { countFigures } from "../../src/report/html/count-figures";
import type { Block, PageFacts } from "../../src/report/html/page-data";
import type { TrendPoint } from "../../src/report/html/trend";
import type { JudgedGroup, ReportRow, Summary } from "../../src/model/report";
import { type Data, joinBlocks } from "../../src/web/report/data";
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

/** The contents of the page's script elements, by the tags that a browser sees. */
export function scripts(html: string, tag: string): string[] {
  return html
    .split(tag)
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf("</script>")));
}

/** The page's rows, read by the page's own reader. */
export function dataOf(html: string): Data {
  const blocks = scripts(html, '<script type="application/octet-stream" class="rows">').map(
    (text) => JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString("utf8")) as Block,
  );
  const known = scripts(html, '<script type="application/json" id="facts">')[0] ?? "";
  return joinBlocks(JSON.parse(known) as PageFacts, blocks);
}
