import type { Activities } from "../orchestration/activities";
import { joinRecords, joinSignIns } from "../verdict/join";
import { compareRows } from "../verdict/sort";
import { isUsable } from "../verdict/source-use";
import type { PreviousFacts, RunFacts, SourceFacts } from "../model/report";
import { judgeGroup } from "../verdict/verdict";
import { SOURCE_NAMES, type SourceName, type UserRecord } from "../model/records";
import { committedPages, type Cursor } from "../store/cursors";
import { SHARDS } from "../model/keys";
import type { PageKey, ShardRecords } from "../store/records";
import type { Run } from "../model/run";
import { dataDatesOf } from "./assess";
import type { Services } from "./services";

/** Judges a sixteenth of the groups: reads their records, joins them in memory, writes the rows as a blob and, if wanted, as the table Groups. */
export async function judge(
  { store, settings }: Services,
  { runId, shard }: Activities["judge"]["input"],
): Promise<Activities["judge"]["outcome"]> {
  const run = await store.runs.get(runId);
  // A judge that comes late would find no records any more, and empty what has been published.
  if (run?.status !== "Running" || run.cancelRequested) return { rows: 0 };
  await store.runs.heartbeat(runId);
  const listed = await store.cursors.list(runId);
  const facts = toRunFacts(run, listed.cursors);
  const pages = committedPages(listed);
  const usable = (name: SourceName) => isUsable(facts.sources[name].state);
  const sources = SOURCE_NAMES.filter((name) => name === "owners" || (name !== "users" && usable(name)));
  const records = withUrls(await store.records.readShard(runId, shard, pages, sources));
  const signIns = usable("users") ? await readSignIns(store, runId, pages) : undefined;
  const previous = new Map<string, PreviousFacts>();
  if (run.previousRunId !== null) {
    for await (const { row, history, inTeamsReport } of store.files.readShard(run.previousRunId, shard)) {
      previous.set(row.id, {
        result: row.result,
        resultSince: row.resultSince,
        archived: row.archived,
        archivedAsOf: row.archivedAsOf,
        history,
        inTeamsReport,
      });
    }
  }
  const known = { ...records, previous, ...(signIns ? { signIns } : {}) };
  const judged = [...joinRecords(known, dataDatesOf(listed.cursors)).values()]
    .map((group) => judgeGroup(group, facts))
    .toSorted((a, b) => compareRows(a.row, b.row));
  // Read once more: a duplicate that began in time may have read what finish was just removing.
  if ((await store.runs.get(runId))?.status !== "Running") return { rows: 0 };
  await store.files.writeShard(runId, shard, judged);
  // A table that is not written any more does not tell of an earlier run.
  await store.groups.replaceShard(shard, runId, settings.groupsTable ? judged.map(({ row }) => row) : []);
  return { rows: judged.length };
}

/** Owners are in any shard: sign-in states are read whole. They are no dates any more. */
async function readSignIns(
  store: Services["store"],
  runId: string,
  pages: readonly PageKey[],
): Promise<Map<string, UserRecord["state"]>> {
  const signIns = new Map<string, UserRecord["state"]>();
  for (const shard of SHARDS) {
    const { users = [] } = await store.records.readShard(runId, shard, pages, ["users"]);
    for (const [id, state] of joinSignIns(users)) signIns.set(id, state);
  }
  return signIns;
}

/** URLs go to the very site that lacks one, since a group may have several; a reading of a team that failed is none. */
function withUrls({ siteUsage = [], sites = [], teams = [], ...records }: ShardRecords): Omit<ShardRecords, "users" | "sites"> {
  const urls = new Map(sites.map(({ siteId, url }) => [siteId, url]));
  return {
    ...records,
    siteUsage: siteUsage.map((site) =>
      !("leftOut" in site) && site.url === null ? { ...site, url: urls.get(site.siteId) ?? null } : site,
    ),
    teams: teams.filter(({ status }) => status === undefined || status === 200 || status === 404),
  };
}

function toRunFacts(run: Run, cursors: readonly Cursor[]): RunFacts {
  const sources = Object.fromEntries(
    SOURCE_NAMES.map((name): [SourceName, SourceFacts] => {
      const cursor = cursors.find(({ source }) => source === name);
      const { state = null, dataDate = null, isUntold = false, listsIdle = false } = cursor ?? {};
      return [name, { state: state ?? "failed", dataDate, isUntold, listsIdle }];
    }),
  ) as RunFacts["sources"];
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    sources,
    thresholds: run.thresholds,
    hasPrevious: run.previousRunId !== null,
  };
}
