import { request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { type LocalServer, startLocalServer } from "../../src/local/server";
import { makeReport, openWorld, type World } from "../integration/world";

/** Requests that no good client sends, and engines that fail: each is answered, and nothing of the inside is told. */
let world: World;
let server: LocalServer;
const lines: string[] = [];
const bodies: string[] = [];

beforeAll(async () => {
  world = await openWorld({ groups: 400 });
  await makeReport(world);
  server = await startLocalServer(world, 0, (line) => lines.push(line));
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

function call(method: string, path: string, headers: Record<string, string> = {}, at = server): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(at.url);
    const sent = httpRequest({ host, port, method, path, headers: { "x-functions-key": at.key, ...headers } }, (response) => {
      buffer(response).then((body) => {
        const text = body.toString("utf8");
        bodies.push(`${JSON.stringify(response.headers)} ${text}`);
        return resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      }, reject);
    });
    sent.on("error", reject).end();
  });
}

test("the key does in the query alone, and no other does", async () => {
  const status = async (path: string) => (await call("GET", path, { "x-functions-key": "" })).status;
  expect(await status("/api/health")).toBe(401);
  const ask = (query: string) =>
    fetch(`${server.url}/api/health${query}`, { headers: { connection: "close" } }).then((response) => response.status);
  expect([await ask(`?code=${server.key}`), await ask(`?code=${server.key}x`), await ask("?code="), await ask("")]).toEqual([
    200, 401, 401, 401,
  ]);
  expect(await ask(`?code=x&code=${server.key}`)).toBe(401);
});

test.each([
  ["//", {}],
  ["//evil.example/api/reports", {}],
  ["http://evil.example/api/reports", {}],
  ["http://[", {}],
  ["/\\evil.example/api/reports", {}],
  ["/api/reports", { host: "localhost:99999" }],
  ["/api/reports", { host: "127.0.0.1.evil.example" }],
  ["/api/reports", { host: "user@127.0.0.1" }],
  ["*", {}],
])("a start at %s, %j, is refused with a problem", async (path, headers) => {
  const before = (await world.services.store.runs.list()).length;
  const { status, headers: answered } = await call("POST", path, headers);
  expect([400, 404, 421]).toContain(status);
  expect(answered["content-type"]).toBe("application/problem+json");
  expect((await world.services.store.runs.list()).length).toBe(before);
});

test.each([
  ["gzip", "gzip"],
  ["deflate, gzip;q=1.0, *;q=0.5", "gzip"],
  ["GZIP", "gzip"],
  ["*", "gzip"],
  ["*;q=0.1", "gzip"],
  ["gzip;q=0.001", "gzip"],
  ["identity", undefined],
  ["", undefined],
  ["gzip;q=0", undefined],
  ["gzip; q=0.000", undefined],
  ["*;q=0", undefined],
  ["*, gzip;q=0", undefined],
  ["gzip;q=0, *", undefined],
  ["gzip, *;q=0", "gzip"],
  ["br, x-gzipped", undefined],
])("Accept-Encoding: %s is answered with %s", async (accepted, coding) => {
  const answer = await call("GET", "/api/reports/latest/csv", { "accept-encoding": accepted });
  expect([answer.status, answer.headers["content-encoding"], answer.headers["vary"]]).toEqual([200, coding, "Accept-Encoding"]);
});

test("a packed and a plain file are not taken for each other by their ETags", async () => {
  const path = "/api/reports/latest/json";
  const packed = await call("GET", path, { "accept-encoding": "gzip" });
  const match = { "if-none-match": String(packed.headers["etag"]) };
  expect((await call("GET", path, { ...match, "accept-encoding": "gzip" })).status).toBe(304);
  expect((await call("GET", path, match)).status).toBe(200);
  expect((await call("GET", path, { "if-none-match": `W/${match["if-none-match"]}`, "accept-encoding": "gzip" })).status).toBe(
    304,
  );
});

test("a client that goes away in the middle of a file troubles nobody else", async () => {
  for (const accepted of ["gzip", "identity"])
    await new Promise<void>((resolve) => {
      const { hostname: host, port } = new URL(server.url);
      const headers = { "x-functions-key": server.key, "accept-encoding": accepted };
      const sent = httpRequest({ host, port, path: "/api/reports/latest/json", headers }, (response) => {
        response.once("data", () => response.destroy());
        response.once("close", () => resolve());
      });
      sent.on("error", () => resolve()).end();
    });
  const whole = await call("GET", "/api/reports/latest/json");
  expect((JSON.parse(whole.text) as { rows: unknown[] }).rows.length).toBe(400);
});

test("an engine that fails to start a run is told without its words, and the next run may start", async () => {
  const secret = "http://x/runtime/webhooks/durabletask/instances/1?code=SECRET statusQueryGetUri";
  const failing = {
    ...world.engine,
    start: async () => {
      throw new Error(secret);
    },
  };
  const other = await startLocalServer({ services: world.services, engine: failing }, 0, (line) => lines.push(line));
  try {
    const answer = await call("POST", "/api/reports", {}, other);
    expect([answer.status, answer.headers["content-type"]]).toEqual([500, "application/problem+json"]);
    expect(await world.services.store.runs.readLock()).toBeUndefined();
    const [newest] = (JSON.parse((await call("GET", "/api/reports")).text) as { runs: Record<string, unknown>[] }).runs;
    expect(newest).toMatchObject({ status: "Failed", message: "It could not be started." });
    expect((await call("POST", "/api/reports", {}, other)).status).toBe(500);
  } finally {
    await other.close();
  }
  expect(lines.join("\n")).toContain("statusQueryGetUri");
});

test("a key for one server opens no other", async () => {
  const other = await startLocalServer(world, 0, () => undefined);
  try {
    expect(other.key).not.toBe(server.key);
    expect((await call("GET", "/api/health", { "x-functions-key": server.key }, other)).status).toBe(401);
    expect(new URL(other.url).hostname).toBe("127.0.0.1");
  } finally {
    await other.close();
  }
});

test("no answer held a stack, a path of this machine, a key or a durable management link", () => {
  expect(bodies.length).toBeGreaterThan(30);
  for (const body of bodies) {
    expect(body).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d+|statusQueryGetUri|purgeHistory|terminatePost|durabletask|SECRET/);
    expect(body).not.toContain(server.key);
    expect(body).not.toContain(__dirname.split("/").slice(0, 3).join("/"));
  }
});
