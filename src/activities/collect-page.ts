import { isReportError, oneLine, type ReportError } from "../model/errors";
import { createGraphClient, newMeter } from "../graph/client";
import { NEW_TRAIL } from "../graph/read-list";
import { createRequestIds } from "../graph/request-ids";
import type { Activities, PageInput, PageOutcome } from "../orchestration/activities";
import { sourceOf } from "../sources";
import type { RecordOf, SourceName } from "../model/records";
import { committedPages, type Cursor, type FencedCursor, type PageMarker } from "../store/cursors";
import { newAttempt } from "../model/keys";
import type { Run } from "../model/run";
import type { Page, PreviousReading } from "../sources/source";
import type { Services } from "./services";
import { watchRun } from "./watch-run";

const DEADLINE = "the run's deadline (RUN_DEADLINE_HOURS) had passed";
/** A list whose page token expires begins anew, but not for ever. */
const MOST_EPOCHS = 3;

/**
 * Reads one page: the cursor tells which, the records are written first, then the cursor moves with If-Match. Whoever
 * finds the cursor past its page does nothing and tells where it stands, so a duplicate changes nothing.
 */
export async function collectPage(services: Services, input: PageInput): Promise<PageOutcome> {
  try {
    return await collectNext(services, input);
  } catch (error) {
    // What a newer version has written will not become readable by waiting: `finish` says so.
    if (isReportError(error, "data-newer")) return { kind: "cancelled" };
    throw error;
  }
}

async function collectNext(services: Services, input: PageInput): Promise<PageOutcome> {
  const { store, now } = services;
  const { runId, source: name } = input;
  const [run, cursor] = await Promise.all([store.runs.get(runId), store.cursors.read(runId, name)]);
  if (!run || !cursor || run.cancelRequested || run.status !== "Running") return { kind: "cancelled" };
  if (cursor.state !== null) return { kind: "end" };
  if (cursor.epoch !== input.epoch || cursor.page !== input.page) return position(cursor);
  if (cursor.notBefore !== null && Date.parse(cursor.notBefore) > now()) {
    if (Date.parse(cursor.notBefore) < Date.parse(run.deadline)) {
      await store.runs.heartbeat(runId);
      return { kind: "wait", ...at(cursor), until: cursor.notBefore };
    }
    return giveUp(services, run, cursor, `it was still throttled at the run's deadline`);
  }
  if (now() > Date.parse(run.deadline)) return giveUp(services, run, cursor, DEADLINE);
  await store.runs.heartbeat(runId);
  return readAndCommit(services, run, cursor);
}

async function readAndCommit(services: Services, run: Run, cursor: FencedCursor): Promise<PageOutcome> {
  const { store, now, graph } = services;
  const { runId } = run;
  const source = sourceOf(cursor.source);
  if (!source) throw new Error(`no source ${cursor.source}`);
  if (source.phase > 1 && (await store.cursors.read(runId, "groups"))?.state !== "complete") {
    return commit(services, run, cursor, { state: "skipped", message: "The groups were not listed." });
  }
  const marker: PageMarker = {
    ...at(cursor),
    source: cursor.source,
    attempt: newAttempt(),
    committed: false,
    rows: 0,
    meter: newMeter(),
    tokens: null,
  };
  const stop = watchRun(services, run);
  const requestIds = createRequestIds();
  let page: Page<SourceName>;
  let writer = store.records.open(runId, marker);
  try {
    const client = createGraphClient({ ...graph, onResponse: requestIds.note }, marker.meter, stop.signal);
    const readShard = async (shard: string, sources: readonly SourceName[]) =>
      store.records.readShard(runId, shard, committedPages(await store.cursors.list(runId)), sources);
    const readPrevious = (shard: string) => loadPrevious(services, run, shard);
    const keep = (records: RecordOf[SourceName][]) => writer.write(records);
    const discard = () => {
      marker.attempt = newAttempt();
      writer = store.records.open(runId, marker);
    };
    page = await source.readPage(
      { client, run, trail: cursor.trail ?? NEW_TRAIL, now, readShard, readPrevious, keep, discard },
      cursor.next,
    );
    await writer.write(page.records);
  } catch (error) {
    if (stop.why() === "cancelled") return { kind: "cancelled" };
    if (stop.why() === "deadline") return giveUp(services, run, cursor, DEADLINE, marker);
    if (!isReportError(error)) throw error;
    const failed = { ...marker, tokens: services.tokens.drainCounts() };
    services.log({
      event: "page-failed",
      runId,
      ...placeOf(cursor),
      code: error.code,
      status: error.status,
      ...marker.meter,
      requestIds: requestIds.list(),
    });
    return afterFailure(services, run, cursor, failed, error);
  } finally {
    stop.end();
  }
  const done = {
    ...marker,
    committed: true,
    rows: writer.count(),
    ...(page.notUnderstood ? { notUnderstood: page.notUnderstood } : {}),
    tokens: services.tokens.drainCounts(),
  };
  const wait = page.waitSeconds ? { notBefore: new Date(now() + page.waitSeconds * 1000).toISOString() } : { notBefore: null };
  const change: Partial<Cursor> = {
    page: cursor.page + 1,
    next: page.next,
    trail: page.next === null ? null : (page.trail ?? null),
    ...wait,
    ...(page.dataDate ? { dataDate: page.dataDate } : {}),
    ...(page.expected === undefined ? {} : { expected: page.expected }),
    ...(page.rowsRead === undefined ? {} : { rowsRead: page.rowsRead }),
    ...(page.isUntold === undefined ? {} : { isUntold: page.isUntold }),
    ...(page.listsIdle === undefined ? {} : { listsIdle: page.listsIdle }),
    message: page.message ?? null,
  };
  if (page.next === null) {
    const read = cursor.page > 0 || done.rows > 0 || marker.meter.requests > 0;
    change.state = page.state ?? (read ? "complete" : "skipped");
  }
  const logPage = () =>
    services.log({
      event: "page",
      runId,
      ...placeOf(cursor),
      rows: done.rows,
      ...done.meter,
      requestIds: requestIds.list(),
    });
  return commit(services, run, cursor, change, done, logPage);
}

async function loadPrevious({ store }: Services, { previousRunId }: Run, shard: string): Promise<Map<string, PreviousReading>> {
  const known = new Map<string, PreviousReading>();
  if (previousRunId === null) return known;
  for await (const { row } of store.files.readShard(previousRunId, shard))
    known.set(row.id, { archived: row.archived, archivedAsOf: row.archivedAsOf });
  return known;
}

/** What a failed page means for its source. */
async function afterFailure(
  services: Services,
  run: Run,
  cursor: FencedCursor,
  marker: PageMarker,
  error: ReportError,
): Promise<PageOutcome> {
  const message = oneLine(error);
  const until = () => new Date(services.now() + (error.waitSeconds ?? 1) * 1000).toISOString();
  switch (error.code) {
    case "cancelled":
      return { kind: "cancelled" };
    case "graph-throttled":
      return commit(services, run, cursor, { notBefore: until(), message }, marker);
    case "graph-unavailable": {
      const outcome = await commit(services, run, cursor, { message }, marker);
      if (services.outage?.isOver()) return { kind: "unreachable" };
      return outcome.kind === "page" && outcome.epoch === cursor.epoch && outcome.page === cursor.page
        ? { ...outcome, kind: "retry" }
        : outcome;
    }
    case "graph-page-token-expired":
      if (cursor.epoch + 1 < MOST_EPOCHS)
        return commit(services, run, cursor, { epoch: cursor.epoch + 1, page: 0, next: null, trail: null, message }, marker);
      return commit(services, run, cursor, { state: "failed", message }, marker);
    case "graph-denied":
      return commit(services, run, cursor, { state: "notPermitted", message }, marker);
    default:
      return commit(services, run, cursor, { state: "failed", message }, marker);
  }
}

/** Moves the cursor; where it has moved meanwhile this try was superseded and only tells where it stands. */
async function commit(
  { store, now, log }: Services,
  run: Run,
  cursor: FencedCursor,
  change: Partial<Cursor>,
  marker?: PageMarker,
  onMoved: () => void = () => undefined,
): Promise<PageOutcome> {
  const moved = await store.cursors.move(run.runId, cursor, change, marker);
  if (moved) {
    onMoved();
    const { source } = cursor;
    if (change.notBefore) log({ event: "wait", runId: run.runId, source, until: change.notBefore, reason: reasonOf(marker) });
  }
  const current = moved ? { ...cursor, ...change } : await store.cursors.read(run.runId, cursor.source);
  if (!current) return { kind: "cancelled" };
  if (current.state !== null) return { kind: "end" };
  if (current.notBefore !== null && Date.parse(current.notBefore) > now())
    return { kind: "wait", ...at(current), until: current.notBefore };
  return position(current);
}

/** Why a source waits: Graph asked for it, its own pace does, or single readings were refused without a word of throttling. */
function reasonOf(marker: PageMarker | undefined): "throttled" | "pace" | "failing" {
  if (!marker?.committed || marker.meter.throttledSeconds > 0) return "throttled";
  return marker.source === "users" ? "pace" : "failing";
}

const placeOf = ({ source, epoch, page }: Cursor) => ({ source, epoch, page });
const at = ({ epoch, page }: Cursor) => ({ epoch, page });
const position = (cursor: Cursor): PageOutcome => (cursor.state === null ? { kind: "page", ...at(cursor) } : { kind: "end" });

function giveUp(services: Services, run: Run, cursor: FencedCursor, why: string, marker?: PageMarker): Promise<PageOutcome> {
  const message = `${cursor.message ?? ""} Given up, because ${why}.`.trim();
  return commit(services, run, cursor, { state: "failed", message }, marker);
}

export async function stillGoing({ store }: Services, { runId }: Activities["stillGoing"]["input"]): Promise<{ going: boolean }> {
  const run = await store.runs.get(runId);
  await store.runs.heartbeat(runId);
  return { going: run?.status === "Running" && !run.cancelRequested };
}

/** The last word on a source whose pages kept failing. */
export async function failSource(services: Services, { runId, source }: Activities["failSource"]["input"]): Promise<null> {
  const { store } = services;
  const [run, cursor] = await Promise.all([store.runs.get(runId), store.cursors.read(runId, source)]);
  if (run && cursor && cursor.state === null) await giveUp(services, run, cursor, "it kept failing");
  return null;
}
