import { hostname } from "node:os";
import { health } from "../../src/api/health";
import { type LocalServer, startLocalServer } from "../../src/local/server";
import { connect, type Connection } from "../../src/store/connect";
import { newRunId } from "../../src/model/keys";
import { openWorld, type World } from "../integration/world";

let world: World;
let server: LocalServer;
let connection: Connection;
const lines: string[] = [];

beforeAll(async () => {
  world = await openWorld({ groups: 20 });
  server = await startLocalServer(world, 0, (line) => lines.push(line));
  connection = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

async function call(method: string, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${server.url}/api/${path}`, { method, headers: { "x-functions-key": server.key } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A run of which nothing more will come, under a lock of this holder that was last heard of so long ago. */
async function leaveRun(holder: string | undefined, minutes: number): Promise<string> {
  const { runs } = world.services.store;
  const runId = newRunId(new Date());
  const plan = { features: [], thresholds: {} as never, deadline: minutesAgo(-60), previousRunId: null, tenantId: null };
  await runs.insert(runId, minutesAgo(minutes), plan);
  if (holder === undefined) return runId;
  await runs.takeLock(runId, holder, async () => true);
  await connection.tables.runs.updateEntity({ partitionKey: "lock", rowKey: "lock", heartbeat: minutesAgo(minutes) }, "Merge");
  return runId;
}

test.each<[string, () => string | undefined, number]>([
  ["whose process is gone", () => `${hostname()}:999999999:abc`, 0],
  ["of another machine that is silent", () => "elsewhere:12:abc", 5],
  ["of the Functions host that is silent for two hours", () => "azure", 120],
  ["without a lock", () => undefined, 1],
])("a run %s is told, with what to do; the next start ends it", async (_what, holder, minutes) => {
  const runId = await leaveRun(holder(), minutes);
  const told = await call("GET", "health");
  expect([told.status, told.body["title"], told.body["runId"]]).toEqual([503, "Unhealthy", runId]);
  expect(told.body["detail"]).toBe(
    `The run ${runId} stopped without an end: what carried it is gone. Start a run; it takes the place of this one, which then ends as failed. The application's log says why it stopped.`,
  );
  const next = await call("POST", "reports");
  expect(next.status).toBe(202);
  await world.engine.finished(next.body["runId"] as string);
  expect((await call("GET", `reports/${runId}`)).body).toMatchObject({ status: "Failed" });
  expect((await call("GET", "health")).body).toMatchObject({ status: "ok", running: null });
});

test("a run that its engine says is in progress, but that has fallen silent, is told too; to the public without its name", async () => {
  const runId = await leaveRun(world.engine.holder, 20);
  expect((await call("GET", "health")).body["detail"]).toMatch(
    new RegExp(`^The run ${runId} has shown no sign of life for 20 minutes\\. .*restart the app`),
  );
  const request = { method: "GET", url: "http://127.0.0.1/api/health", headers: { get: () => null }, params: {} };
  const open = await health(request, world, { auth: "entra", isGuarded: true });
  expect(open.status).toBe(503);
  expect(open.body).toContain("A run has shown no sign of life");
  expect(open.body).not.toContain(runId);
  // One that is late, or that waits for its release, is none.
  await world.services.store.runs.heartbeat(runId);
  expect((await call("GET", "health")).status).toBe(200);
  await world.services.store.runs.end(runId, "Failed", minutesAgo(0), {});
  expect((await call("GET", "health")).status).toBe(200);
});

test("from start to end a run that goes on is well, and the POST right after its end is accepted", async () => {
  lines.length = 0;
  await world.services.store.runs.releaseLock((await world.services.store.runs.readLock())?.runId ?? "");
  for (const isCancelled of [true, false, true, false, true]) {
    const started = await call("POST", "reports");
    expect(started.status).toBe(202);
    const runId = started.body["runId"] as string;
    if (isCancelled) await call("DELETE", `reports/${runId}`);
    for (let status: unknown = "Running"; status === "Running";) {
      expect((await call("GET", "health")).status).toBe(200);
      status = (await call("GET", `reports/${runId}`)).body["status"];
      if (status !== "Running") expect(status).toBe(isCancelled ? "Cancelled" : "Completed");
    }
  }
  expect((await call("POST", "reports")).status).toBe(202);
  expect(lines).toEqual([]);
});
