import type { Activities } from "../orchestration/activities";
import { joinRecords } from "../report/join";
import { compareRows } from "../report/sort";
import { isUsable } from "../report/source-use";
import type { PreviousFacts, RunFacts, SourceFacts } from "../report/types";
import { judgeGroup } from "../report/verdict";
import { SOURCE_NAMES, type SourceName } from "../sources/records";
import { committedPages, type Cursor } from "../store/cursors";
import type { Run } from "../store/runs";
import type { Services } from "./services";

/** Judges a sixteenth of the groups: reads their records, joins them in memory, writes the rows as a blob and as the table Groups. */
export async function judge({ store }: Services, { runId, shard }: Activities["judge"]["input"]): Promise<Activities["judge"]["outcome"]> {
  const run = await store.runs.get(runId);
  if (!run || run.cancelRequested) return { rows: 0 };
  await store.runs.heartbeat(runId);
  const listed = await store.cursors.list(runId);
  const facts = toRunFacts(run, listed.cursors);
  const sources = SOURCE_NAMES.filter((name) => name === "owners" || isUsable(facts.sources[name].state));
  const records = await store.records.readShard(runId, shard, committedPages(listed), sources);
  const previous = new Map<string, PreviousFacts>();
  if (run.previousRunId !== null) {
    for await (const { row, history } of store.files.readShard(run.previousRunId, shard)) {
      previous.set(row.id, { result: row.result, resultSince: row.resultSince, archived: row.archived, archivedAsOf: row.archivedAsOf, history });
    }
  }
  const judged = [...joinRecords({ ...records, previous }).values()].map((group) => judgeGroup(group, facts)).toSorted((a, b) => compareRows(a.row, b.row));
  await store.files.writeShard(runId, shard, judged);
  await store.groups.replaceShard(
    shard,
    runId,
    judged.map(({ row }) => row),
  );
  return { rows: judged.length };
}

function toRunFacts(run: Run, cursors: readonly Cursor[]): RunFacts {
  const sources = Object.fromEntries(
    SOURCE_NAMES.map((name): [SourceName, SourceFacts] => {
      const cursor = cursors.find(({ source }) => source === name);
      return [name, { state: cursor?.state ?? "failed", dataDate: cursor?.dataDate ?? null }];
    }),
  ) as RunFacts["sources"];
  return { runId: run.runId, startedAt: run.startedAt, sources, thresholds: run.thresholds, hasPrevious: run.previousRunId !== null };
}
