import { makeReport, openWorld, readOutput, type World } from "../integration/world";
import { type GuardedApp, startGuardedApp } from "./easy-auth";

/** HTTP_AUTH on the built app: the stand-in of the worker, the host's keys, and App Service authentication over real HTTP. */
let world: World;
let runId: string;
let app: GuardedApp;
const apps: GuardedApp[] = [];

async function start(environment: Record<string, string>, isGuarded?: boolean): Promise<GuardedApp> {
  const started = await startGuardedApp({ AzureWebJobsStorage: world.storage.connectionString, ...environment }, isGuarded);
  apps.push(started);
  return started;
}

beforeAll(async () => {
  world = await openWorld({ groups: 100 });
  ({ runId } = await makeReport(world));
  app = await start({ HTTP_AUTH: "entra" });
});
afterAll(async () => {
  for (const one of apps) await one.stop();
  await world.close();
});

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  problem: { title?: string; detail?: string; role?: string };
}

async function call(method: string, route: string, headers: Record<string, string> = {}, at = app): Promise<Answer> {
  const response = await fetch(`${at.url}/api/${route}`, { method, headers, redirect: "manual" });
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return { status: response.status, headers: response.headers, text, problem: isProblem ? (JSON.parse(text) as object) : {} };
}

const cookie = (name: string) => ({ cookie: `AppServiceAuthSession=${name}` });
const OWN = { "x-requested-with": "test" };
const forged = Buffer.from(
  JSON.stringify({ auth_typ: "aad", role_typ: "roles", claims: [{ typ: "roles", val: "Report.Operate" }] }),
).toString("base64");

test("a reader may read everything: runs, one run, its files; by cookie and by token", async () => {
  const written = await readOutput(world.services, runId, "json");
  for (const headers of [cookie("reader"), { authorization: "Bearer reader" }]) {
    expect((await call("GET", "reports", headers)).status).toBe(200);
    expect(JSON.parse((await call("GET", `reports/${runId}`, headers)).text)).toMatchObject({ runId, status: "Completed" });
    expect((await call("GET", "reports/latest/json", headers)).text).toBe(written?.toString("utf8"));
  }
});

test("a reader may neither start nor cancel, and is told which role is missing", async () => {
  for (const [method, route] of [
    ["POST", "reports"],
    ["DELETE", `reports/${runId}`],
  ] as const) {
    const { status, problem } = await call(method, route, { ...cookie("reader"), ...OWN });
    expect([status, problem.title, problem.role]).toEqual([403, "Role missing", "Report.Operate"]);
    expect(problem.detail).toMatch(/without the app role Report\.Operate.*Enterprise applications/);
  }
  expect((await world.services.store.runs.list()).length).toBe(1);
});

test.each(["nobody", "other"])("%s, who has no role of this app, may not even read", async (name) => {
  const { status, problem } = await call("GET", "reports", cookie(name));
  expect([status, problem.role]).toEqual([403, "Report.Read"]);
});

test("an operator may read, and start and cancel with a header of its own, never without", async () => {
  expect((await call("GET", "reports", cookie("operator"))).status).toBe(200);
  const formed = await call("POST", "reports", cookie("operator"));
  expect([formed.status, formed.problem.title]).toEqual([403, "Header missing"]);
  expect((await world.services.store.runs.list()).length).toBe(1);

  const started = await call("POST", "reports", { ...cookie("operator"), ...OWN });
  expect(started.status).toBe(202);
  const { runId: newest } = JSON.parse(started.text) as { runId: string };
  expect((await call("DELETE", `reports/${newest}`, cookie("operator"))).status).toBe(403);
  const cancelled = await call("DELETE", `reports/${newest}`, { authorization: "Bearer operator" });
  expect([cancelled.status, JSON.parse(cancelled.text)]).toMatchObject([202, { cancelRequested: true }]);
});

test("whoever is not signed in gets no further than the front", async () => {
  expect((await call("GET", "reports")).status).toBe(401);
  expect((await call("GET", "reports", { "x-functions-key": app.key })).status).toBe(401);
});

test("a principal that comes from outside is worth nothing", async () => {
  expect((await call("GET", "reports", { "x-ms-client-principal": forged })).status).toBe(401);
  const { status } = await call("POST", "reports", { ...cookie("reader"), ...OWN, "x-ms-client-principal": forged });
  expect(status).toBe(403);
});

test("the console page and the health need no sign-in; the health then names no run, no version and no account", async () => {
  const page = await call("GET", "console");
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.text).toContain('data-auth="entra"');
  const health = JSON.parse((await call("GET", "health", { "x-ms-client-principal": forged })).text) as object;
  expect(health).toEqual({
    status: "ok",
    lastPublished: { status: "Completed", finishedAt: expect.any(String), ageHours: expect.any(Number) },
  });
});

test("with entra and nothing in front of it, the app refuses everybody and says what to switch on", async () => {
  const bare = await start({ HTTP_AUTH: "entra" }, false);
  const asked: [string, string][] = [
    ["GET", "reports"],
    ["GET", `reports/${runId}`],
    ["GET", "reports/latest/html"],
    ["POST", "reports"],
    ["DELETE", `reports/${runId}`],
    ["GET", "health"],
    ["GET", "console"],
  ];
  for (const [method, route] of asked) {
    const headers = { ...OWN, "x-ms-client-principal": forged, "x-functions-key": bare.key };
    const { status, problem } = await call(method, route, headers, bare);
    expect([route, status, problem.title]).toEqual([route, 503, "Not protected"]);
    expect(problem.detail).toMatch(/App Service authentication is not on.*Switch it on.*or set HTTP_AUTH to key/);
  }
});

test("with key, the host's key opens everything and a principal nothing, whatever is in front", async () => {
  const keyed = await start({}, false);
  expect((await call("GET", "reports", { "x-ms-client-principal": forged }, keyed)).status).toBe(401);
  expect((await call("GET", "reports", { "x-functions-key": keyed.key }, keyed)).status).toBe(200);
  const health = await call("GET", "health", { "x-functions-key": keyed.key }, keyed);
  expect(JSON.parse(health.text)).toMatchObject({ status: "ok", version: expect.any(String), lastPublished: { runId } });
  expect((await call("GET", "console", {}, keyed)).text).toContain('data-auth="key"');
});

test("a value that is none is told by every route, to those that have the key", async () => {
  const wrong = await start({ HTTP_AUTH: "Entra ID" }, false);
  expect((await call("GET", "reports", {}, wrong)).status).toBe(401);
  for (const route of ["reports", "health", "console"]) {
    const { status, problem } = await call("GET", route, { "x-functions-key": wrong.key }, wrong);
    expect([status, problem.detail]).toEqual([
      500,
      'The setting HTTP_AUTH is "Entra ID", but it must be key or entra. Correct it or remove it to use the default.',
    ]);
  }
});

test("a storage that can't be reached is told to callers, and to the public only that something is wrong", async () => {
  const account = /AccountName=(\w+)/.exec(world.storage.connectionString)?.[1];
  const lost = await start({
    HTTP_AUTH: "entra",
    AzureWebJobsStorage: world.storage.connectionString.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:9"),
  });
  const [seen, open] = [await call("GET", "reports", cookie("reader"), lost), await call("GET", "health", {}, lost)];
  expect([seen.status, seen.problem.detail]).toEqual([
    503,
    expect.stringContaining(`The storage account ${account} can't be used`),
  ]);
  expect([open.status, open.problem.detail]).toEqual([503, "The application's log says what is wrong."]);
}, 120_000);
