import { SHARDS } from "../model/keys";
import type { Activities } from "../orchestration/activities";
import { addCoverage, assessReport, countCoverage, type CoverageCounts } from "../verdict/assess";
import { joinRecords } from "../verdict/join";
import { dayOf } from "../model/days";
import { isUsable } from "../verdict/source-use";
import type { ReportName } from "../model/report";
import type { Day } from "../model/understood";
import type { SourceName, SourceState } from "../model/records";
import { committedPages, type Cursor } from "../store/cursors";
import type { ShardRecords } from "../store/records";
import type { Services } from "./services";

const REPORTS = ["groupsUsage", "teamsUsage", "siteUsage"] as const;
/** Deleted since it was listed (graph.md#errors). */
const GONE = 404;
/** Single readings that may be missing before it is a gap. */
const MOST_UNREAD = 2;
const MOST_UNREAD_SHARE = 0.01;

/**
 * Decides what each source's rows are worth, now that all are in: which usage reports are partial or stale, and whether
 * owners could not be read again. Reads one shard at a time.
 */
export async function assess(
  { store }: Services,
  { runId }: Activities["assess"]["input"],
): Promise<Activities["assess"]["outcome"]> {
  const run = await store.runs.get(runId);
  const listed = await store.cursors.list(runId);
  const states = new Map(listed.cursors.map((cursor) => [cursor.source, cursor]));
  // An activity may come a second time, long after its run has ended: then there is nothing to decide any more.
  if (run?.status !== "Running" || states.get("groups")?.state !== "complete") return { publishable: false };

  const pages = committedPages(listed);
  const counts: CoverageCounts[] = [];
  const rereads = newReadings();
  const readings = newReadings();
  const sources: SourceName[] = [
    "groups",
    "owners",
    "teams",
    ...REPORTS.filter((name) => isUsable(states.get(name)?.state ?? "failed")),
  ];
  const dataDates = dataDatesOf(listed.cursors);
  for (const shard of SHARDS) {
    const records = await store.records.readShard(runId, shard, pages, sources);
    counts.push(countCoverage(joinRecords(records, dataDates).values(), run.startedAt, run.thresholds.newGroupDays));
    countRereads(records, rereads);
    countTeams(records, readings);
  }
  const coverage = addCoverage(counts);
  for (const name of REPORTS) {
    const cursor = states.get(name);
    if (!cursor?.state || !isUsable(cursor.state)) continue;
    const assessed = assessReport({
      ...coverage[name],
      rows: cursor.rowsRead ?? 0,
      dataDate: cursor.dataDate,
      isDoubtful: cursor.state === "partial",
      startedAt: run.startedAt,
    });
    await settle(store, runId, name, assessed);
  }
  for (const [name, counted] of [
    ["owners", rereads],
    ["teams", readings],
  ] as const) {
    const state = states.get(name)?.state;
    if (state && isUsable(state)) await settle(store, runId, name, assessReadings(counted));
  }
  return { publishable: true };
}

/** The Report Refresh Dates that rows are held against. */
export function dataDatesOf(cursors: readonly Cursor[]): Partial<Record<ReportName, Day | null>> {
  return Object.fromEntries(
    REPORTS.map((name) => [name, dayOf(cursors.find(({ source }) => source === name)?.dataDate ?? null)]),
  );
}

interface Readings {
  read: number;
  /** Not asked for tonight, since an earlier night's reading is in force. */
  kept: number;
  refused: number;
  failed: number;
  /** 404, also when asked again at the source's end. */
  gone: number;
}

const newReadings = (): Readings => ({ read: 0, kept: 0, refused: 0, failed: 0, gone: 0 });

/**
 * Every team counts, not tonight's alone: one that Graph doesn't find is asked for night after night, beside ever fewer
 * others.
 */
function countTeams({ groups = [], teams = [] }: ShardRecords, readings: Readings): void {
  const asked = new Map(teams.map((team) => [team.id, team]));
  for (const { archived, status } of asked.values()) countReading(readings, archived !== null, status);
  readings.kept += groups.filter(({ id, isTeam }) => isTeam && !asked.has(id)).length;
}

function countRereads({ groups = [], owners = [] }: ShardRecords, rereads: Readings): void {
  const hidden = new Set(groups.filter(({ visibility }) => visibility?.toLowerCase() === "hiddenmembership").map(({ id }) => id));
  const seen = new Set<string>();
  for (const { id, owners: found, status } of owners) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (found !== null || !hidden.has(id)) countReading(rereads, found !== null, status);
  }
}

function countReading(counts: Readings, isRead: boolean, status: number | undefined): void {
  if (isRead) counts.read++;
  else if (status === GONE) counts.gone++;
  else if (status === 403) counts.refused++;
  else counts.failed++;
}

/** A few that could not be had are told in their rows; more than that is a gap of the source (docs/report.md, "What may be believed"). */
function assessReadings({ read, kept, refused, failed, gone }: Readings): { state: SourceState; coverage: number | null } {
  const unread = refused + failed + gone;
  const all = read + kept + unread;
  const isNothing = read === 0 && refused + failed > 0;
  if (!isNothing && (unread <= MOST_UNREAD || unread <= all * MOST_UNREAD_SHARE)) return { state: "complete", coverage: null };
  const state = !isNothing ? "partial" : refused > 0 ? "notPermitted" : "failed";
  return { state, coverage: (read + kept) / all };
}

async function settle(
  store: Services["store"],
  runId: string,
  source: SourceName,
  change: Pick<Cursor, "state" | "coverage">,
): Promise<void> {
  for (;;) {
    const cursor = await store.cursors.read(runId, source);
    if (!cursor || (await store.cursors.move(runId, cursor, change))) return;
  }
}
