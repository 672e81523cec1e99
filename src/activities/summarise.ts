import type { TokenCounts } from "../auth/token-counts";
import type { Activities } from "../orchestration/activities";
import { countMoves } from "../verdict/moves";
import { gapsOf, remedyFor } from "../verdict/remedies";
import { newestDataDate, type SourceStates, statesOf } from "../verdict/source-use";
import { runStatus, summarise as countRows, type SummaryFigures } from "../verdict/summary";
import type { RemovedGroup, RunFacts, SourceSummary, Summary, TokenSummary } from "../model/report";
import { VERSION } from "../settings/settings";
import { SOURCE_NAMES } from "../model/records";
import { committedPages, type Cursor, firstCursor, type PageMarker } from "../store/cursors";
import { SHARDS } from "../model/keys";
import type { Run } from "../model/run";
import type { Services } from "./services";

/** Writes the summary that the outputs hold: figures counted from the rows, what moved, and how each source did. */
export async function summarise(
  services: Services,
  { runId }: Activities["summarise"]["input"],
): Promise<Activities["summarise"]["outcome"]> {
  const { store } = services;
  const run = await store.runs.get(runId);
  if (run?.status !== "Running") return { rows: 0 };
  await store.runs.heartbeat(runId);
  const counter = countRows(stateOfEach((await store.cursors.list(runId)).cursors));
  const moved = countMoves();
  const removed: RemovedGroup[] = [];
  let rows = 0;
  for (const shard of SHARDS) {
    const before = await readBefore(store, run, shard);
    for await (const judged of store.files.readShard(runId, shard)) {
      counter.add(judged);
      rows++;
      moved.add(before.get(judged.row.id)?.lastResult ?? null, judged.row.result);
      before.delete(judged.row.id);
    }
    for (const gone of before.values()) {
      removed.push(gone);
      moved.add(gone.lastResult, null);
    }
  }
  const previous = run.previousRunId === null ? undefined : await store.files.readSummary(run.previousRunId);
  const summary = await composeSummary(services, run, counter.figures());
  const { status, messages } = runStatus(summary.sources, rows, previous?.groups ?? null);
  const said = run.noPrevious ? [run.noPrevious, ...messages] : messages;
  const moves = run.previousRunId === null ? null : moved.moves();
  await store.files.writeSummary(runId, { ...summary, status, messages: said, removed, moves });
  return { rows };
}

/** A shard's groups of the last published run, by id. */
async function readBefore(store: Services["store"], run: Run, shard: string): Promise<Map<string, RemovedGroup>> {
  const before = new Map<string, RemovedGroup>();
  if (run.previousRunId === null) return before;
  for await (const { row } of store.files.readShard(run.previousRunId, shard))
    before.set(row.id, { id: row.id, displayName: row.displayName, lastResult: row.result });
  return before;
}

const stateOfEach = (cursors: readonly Cursor[]) =>
  statesOf(cursors.map(({ source, state }) => ({ name: source, state: state ?? "failed" })));

/** A summary of whatever there is: of a run that failed it holds the sources alone. */
export async function composeSummary({ store, now }: Services, run: Run, figures: SummaryFigures): Promise<Summary> {
  const { cursors: found, markers } = await store.cursors.list(run.runId);
  // A run may end before its plan has opened a cursor.
  const cursors = SOURCE_NAMES.map((name) => found.find(({ source }) => source === name) ?? firstCursor(name, null));
  const states = stateOfEach(cursors);
  const sources = cursors.map((cursor) => summariseSource(cursor, { cursors, markers }, states));
  const messages = Object.fromEntries(cursors.flatMap(({ source, message }) => (message === null ? [] : [[source, message]])));
  const read = Object.fromEntries(
    cursors.map(({ source, state, dataDate }) => [source, { state: state ?? "failed", dataDate }]),
  ) as RunFacts["sources"];
  const finished = new Date(now());
  return {
    tenant: { id: run.tenantId ?? "", name: run.tenantName },
    runId: run.runId,
    status: "Failed",
    startedAt: run.startedAt,
    finishedAt: finished.toISOString().replace(/\.\d+Z$/, "Z"),
    seconds: Math.max(0, Math.round((finished.getTime() - Date.parse(run.startedAt)) / 1000)),
    version: VERSION,
    dataDate: newestDataDate(read),
    features: run.features,
    thresholds: run.thresholds,
    ...figures,
    moves: null,
    removed: [],
    sources,
    gaps: gapsOf(states, messages),
    tokens: addTokens(markers.map(({ tokens }) => tokens)),
    messages: [],
    outputs: [],
  };
}

function summariseSource(
  cursor: Cursor,
  listed: { cursors: Cursor[]; markers: PageMarker[] },
  states: SourceStates,
): SourceSummary {
  const { source: name, dataDate, coverage, message } = cursor;
  const pages = committedPages(listed).filter((page) => page.source === name);
  const tries = listed.markers.filter((marker) => marker.source === name);
  const sum = (figure: (marker: PageMarker) => number, of = tries) => of.reduce((total, marker) => total + figure(marker), 0);
  const remedy = remedyFor(name, states);
  return {
    name,
    state: cursor.state ?? "failed",
    rows: sum(({ rows }) => rows, pages),
    notUnderstood: sum(({ notUnderstood = 0 }) => notUnderstood, pages),
    pages: pages.length,
    requests: sum(({ meter }) => meter.requests),
    retries: sum(({ meter }) => meter.retries),
    throttledSeconds: Math.round(sum(({ meter }) => meter.throttledSeconds)),
    dataDate,
    coverage: coverage === null ? null : Math.round(coverage * 10_000) / 10_000,
    remedy: remedy !== null && message !== null ? `${remedy} (${message})` : remedy,
  };
}

function addTokens(counts: readonly (TokenCounts | null)[]): TokenSummary {
  const known = counts.filter((count) => count !== null);
  const seconds = (pick: (count: TokenCounts) => number | null) => known.map(pick).filter((value) => value !== null);
  const minutes = (value: number) => (Number.isFinite(value) ? Math.round((value / 60) * 10) / 10 : null);
  return {
    acquired: known.reduce((sum, { acquired }) => sum + acquired, 0),
    renewals: known.reduce((sum, { renewals }) => sum + renewals, 0),
    challenges: known.reduce((sum, { challenges }) => sum + challenges, 0),
    shortestMinutes: minutes(Math.min(...seconds(({ shortestSeconds }) => shortestSeconds))),
    longestMinutes: minutes(Math.max(...seconds(({ longestSeconds }) => longestSeconds))),
  };
}
