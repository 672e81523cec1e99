import type { Activities } from "../orchestration/activities";
import { mergeSorted } from "../report/merge";
import { compareRows } from "../report/sort";
import type { ReportRow, Summary } from "../report/types";
import { writeCsv } from "../report/write-csv";
import { writeHtml } from "../report/write-html";
import { writeJson } from "../report/write-json";
import { writeXlsx } from "../report/write-xlsx";
import type { Files, Format } from "../store/files";
import { SHARDS } from "../store/keys";
import type { Services } from "./services";

const WRITERS: Record<Format, (summary: Summary, rows: AsyncIterable<ReportRow>) => AsyncIterable<string | Uint8Array>> = {
  json: writeJson,
  csv: writeCsv,
  xlsx: writeXlsx,
  html: writeHtml,
};

/** Writes one output: a sixteen-way merge of the judged shards, streamed straight into its blob. */
export async function publish(
  { store }: Services,
  { runId, format }: Activities["publish"]["input"],
): Promise<Activities["publish"]["outcome"]> {
  const summary = await store.files.readSummary(runId);
  if (!summary) throw new Error(`no summary of ${runId}`);
  await store.runs.heartbeat(runId);
  return store.files.writeOutput(runId, format, WRITERS[format](summary, readRows(store.files, runId)));
}

async function* readRows(files: Files, runId: string): AsyncGenerator<ReportRow> {
  const shards = SHARDS.map((shard) => files.readShard(runId, shard));
  for await (const { row } of mergeSorted(shards, (a, b) => compareRows(a.row, b.row))) yield row;
}
