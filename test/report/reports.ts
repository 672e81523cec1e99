import { gapsOf, remedyFor } from "../../src/verdict/remedies";
import { summarise } from "../../src/verdict/summary";
import type { ReportRow, Summary } from "../../src/model/report";
import { SOURCE_NAMES, type SourceName, type SourceState } from "../../src/model/records";
import { DATA, facts, group, owner, rowOf, run, STARTED, without } from "../verdict/facts";

/** Names that break writers who trust their input. */
export const HOSTILE = [
  '=HYPERLINK("https://evil.example","click")',
  "+1+1",
  "-2",
  "@SUM(A1:A9)",
  "\tTab first",
  "\rCR first",
  "</script><script>alert(1)</script>",
  "<!--<script>",
  "]]> & <b> \"quoted\" 'single'",
  'comma, semicolon; quote " and\nline feed, lone \r and \r\n',
  "control \u0000 \u0001 \u000B \u001F \uFFFE",
  "_x0041_ and _x000d_",
  "lone \uD800 and \uDC00 surrogates",
  "😀 日本語 Ünïcödé \u202E right to left",
  "  leading and trailing  ",
  "",
];

/** A row whose free text is hostile everywhere that text from the tenant can stand. */
export function hostileRow(text: string, number = 0): ReportRow {
  const id = `${number.toString(16).padStart(8, "0")}-0000-4000-8000-000000000001`;
  const row = rowOf(
    facts({
      group: group({
        id,
        displayName: text,
        description: text,
        mail: text,
        labels: [text],
        owners: [owner("anna", { displayName: text, mail: text })],
      }),
    }),
  );
  return { ...row, siteUrl: text };
}

/** A row in which as much as possible is not known. */
export function emptyRow(): ReportRow {
  const known = without(
    facts({ group: group({ displayName: null, mail: null, visibility: null, createdDateTime: null, owners: [] }) }),
    "groupsUsage",
    "siteUsage",
  );
  return rowOf(known);
}

export function summaryOf(
  rows: readonly ReportRow[],
  states: Partial<Record<SourceName, SourceState>> = {},
  changes: Partial<Summary> = {},
): Summary {
  const all = Object.fromEntries(SOURCE_NAMES.map((name) => [name, states[name] ?? "complete"]));
  const counted = summarise(all);
  for (const row of rows) counted.add({ row, siteBytes: row.siteStorageGB === null ? null : row.siteStorageGB * 1_073_741_824 });
  return {
    tenant: { id: "7e4a17aa-0000-4000-8000-000000000001", name: "Contoso" },
    runId: "run-1",
    status: "Completed",
    startedAt: STARTED,
    finishedAt: "2026-11-22T02:04:10Z",
    seconds: 250,
    version: "1.2.3",
    dataDate: DATA,
    features: ["teams"],
    thresholds: run().thresholds,
    ...counted.figures(),
    moves: null,
    removed: [],
    sources: SOURCE_NAMES.map((name) => {
      const state = states[name] ?? "complete";
      return {
        name,
        state,
        rows: 5,
        pages: 1,
        requests: 2,
        retries: 0,
        throttledSeconds: 0,
        dataDate: null,
        coverage: null,
        remedy: remedyFor(name, all),
      };
    }),
    tokens: { acquired: 1, renewals: 0, challenges: 0, shortestMinutes: 60, longestMinutes: 60 },
    gaps: gapsOf(all),
    messages: [],
    outputs: [],
    ...changes,
  };
}

export async function* streamed<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

/** An output as one text; what can't be written as UTF-8 is lost, as it is in a file. */
export async function textOf(output: AsyncIterable<string | Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of output) pieces.push(typeof piece === "string" ? Buffer.from(piece, "utf8") : piece);
  return Buffer.concat(pieces).toString("utf8");
}
