import { request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { type LocalServer, startLocalServer } from "../../src/local/server";
import { openWorld, type World } from "../integration/world";

let world: World;
let server: LocalServer;
const lines: string[] = [];

beforeAll(async () => {
  world = await openWorld({ groups: 120 });
  server = await startLocalServer(world, 0, (line) => lines.push(line));
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  json: () => Record<string, unknown>;
}

/** A plain HTTP request, so that nothing is unpacked or added on the way. */
function call(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(server.url);
    const sent = httpRequest(
      { host: url.hostname, port: url.port, method, path, headers: { "x-functions-key": server.key, ...headers } },
      (response) => {
        buffer(response).then(
          (body) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body,
              json: () => JSON.parse(body.toString("utf8")) as Record<string, unknown>,
            }),
          reject,
        );
      },
    );
    sent.on("error", reject).end();
  });
}

async function ended(runId: string): Promise<Record<string, unknown>> {
  await world.engine.finished(runId);
  return (await call("GET", `/api/reports/${runId}`)).json();
}

function expectProblem(answer: Answer, status: number): void {
  expect([answer.status, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
  expect(answer.json()).toMatchObject({ type: "about:blank", status, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.toString()).not.toMatch(/\bat .*:\d+:\d+/);
}

test("before the first report there is none, and it is said", async () => {
  expect((await call("GET", "/api/reports")).json()).toEqual({ runs: [] });
  expectProblem(await call("GET", "/api/reports/latest"), 404);
  expectProblem(await call("GET", "/api/reports/latest/html"), 404);
  expect((await call("GET", "/api/health")).json()).toMatchObject({ status: "ok", lastPublished: null, running: null });
});

test("of twelve starts at once one is accepted with its own Location, and the others name it", async () => {
  world.simulator.switches.hold = /\/groups\?/;
  const answers = await Promise.all(Array.from({ length: 12 }, () => call("POST", "/api/reports")));
  const accepted = answers.filter(({ status }) => status === 202);
  expect(accepted.length).toBe(1);
  const [first] = accepted as [Answer];
  const { runId } = first.json() as { runId: string };
  expect(first.headers["location"]).toBe(`${server.url}/api/reports/${runId}`);
  for (const refused of answers.filter(({ status }) => status !== 202)) {
    expectProblem(refused, 409);
    expect(refused.json()["runId"]).toBe(runId);
  }
  const going = (await call("GET", `/api/reports/${runId}`)).json();
  expect(going).toMatchObject({ runId, status: "Running", summary: null });
  world.simulator.switches.hold = null;
  const run = await ended(runId);
  expect(run).toMatchObject({ status: "Completed", groups: 120, summary: { groups: 120 } });
  expect(run["sources"]).toContainEqual(expect.objectContaining({ name: "groups", state: "complete", rows: 120 }));
  expect((await call("GET", "/api/reports")).json()["runs"]).toEqual([expect.objectContaining({ runId, status: "Completed" })]);
  expect((await call("GET", "/api/health")).json()).toMatchObject({ lastPublished: { runId }, running: null });
});

test.each([
  ["html", "text/html; charset=utf-8", /^inline; filename="groups-report-\d{4}-\d\d-\d\d\.html"$/],
  ["csv", "text/csv; charset=utf-8", /^attachment; filename="groups-report-\d{4}-\d\d-\d\d\.csv"$/],
  ["json", "application/json; charset=utf-8", /^attachment; filename="groups-report-\d{4}-\d\d-\d\d\.json"$/],
])("%s is sent packed or plain, the same bytes, and only once to who has it", async (format, type, name) => {
  const path = `/api/reports/latest/${format}`;
  const packed = await call("GET", path, { "accept-encoding": "br, gzip;q=0.8" });
  const plain = await call("GET", path);
  const refused = await call("GET", path, { "accept-encoding": "gzip;q=0, identity" });
  expect([packed.headers["content-encoding"], plain.headers["content-encoding"], refused.headers["content-encoding"]]).toEqual([
    "gzip",
    undefined,
    undefined,
  ]);
  expect(gunzipSync(packed.body).equals(plain.body) && refused.body.equals(plain.body)).toBe(true);
  expect(plain.headers).toMatchObject({
    "content-type": type,
    vary: "Accept-Encoding",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
  });
  expect(plain.headers["content-disposition"]).toMatch(name);
  expect(packed.headers["etag"]).not.toBe(plain.headers["etag"]);
  const again = await call("GET", path, { "if-none-match": `"other", ${String(plain.headers["etag"])}` });
  expect([again.status, again.body.length, again.headers["etag"]]).toEqual([304, 0, plain.headers["etag"]]);
  expect((await call("GET", path, { "if-none-match": '"other"' })).status).toBe(200);
});

test("the HTML report runs in a sandbox, and the workbook is sent as it is", async () => {
  expect((await call("GET", "/api/reports/latest/html")).headers["content-security-policy"]).toMatch(
    /^sandbox allow-scripts allow-downloads/,
  );
  const workbook = await call("GET", "/api/reports/latest/xlsx", { "accept-encoding": "gzip" });
  expect([workbook.status, workbook.headers["content-encoding"], workbook.body.subarray(0, 2).toString()]).toEqual([
    200,
    undefined,
    "PK",
  ]);
});

test("DELETE cancels by a flag: the run ends as cancelled, the published report stays", async () => {
  const before = (await call("GET", "/api/reports/latest")).json()["runId"];
  world.simulator.switches.hold = /\/groups\?/;
  const { runId } = (await call("POST", "/api/reports")).json() as { runId: string };
  const cancelled = await call("DELETE", `/api/reports/${runId}`);
  expect([cancelled.status, cancelled.json()["cancelRequested"]]).toEqual([202, true]);
  const run = await ended(runId);
  world.simulator.switches.hold = null;
  expect(run).toMatchObject({ status: "Cancelled", summary: { status: "Cancelled" } });
  expectProblem(await call("DELETE", `/api/reports/${runId}`), 409);
  expectProblem(await call("GET", `/api/reports/${runId}/html`), 404);
  expect((await call("GET", "/api/reports/latest")).json()["runId"]).toBe(before);
});

test.each([
  "/api/reports/20261123T020000Z-000000",
  "/api/reports/..%2flatest",
  "/api/reports/%2e%2e",
  `/api/reports/${"x".repeat(5000)}`,
  "/api/reports/latest/exe",
  "/api/reports/latest/..%2f..%2fsummary.json",
  "/api/reports/%00/json",
  "/api/nothing",
  "/",
])("%.60s is not found", async (path) => expectProblem(await call("GET", path), 404));

test("the key is wanted, in the header or the query, and no other will do", async () => {
  expectProblem(await call("GET", "/api/reports", { "x-functions-key": "" }), 401);
  expectProblem(await call("GET", "/api/reports", { "x-functions-key": "A".repeat(server.key.length) }), 401);
  expect((await call("GET", `/api/reports?code=${server.key}`, { "x-functions-key": server.key })).status).toBe(200);
});

test("another host's name is refused, as is a method that is none", async () => {
  expectProblem(await call("GET", "/api/reports", { host: "rebound.example" }), 421);
  const wrong = await call("PUT", "/api/reports");
  expectProblem(wrong, 405);
  expect(wrong.headers["allow"]).toBe("POST, GET");
});

test("a page of another site can't start or cancel a run by a form", async () => {
  const url = `${server.url}/api/reports?code=${server.key}`;
  for (const method of ["POST", "DELETE"]) {
    const target = method === "POST" ? url : `${server.url}/api/reports/latest?code=${server.key}`;
    const response = await fetch(target, { method, headers: { origin: "https://evil.example" } });
    expect([response.status, response.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
  }
});

test("what was refused is information, and nothing failed unseen", () => {
  const events = lines.map((line) => JSON.parse(line) as { event: string; status: number });
  expect(events.filter(({ event, status }) => event !== "request-refused" || status >= 500)).toEqual([]);
  expect(events.map(({ status }) => status)).toEqual(expect.arrayContaining([404, 409, 403]));
});
