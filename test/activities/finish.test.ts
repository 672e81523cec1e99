import * as fc from "fast-check";
import { ACTIVITIES } from "../../src/activities";
import type { Services } from "../../src/activities/services";
import type { FinishInput } from "../../src/orchestration/activities";
import type { Summary } from "../../src/model/report";
import type { RunStatus } from "../../src/model/run";
import { startRun } from "../../src/runs/start-run";
import { SOURCE_NAMES, SOURCE_STATES } from "../../src/model/records";
import { connect, type Connection } from "../../src/store/connect";
import { newRunId } from "../../src/model/keys";
import { openWorld, type World } from "../integration/world";
import { planRun } from "./held-run";

let world: World;
let connection: Connection;
beforeAll(async () => {
  world = await openWorld({ groups: 1 });
  connection = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
});
afterAll(() => world.close());

const HOW: FinishInput["how"][] = ["publish", "notCollected", "cancelled", "unreachable", "broken"];
const OUTPUTS: FinishInput["outputs"] = [{ name: "report.json", bytes: 1, sha256: "x" }];
const endsOf = (runId: string) => world.events.filter(({ event, runId: of }) => event === "run-finished" && of === runId);
const holder = { start: async () => undefined, isGone: async () => false };

/** What a run may have left in the storage when it is to be ended. */
interface Left {
  how: FinishInput["how"];
  row: "none" | "whole" | "newer" | "damaged" | "empty" | "ended";
  isCancelled: boolean;
  cursors: (string | null)[];
  summary: "none" | "Completed" | "CompletedWithGaps" | "Failed" | "damaged" | "newer";
  isLatest: boolean;
  hasShards: boolean;
  hasRecords: boolean;
  lock: "own" | "another's" | "none" | "damaged";
}

const left: fc.Arbitrary<Left> = fc.record({
  how: fc.constantFrom(...HOW),
  row: fc.oneof(
    { weight: 5, arbitrary: fc.constant("whole" as const) },
    fc.constantFrom<Left["row"]>("none", "newer", "damaged", "empty", "ended"),
  ),
  isCancelled: fc.boolean(),
  cursors: fc.array(fc.constantFrom("none", "none", "open", "damaged", ...SOURCE_STATES), { minLength: 8, maxLength: 8 }),
  summary: fc.constantFrom<Left["summary"]>("none", "Completed", "CompletedWithGaps", "Failed", "damaged", "newer"),
  isLatest: fc.boolean(),
  hasShards: fc.boolean(),
  hasRecords: fc.boolean(),
  lock: fc.constantFrom<Left["lock"]>("own", "another's", "none", "damaged"),
});

let second = 0;
const NEWER = { dataVersion: 99, writtenBy: "99.0.0" };
const BLOB_NEWER = { dataversion: "99", writtenby: "99.0.0" };

async function leave(what: Left): Promise<string> {
  const { tables, container } = connection;
  const startedAt = new Date(Date.UTC(2026, 10, 1) + ++second * 1000);
  const runId = newRunId(startedAt);
  const plan = { features: ["teams"], thresholds: {}, deadline: "2026-11-23T08:00:00Z", previousRunId: null, tenantId: null };
  const whole = { startedAt: startedAt.toISOString(), plan: JSON.stringify(plan), status: "Running" };
  const rows = {
    none: undefined,
    whole,
    newer: { ...whole, ...NEWER },
    damaged: { ...whole, plan: '{"features' },
    empty: {},
    ended: { ...whole, status: "Failed", message: "It had ended." },
  };
  const row = rows[what.row];
  if (row)
    await tables.runs.createEntity({
      partitionKey: "run",
      rowKey: runId,
      ...row,
      ...(what.isCancelled ? { cancelRequested: true } : {}),
    });
  for (const [n, state] of what.cursors.entries()) {
    if (state === "none") continue;
    const source = SOURCE_NAMES[n] as string;
    const cursor = {
      source,
      epoch: 0,
      page: 1,
      state: state === "open" ? null : state,
      dataDate: null,
      coverage: null,
      message: null,
    };
    const text = state === "damaged" ? "{" : JSON.stringify(cursor);
    await tables.cursors.createEntity({ partitionKey: runId, rowKey: `cursor_${source}`, cursor: text });
  }
  const put = (name: string, text: string, metadata?: Record<string, string>) =>
    container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), metadata ? { metadata } : {});
  const summary = {
    runId,
    status: what.summary,
    startedAt: whole.startedAt,
    finishedAt: "2026-11-01T03:00:00Z",
    groups: 3,
    byResult: {},
    seconds: 1,
    sources: [],
    messages: [],
    outputs: OUTPUTS,
  };
  if (what.summary !== "none")
    await put(
      `runs/${runId}/summary.json`,
      what.summary === "damaged" ? "{" : JSON.stringify(summary),
      what.summary === "newer" ? BLOB_NEWER : undefined,
    );
  await container.deleteBlob("latest.json").catch(() => undefined);
  if (what.isLatest) await put("latest.json", JSON.stringify({ ...summary, status: "Completed" }));
  if (what.hasShards) await put(`runs/${runId}/shards/0.ndjson.gz`, "");
  if (what.hasRecords) await tables.records.createEntity({ partitionKey: `${runId}_0`, rowKey: "groups_0_0_x_0" });
  const locks = {
    own: { runId, holder: "azure", heartbeat: "2026-11-01T02:00:00Z" },
    "another's": { runId: "another", holder: "azure", heartbeat: "2026-11-01T02:00:00Z" },
    damaged: {},
    none: undefined,
  };
  const lock = locks[what.lock];
  if (lock) await tables.runs.upsertEntity({ partitionKey: "lock", rowKey: "lock", ...lock }, "Replace");
  else await tables.runs.deleteEntity("lock", "lock").catch(() => undefined);
  return runId;
}

function expected({ how, row, isCancelled, summary, isLatest }: Left): RunStatus {
  if (row === "none" || row === "ended") return "Failed";
  const isReadable = row === "whole" && (summary === "Completed" || summary === "CompletedWithGaps");
  const isWanted = how === "publish" && !isCancelled;
  if (isReadable && (isWanted || isLatest)) return summary;
  const isNewer = row === "newer" || (row === "whole" && isLatest && summary === "newer");
  return isCancelled || (how === "cancelled" && !isNewer) ? "Cancelled" : "Failed";
}

async function readEnd(runId: string) {
  const { tables, container } = connection;
  const orNone = <T>(reading: Promise<T>) => reading.catch(() => undefined);
  const row = await orNone(
    tables.runs.getEntity<{ status: RunStatus; finishedAt: string; message?: string; canResume: boolean }>("run", runId),
  );
  const lock = await orNone(tables.runs.getEntity<{ runId?: string }>("lock", "lock"));
  const record = await orNone(tables.records.getEntity(`${runId}_0`, "groups_0_0_x_0"));
  const latest = await orNone(container.getBlobClient("latest.json").downloadToBuffer());
  return { row, lock, record, latest: latest && (JSON.parse(latest.toString()) as { runId: string }).runId };
}

test("whatever a run has left, and however often it is ended: it ends as it should, and no lock but its own is released", async () => {
  await fc.assert(
    fc.asyncProperty(left, async (what) => {
      const runId = await leave(what);
      const status = expected(what);
      const isPublished = status === "Completed" || status === "CompletedWithGaps";
      const canResume = what.how === "unreachable" && status === "Failed" && what.row !== "ended" && what.row !== "none";
      for (let times = 0; times < 2; times++) {
        expect(
          await ACTIVITIES.finish(world.services, { runId, how: what.how, outputs: what.how === "publish" ? OUTPUTS : [] }),
        ).toEqual({ status });
        const { row, lock, record, latest } = await readEnd(runId);
        if (what.row === "none") expect(row).toBeUndefined();
        else expect([row?.status, row?.canResume ?? false]).toEqual([status, canResume]);
        if (what.row !== "none" && what.row !== "ended") expect(row?.finishedAt).toMatch(/^\d{4}-/);
        expect(row?.message === undefined).toBe(isPublished || what.row === "none");
        expect([lock === undefined, lock?.runId]).toEqual([
          what.lock === "own" || what.lock === "none",
          what.lock === "another's" ? "another" : undefined,
        ]);
        expect(record !== undefined).toBe(what.hasRecords && canResume);
        expect(latest).toBe(isPublished || what.isLatest ? runId : undefined);
        const isTold = what.row === "none" ? what.lock === "own" : what.row !== "ended";
        expect(endsOf(runId)).toEqual(isTold ? [expect.objectContaining({ status })] : []);
      }
    }),
    { numRuns: 60 },
  );
}, 300_000);

/** Services whose storage is gone after so many changes, as for a process that is killed there. */
function killedAfter(services: Services, changes: number): Services {
  let more = changes;
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function" || !/^(end|releaseLock|deleteRun|write|forbid)/.test(String(name))) return value;
        return (...given: unknown[]) => {
          if (more-- <= 0) throw Object.assign(new Error("killed"), { name: "RestError" });
          return (value as (...given: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  const { store } = services;
  return { ...services, store: { ...store, runs: guard(store.runs), files: guard(store.files), records: guard(store.records) } };
}

const WHOLE: Omit<Left, "how" | "isCancelled" | "summary"> = {
  row: "whole",
  cursors: Array<string>(8).fill("complete"),
  isLatest: false,
  hasShards: true,
  hasRecords: true,
  lock: "own",
};
const CASES: [string, Left][] = [
  ["published", { ...WHOLE, how: "publish", isCancelled: false, summary: "Completed" }],
  ["cancelled", { ...WHOLE, how: "cancelled", isCancelled: true, summary: "none" }],
  ["failed", { ...WHOLE, how: "broken", isCancelled: false, summary: "none" }],
  ["out of reach", { ...WHOLE, how: "unreachable", isCancelled: false, summary: "none" }],
];

test.each(CASES)(
  "a run that is %s, killed between any two steps of its end, is ended the same by the next call, or by the next start",
  async (_what, what) => {
    const { services } = world;
    for (const repair of ["call", "start"] as const) {
      for (let changes = 0, isCut = true; isCut; changes++) {
        const runId = await leave(what);
        const input: FinishInput = { runId, how: what.how, outputs: what.how === "publish" ? OUTPUTS : [] };
        isCut = await ACTIVITIES.finish(killedAfter(services, changes), input).then(
          () => false,
          () => true,
        );
        const cut = await readEnd(runId);
        // Never removed before the end: a run that is resumed would judge nothing.
        if (cut.row?.status === "Running") expect(cut.record).toBeDefined();
        if (repair === "call") {
          expect(await ACTIVITIES.finish(services, input)).toEqual({ status: expected(what) });
          expect((await readEnd(runId)).lock).toBeUndefined();
        } else {
          const next = await startRun(services, {
            ...holder,
            holder: "azure",
            isGone: async () => cut.row?.status === "Running" || what.how === "unreachable",
          });
          expect((await readEnd(runId)).lock?.runId).toBe(next.runId);
          await services.store.runs.requestCancel(next.runId);
          await ACTIVITIES.finish(services, { runId: next.runId, how: "cancelled", outputs: [] });
          await services.store.runs.delete(next.runId);
        }
        const { row, record, latest } = await readEnd(runId);
        // One that was not yet named as the latest is not published by the next start: nothing says that its files are whole.
        const status =
          repair === "start" && cut.row?.status === "Running" && cut.latest !== runId && !what.isCancelled
            ? "Failed"
            : expected(what);
        expect([changes, row?.status]).toEqual([changes, status]);
        expect(latest).toBe(status === "Completed" ? runId : undefined);
        if (repair === "start" || what.how !== "unreachable")
          expect([changes, record, row?.canResume]).toEqual([changes, undefined, false]);
        expect(new Set(endsOf(runId).map((end) => end["status"]))).toContain(status);
        await services.store.runs.delete(runId);
      }
    }
  },
);

test("a cancel that comes after a run was named the latest does not take it back", async () => {
  const runId = await leave({ ...WHOLE, how: "publish", isCancelled: true, summary: "Completed", isLatest: true });
  expect(await ACTIVITIES.finish(world.services, { runId, how: "cancelled", outputs: [] })).toEqual({ status: "Completed" });
  expect(((await world.services.store.files.readSummary(runId)) as Summary).outputs).toEqual(OUTPUTS);
});

test("a call that is cut off at the run's log line is made good by the next: alerts stand on that line", async () => {
  await world.services.store.runs.releaseLock((await world.services.store.runs.readLock())?.runId ?? "");
  const runId = await planRun(world);
  const { services } = world;
  await services.store.runs.requestCancel(runId);
  let isCut = false;
  const cutOff: Services = {
    ...services,
    log: () => {
      isCut = true;
      throw Object.assign(new Error("The worker was killed here."), { name: "RestError" });
    },
  };
  const input: FinishInput = { runId, how: "cancelled", outputs: [] };
  await expect(ACTIVITIES.finish(cutOff, input)).rejects.toThrow("The worker was killed here.");
  expect([isCut, endsOf(runId)]).toEqual([true, []]);
  expect(await ACTIVITIES.finish(services, input)).toEqual({ status: "Cancelled" });
  expect(endsOf(runId)).toEqual([expect.objectContaining({ status: "Cancelled" })]);
  expect(await services.store.runs.readLock()).toBeUndefined();
  // And once it is done, one more call says nothing.
  await ACTIVITIES.finish(services, input);
  expect(endsOf(runId).length).toBe(1);
});
