import type { ReportRow, Summary } from "../model/report";

/** Rows as they come from the merge of the shards, or from a list. */
export type Rows = AsyncIterable<ReportRow> | Iterable<ReportRow>;

/** Text is handed on in pieces of about this many characters: single rows would cost more in streams than in work. */
export const CHUNK = 65_536;

/** `report.json`: {summary, rows}, one row a line. Its summary leaves out `outputs`: a file can't hold its own hash. */
export async function* writeJson(summary: Summary, rows: Rows): AsyncGenerator<string> {
  const { outputs: _, ...own } = summary;
  let text = `{"summary":${JSON.stringify(own)},"rows":[`;
  let separator = "\n";
  for await (const row of rows) {
    text += separator + JSON.stringify(row);
    separator = ",\n";
    if (text.length < CHUNK) continue;
    yield text;
    text = "";
  }
  yield `${text}\n]}\n`;
}
