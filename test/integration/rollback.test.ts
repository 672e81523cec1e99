import { createDurableEngine } from "../../src/functions/durable-engine";
import { DATA_VERSION } from "../../src/store/data-version";
import { connect, type Connection } from "../../src/store/connect";
import { startRun } from "../../src/runs/start-run";
import type { Summary } from "../../src/model/report";
import { makeReport, openWorld, type World } from "./world";

/** A newer version has run on this storage, and this version has been deployed again after it. */
let world: World;
let connection: Connection;

beforeAll(async () => {
  world = await openWorld({ groups: 60 });
  connection = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
});
afterAll(() => world.close());
afterEach(async () => {
  const { runs } = world.services.store;
  await runs.releaseLock((await runs.readLock())?.runId ?? "");
});

const NEWER = { dataVersion: DATA_VERSION + 1, writtenBy: "9.1.0" };
const merge = (runId: string, change: object) =>
  connection.tables.runs.updateEntity({ partitionKey: "run", rowKey: runId, ...change }, "Merge");
const HOURS = 3_600_000;

test.each([
  ["its row", (runId: string) => merge(runId, NEWER)],
  [
    "its files",
    (runId: string) =>
      connection.container
        .getBlobClient(`runs/${runId}/shards/3.ndjson.gz`)
        .setMetadata({ dataversion: String(DATA_VERSION + 1), writtenby: "9.1.0" }),
  ],
  [
    "latest.json",
    () =>
      connection.container
        .getBlobClient("latest.json")
        .setMetadata({ dataversion: String(DATA_VERSION + 1), writtenby: "9.1.0" }),
  ],
])(
  "a previous run that a newer version has written, known by %s, is none to compare with, and the report says so",
  async (_by, spoil) => {
    const first = await makeReport(world);
    await spoil(first.runId);
    const second = await makeReport(world);
    expect(second.summary.status).toBe("Completed");
    expect(second.summary.messages).toEqual([
      expect.stringMatching(/^This report is compared with no earlier one: .* version 9\.1\.0 .*Deploy 9\.1\.0 or later\.$/),
    ]);
    expect(new Set(second.rows.map(({ change }) => change))).toEqual(new Set([null]));
    // And the one after it is compared with it again.
    const third = await makeReport(world);
    expect([third.summary.messages, new Set(third.rows.map(({ change }) => change))]).toEqual([[], new Set(["same"])]);
  },
);

test("a run under way that a newer version has taken hold of ends as failed, says why, and frees the lock", async () => {
  const { services, engine, simulator } = world;
  simulator.switches.hold = /\/groups\?/;
  const before = simulator.requests.length;
  const { runId } = await startRun(services, engine);
  while (simulator.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
  await merge(runId, NEWER);
  simulator.switches.hold = null;
  expect(await engine.finished(runId)).toBe("Failed");
  const row = await connection.tables.runs.getEntity("run", runId);
  expect(row).toMatchObject({ status: "Failed", message: expect.stringMatching(/was written by version 9\.1\.0/) as string });
  expect(await services.store.runs.readLock()).toBeUndefined();
  expect((await makeReport(world)).summary.status).toBe("Completed");
});

describe("in Azure, a lock whose run", () => {
  async function leave(minutesSilent: number, stamp: object = {}): Promise<string> {
    const { services } = world;
    const engine = { ...world.engine, holder: "azure", start: async () => undefined };
    const { runId } = await startRun(services, engine);
    const heartbeat = new Date(Date.now() - minutesSilent * 60_000).toISOString();
    await connection.tables.runs.updateEntity({ partitionKey: "lock", rowKey: "lock", heartbeat }, "Merge");
    await merge(runId, stamp);
    return runId;
  }

  /** What the Functions host's own client says of an instance: the one thing here that is not ours. */
  const hostThatSays = (runtimeStatus: string | undefined) => {
    const client = { getStatus: async () => ({ runtimeStatus }), startNew: async () => "" };
    return createDurableEngine(client as never);
  };

  test.each([
    ["has failed is taken over", 16, "Failed", true],
    ["has failed just now is taken over at once", 0, "Failed", true],
    ["is unknown to the host, which may be starting it, is left alone", 5, undefined, false],
    ["is unknown to the host is taken over", 16, undefined, true],
    ["goes on is left alone", 30, "Running", false],
    ["is said to go on, but was not heard of for an hour, is taken over", 61, "Running", true],
  ])("%s", async (_what, minutes, runtimeStatus, isTaken) => {
    const left = await leave(minutes);
    const engine = hostThatSays(runtimeStatus);
    if (!isTaken) return void (await expect(startRun(world.services, engine)).rejects.toMatchObject({ runId: left }));
    const { runId } = await startRun(world.services, engine);
    expect((await world.services.store.runs.readLock())?.runId).toBe(runId);
    expect(await world.services.store.runs.get(left)).toMatchObject({
      status: "Failed",
      message: expect.stringContaining("abandoned"),
    });
  });

  test("was left by a newer version is taken over, and its run is closed without being read", async () => {
    const left = await leave(2 * 60, NEWER);
    const { runId } = await startRun(world.services, hostThatSays("Running"));
    expect((await world.services.store.runs.get(runId))?.status).toBe("Running");
    expect(await connection.tables.runs.getEntity("run", left)).toMatchObject({
      status: "Failed",
      dataVersion: DATA_VERSION + 1,
    });
    expect(Date.parse((await world.services.store.runs.readLock())?.heartbeat ?? "")).toBeGreaterThan(Date.now() - HOURS);
  });
});

test("a newer version's run is told in words where somebody asks for it", async () => {
  const { runId } = await makeReport(world);
  await merge(runId, NEWER);
  const { getReport } = await import("../../src/api/runs");
  const request = { method: "GET", url: "http://127.0.0.1/api/reports", headers: { get: () => null }, params: { runId } };
  await expect(getReport(request, world, { auth: "key", isGuarded: false })).rejects.toMatchObject({ code: "data-newer" });
  const summary = (await world.services.store.files.readSummary(runId)) as Summary;
  expect(summary.runId).toBe(runId);
});
