import type { Activities } from "../orchestration/activities";
import { mergeSorted } from "./merge";
import { PAGE_HASHES } from "../report/html/page-policy";
import { compareRows } from "../verdict/sort";
import type { JudgedGroup, ReportRow } from "../model/report";
import { writeCsv } from "../report/write-csv";
import { writeJson } from "../report/write-json";
import { writeXlsx } from "../report/write-xlsx";
import type { Files } from "../store/files";
import type { Format } from "../model/formats";
import { SHARDS } from "../model/keys";
import { publishHtml } from "./publish-html";
import type { Services } from "./services";

const WRITERS = { json: writeJson, csv: writeCsv, xlsx: writeXlsx } satisfies Partial<Record<Format, unknown>>;

/** Writes one output: a sixteen-way merge of the judged shards, streamed straight into its blob. */
export async function publish(
  { store }: Services,
  { runId, format }: Activities["publish"]["input"],
): Promise<Activities["publish"]["outcome"]> {
  const summary = await store.files.readSummary(runId);
  if (!summary) throw new Error(`no summary of ${runId}`);
  await store.runs.heartbeat(runId);
  const groups = readGroups(store.files, runId);
  const content = format === "html" ? publishHtml(store, summary, groups) : WRITERS[format](summary, rowsOf(groups));
  const { stored, ...file } = await store.files.writeOutput(runId, format, content);
  const { bytes, sha256 } = file;
  await store.outputs.record(runId, format, { bytes, sha256, stored, ...(format === "html" ? { page: PAGE_HASHES } : {}) });
  return file;
}

async function* readGroups(files: Files, runId: string): AsyncGenerator<JudgedGroup> {
  const shards = SHARDS.map((shard) => files.readShard(runId, shard));
  yield* mergeSorted(shards, (a, b) => compareRows(a.row, b.row));
}

async function* rowsOf(groups: AsyncIterable<JudgedGroup>): AsyncGenerator<ReportRow> {
  for await (const { row } of groups) yield row;
}
