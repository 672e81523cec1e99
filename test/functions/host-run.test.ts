import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAzurite, type EmbeddedStorage } from "../../src/local/azurite";
import { type Simulator, startSimulator } from "../../simulator";
import { expectedJudgement } from "../integration/truth";
import { DurableHost, type Handler } from "./durable-host";

/**
 * The built app (dist/functions.js) as Azure runs it: its registered functions, durable-functions' own replay, a stand-in
 * for the durable extension, real Azurite, real HTTP to the simulated Graph, the managed identity's token.
 */
interface Registered {
  name: string;
  bindings: Record<string, { type: string; name: string }>;
}

const mockRegistered: { metadata: Registered; handler: Handler }[] = [];
jest.mock(
  "@azure/functions-core",
  () => {
    class Disposable {
      dispose(): void {}
    }
    return {
      version: "3.13.0",
      hostVersion: "4.1037.0",
      Disposable,
      setProgrammingModel: () => undefined,
      registerHook: () => new Disposable(),
      log: () => undefined,
      registerFunction: (metadata: Registered, handler: Handler) => {
        mockRegistered.push({ metadata, handler });
        return new Disposable();
      },
    };
  },
  { virtual: true },
);

const deployed = new Map<string, Handler>();

/** Loads the built app, with nothing left of what an earlier worker process knew, and lets it take over. */
function deploy(): void {
  mockRegistered.length = 0;
  jest.resetModules();
  require("../../dist/functions.js");
  for (const { metadata, handler } of mockRegistered) deployed.set(metadata.name, handler);
}

let simulator: Simulator;
let storage: EmbeddedStorage;
let folder: string;
let host: DurableHost;
let extension: Server;
let random: () => number;
/** Turns the orchestrators' waits into shorter ones, for the tests that have no minutes. */
let shorten = (milliseconds: number): number => milliseconds;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 300 });
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  storage = await startAzurite(folder);
  Object.assign(process.env, {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    AzureWebJobsStorage: storage.connectionString,
    FEATURES: "",
    // Read by nobody: it must not stand in the way, and is told once.
    MAILBOX_MIN_RECIEVED: "5",
  });
  deploy();
  let seed = 7;
  random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  host = new DurableHost(deployed, random, (milliseconds) => shorten(milliseconds), undefined, LOG);
  extension = createServer((request, response) => {
    const started = /^\/orchestrators\/(\w+)\/([\w-]+)$/.exec(request.url ?? "");
    const asked = /^\/instances\/([\w-]+)/.exec(request.url ?? "");
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      if (request.method === "DELETE") {
        purges.push(new URL(request.url ?? "", "http://127.0.0.1"));
        response.writeHead(200).end(JSON.stringify({ instancesDeleted: 2 }));
      } else if (started) {
        host.start(started[1] ?? "", started[2] ?? "", JSON.parse(body));
        response.writeHead(202).end(JSON.stringify({ id: started[2] }));
      } else {
        const instance = host.instances.get(asked?.[1] ?? "");
        response.writeHead(instance ? 200 : 404).end(
          JSON.stringify(
            instance
              ? {
                  name: instance.name,
                  instanceId: instance.id,
                  input: instance.input,
                  customStatus: null,
                  output: null,
                  createdTime: new Date(),
                  lastUpdatedTime: new Date(),
                  runtimeStatus: instance.status,
                }
              : {},
          ),
        );
      }
    });
  });
  await new Promise<void>((resolve) => extension.listen(0, "127.0.0.1", resolve));
});

beforeEach(() => {
  shorten = (milliseconds) => milliseconds;
});
afterAll(async () => {
  extension.close();
  await storage.stop();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const logged: Record<string, unknown>[] = [];
const purges: URL[] = [];
const noting = (severity: string) => (line: string) =>
  logged.push({ ...(JSON.parse(line) as Record<string, unknown>), severity });
const LOG = { log: noting("log"), error: noting("error"), warn: noting("warn") };

/** Calls a function as the worker does, with the durable client's binding data among the extra inputs. */
async function invoke(name: string, trigger: unknown): Promise<unknown> {
  const found = mockRegistered.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no function ${name}`);
  const rpcBaseUrl = `http://127.0.0.1:${(extension.address() as AddressInfo).port}/`;
  const client = { taskHubName: "GroupsReport", creationUrls: {}, managementUrls: {}, baseUrl: rpcBaseUrl, rpcBaseUrl };
  const input = Object.values(found.metadata.bindings).find(({ type }) => type === "durableClient");
  return found.handler(trigger, {
    options: { extraInputs: [input] },
    extraInputs: { get: () => client },
    ...LOG,
  });
}

async function call(
  name: string,
  method: string,
  params: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, string>; body: Record<string, unknown> }> {
  const request = { method, url: `https://app.example/api/reports`, headers: new Headers(), params };
  const response = (await invoke(name, request)) as { status: number; headers: Record<string, string>; body: string };
  return { status: response.status, headers: response.headers, body: JSON.parse(response.body) as Record<string, unknown> };
}

test("a run that HTTP starts is carried by durable-functions to a published report, whatever the order of completions", async () => {
  const started = await call("startReport", "POST");
  expect(started.status).toBe(202);
  const runId = started.body["runId"] as string;
  expect(started.headers["location"]).toBe(`https://app.example/api/reports/${runId}`);
  expect(JSON.stringify(started)).not.toMatch(/statusQueryGetUri|purgeHistory|terminatePost|code=/);

  const second = await call("startReport", "POST");
  expect([second.status, second.body["runId"], second.headers["content-type"]]).toEqual([409, runId, "application/problem+json"]);
  // A refusal wants nobody's attention.
  expect(logged.find(({ event }) => event === "request-refused")).toMatchObject({
    route: "startReport",
    status: 409,
    severity: "log",
  });
  const wantAttention = logged.filter(({ event, severity }) => severity !== "log" && event !== "setting-misspelt");
  expect(wantAttention).toEqual([]);

  const instance = await host.finished(runId);
  expect([instance.status, instance.output]).toEqual(["Completed", "Completed"]);
  expect(logged.filter(({ event }) => event === "setting-misspelt")).toEqual([
    expect.objectContaining({ severity: "warn", name: "MAILBOX_MIN_RECIEVED", meant: "MAILBOX_MIN_RECEIVED" }),
  ]);
  const { body } = await call("getReport", "GET", { runId: "latest" });
  expect(body).toMatchObject({ runId, status: "Completed", groups: 300 });
  const expected = simulator.tenant.groups.map((group) => expectedJudgement(group)["result"]);
  for (const [result, count] of Object.entries(body["byResult"] as Record<string, number>)) {
    expect([result, count]).toEqual([result, expected.filter((one) => one === result).length]);
  }
});

test("a deployment in the middle of a run: the new code carries it to its end", async () => {
  simulator.switches.hold = /\/groups\?/;
  const { body } = await call("startReport", "POST");
  const runId = body["runId"] as string;
  const before = simulator.requests.length;
  while (!simulator.requests.slice(before).some(({ path: asked }) => asked.includes("/groups?")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(host.instances.get(runId)?.status).toBe("Running");
  const old = deployed.get("judge");
  deploy();
  expect(deployed.get("judge")).not.toBe(old);
  simulator.switches.hold = null;
  expect((await host.finished(runId)).output).toBe("Completed");
  expect((await call("getReport", "GET", { runId: "latest" })).body).toMatchObject({ runId, groups: 300 });
});

test("history holds names, page numbers and counts: no row, no link, no token", () => {
  const history = JSON.stringify(
    [...host.instances.values()].map((instance) => [instance.history, instance.input, instance.output]),
  );
  expect(history.length).toBeGreaterThan(1000);
  expect(history).not.toMatch(/skiptoken|eyJ|Bearer|@odata/);
  for (const group of simulator.tenant.groups.slice(0, 50)) expect(history).not.toContain(group.id);
});

test("a cancel ends the run without the answers that it waits for, as cancelled", async () => {
  simulator.switches.hold = /\/groups\?/;
  const before = simulator.requests.length;
  const { body } = await call("startReport", "POST");
  const runId = body["runId"] as string;
  while (simulator.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 50));
  const cancelled = await call("cancelReport", "DELETE", { runId });
  expect([cancelled.status, cancelled.body["cancelRequested"]]).toEqual([202, true]);
  const instance = await host.finished(runId);
  simulator.switches.hold = null;
  expect(instance.output).toBe("Cancelled");
  expect((await call("getReport", "GET", { runId })).body).toMatchObject({
    status: "Cancelled",
    message: "The run was cancelled.",
  });
  // The published report is still the one before, and a new run may start.
  expect((await call("getReport", "GET", { runId: "latest" })).body["status"]).toBe("Completed");
});

/** Lets a deployed activity do something else first, until the test is over. */
async function doFirst(name: string, first: () => Promise<void>, body: () => Promise<void>): Promise<void> {
  const own = deployed.get(name);
  if (!own) throw new Error(`no activity ${name}`);
  deployed.set(name, async (...given) => {
    await first();
    return own(...given);
  });
  try {
    await body();
  } finally {
    deployed.set(name, own);
  }
}

/** The run has ended as it should, has said so once, and the very next POST is accepted. */
async function expectEnded(runId: string, status: string): Promise<void> {
  const { body } = await call("getReport", "GET", { runId });
  expect([body["runId"], body["status"]]).toEqual([runId, status]);
  const ends = logged.filter(({ event, runId: of }) => event === "run-finished" && of === runId);
  expect(ends).toEqual([expect.objectContaining({ status })]);
  expect((await call("health", "GET")).body).toMatchObject({ status: "ok", running: null });
  const next = await call("startReport", "POST");
  expect(next.status).toBe(202);
  expect((await host.finished(next.body["runId"] as string)).output).toBe("Completed");
}

test("a run that is cancelled before its plan has opened a cursor ends as cancelled, and a new one may start", async () => {
  let letGo = () => undefined as void;
  const cancelled = new Promise<void>((resolve) => (letGo = resolve));
  await doFirst(
    "plan",
    () => cancelled,
    async () => {
      const started = await call("startReport", "POST");
      const runId = started.body["runId"] as string;
      expect((await call("cancelReport", "DELETE", { runId })).status).toBe(202);
      letGo();
      const instance = await host.finished(runId);
      expect([instance.status, instance.output]).toEqual(["Completed", "Cancelled"]);
      await expectEnded(runId, "Cancelled");
    },
  );
});

test("a run whose plan always fails ends as failed, and a new one may start", async () => {
  shorten = (milliseconds) => Math.min(milliseconds, 10);
  let fails = 4;
  const fail = async () => {
    if (fails-- > 0) throw new Error("The storage did not answer.");
  };
  await doFirst("plan", fail, async () => {
    const { body } = await call("startReport", "POST");
    const runId = body["runId"] as string;
    const instance = await host.finished(runId);
    expect([instance.status, instance.output]).toEqual(["Completed", "Failed"]);
    await expectEnded(runId, "Failed");
  });
});

test("a run whose end fails too is told by health, and the next start takes its place and ends it", async () => {
  shorten = (milliseconds) => Math.min(milliseconds, 10);
  let fails = 4;
  const fail = async () => {
    if (fails-- > 0) throw new Error("The storage did not answer.");
  };
  await doFirst("finish", fail, async () => {
    const { body } = await call("startReport", "POST");
    const runId = body["runId"] as string;
    expect((await host.finished(runId)).status).toBe("Failed");
    expect((await call("getReport", "GET", { runId })).body["status"]).toBe("Running");
    const health = await call("health", "GET");
    expect([health.status, health.body["title"], health.body["runId"]]).toEqual([503, "Unhealthy", runId]);
    expect(health.body["detail"]).toMatch(/Start a run/);
    const next = await call("startReport", "POST");
    expect(next.status).toBe(202);
    expect((await call("getReport", "GET", { runId })).body).toMatchObject({
      status: "Failed",
      message: expect.stringContaining("abandoned") as string,
    });
    expect(logged.filter(({ event, runId: of }) => event === "run-finished" && of === runId).length).toBe(1);
    expect((await host.finished(next.body["runId"] as string)).output).toBe("Completed");
    expect((await call("health", "GET")).status).toBe(200);
  });
});

test("the timer only starts a run, and if one is in progress it says so and is content", async () => {
  simulator.switches.hold = /\/groups\?/;
  await invoke("nightlyReport", { isPastDue: false });
  const runId = logged.findLast(({ event }) => event === "run-started")?.["runId"] as string;
  await invoke("nightlyReport", { isPastDue: true });
  expect(logged.findLast(({ event }) => event === "run-not-started")).toMatchObject({ runId, by: "timer", severity: "warn" });
  simulator.switches.hold = null;
  expect((await host.finished(runId)).output).toBe("Completed");
});

test("the housekeeping purges durable history a day a call, never the last week's", async () => {
  await invoke("dailyHousekeeping", {});
  expect(purges.length).toBe(23);
  for (const { searchParams } of purges) {
    const [from, to] = ["createdTimeFrom", "createdTimeTo"].map((name) => Date.parse(searchParams.get(name) ?? ""));
    expect((to ?? 0) - (from ?? 0)).toBe(86_400_000);
    expect(Date.now() - (to ?? 0)).toBeGreaterThan(6.9 * 86_400_000);
  }
  expect(logged.at(-1)).toEqual({
    event: "housekeeping",
    runsLeft: 0,
    instancesPurged: 46,
    severity: "log",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});
