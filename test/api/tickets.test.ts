import { type LocalServer, startLocalServer } from "../../src/local/server";
import { connect, type Connection } from "../../src/store/connect";
import { createTickets } from "../../src/store/tickets";
import { makeReport, openWorld, type World } from "../integration/world";

/** A link that opens the HTML report once, so that no key has to stand in an address. */
let world: World;
let server: LocalServer;
let runId: string;
let connection: Connection;

beforeAll(async () => {
  world = await openWorld({ groups: 20 });
  ({ runId } = await makeReport(world));
  server = await startLocalServer(world, 0, () => undefined);
  connection = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const ask = (path: string, method = "GET", headers: Record<string, string> = { "x-functions-key": server.key }) =>
  fetch(`${server.url}/api/${path}`, { method, headers });
const open = (location: string, method = "GET") => fetch(`${server.url}${location}`, { method });

async function issue(): Promise<string> {
  const answer = await ask(`reports/${runId}/tickets`, "POST");
  expect(answer.status).toBe(201);
  const { location, expires } = (await answer.json()) as { location: string; expires: string };
  expect(location).toMatch(/^\/api\/open\/[\w-]{43}$/);
  expect([answer.headers.get("location"), answer.headers.get("cache-control")]).toEqual([location, "no-store"]);
  expect(Date.parse(expires) - Date.now()).toBeLessThanOrEqual(60_000);
  return location;
}

test("the HTML report is not opened with a key in its address, whatever the letters; other files and a header are no matter", async () => {
  for (const query of [
    `code=${server.key}`,
    `x=1&code=${server.key}`,
    `code=${server.key}&CODE=x`,
    `Code=x&code=${server.key}`,
  ]) {
    const answer = await ask(`reports/latest/html?${query}`, "GET", {});
    expect([query, answer.status, answer.headers.get("content-type")]).toEqual([query, 403, "application/problem+json"]);
    expect(((await answer.json()) as { detail: string }).detail).toContain("/api/console");
  }
  expect((await ask(`reports/latest/html?code=${server.key}`)).status).toBe(403);
  expect((await ask(`reports/latest/csv?code=${server.key}`, "GET", {})).status).toBe(200);
  expect((await ask("reports/latest/html")).status).toBe(200);
});

test("a ticket opens the report without a key, in its sandbox, and once", async () => {
  const location = await issue();
  const answer = await open(location);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(answer.headers.get("content-security-policy")).toMatch(/^sandbox allow-scripts allow-downloads .*script-src 'sha256-/);
  expect(await answer.text()).toBe(await (await ask("reports/latest/html")).text());
  const again = await open(location);
  expect([again.status, ((await again.json()) as { detail: string }).detail]).toEqual([
    410,
    expect.stringContaining("/api/console"),
  ]);
});

test("of twelve who come at the same moment with one ticket one gets in", async () => {
  const location = await issue();
  const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await open(location)).status));
  expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 11 }, () => 410)]);
});

test("a request for the headers alone does not use it up", async () => {
  const location = await issue();
  expect((await open(location, "HEAD")).status).toBe(401);
  expect((await open(location)).status).toBe(200);
});

test("a ticket of a minute ago is none, and is removed when the next is made", async () => {
  let now = Date.parse("2026-11-26T02:00:00Z");
  const tickets = createTickets(connection.tables.runs, () => now);
  const [first, second] = [await tickets.issue(runId), await tickets.issue(runId)];
  now += 60_000;
  expect(await tickets.use(first.ticket)).toBeUndefined();
  now += 1;
  const third = await tickets.issue(runId);
  const kept: string[] = [];
  for await (const { rowKey } of connection.tables.runs.listEntities({ queryOptions: { filter: "PartitionKey eq 'ticket'" } }))
    kept.push(String(rowKey));
  expect(kept.length).toBe(1);
  for (const { ticket } of [first, second, third]) expect(JSON.stringify(kept)).not.toContain(ticket);
  expect(await tickets.use(third.ticket)).toBe(runId);
});

test("no ticket is had without the key, for a run that has no report, or for one that is none", async () => {
  expect((await ask(`reports/${runId}/tickets`, "POST", {})).status).toBe(401);
  expect((await ask("reports/20261123T020000Z-000000/tickets", "POST")).status).toBe(404);
  const foreign = await ask(`reports/${runId}/tickets?code=${server.key}`, "POST", { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
});

test.each(["x", "A".repeat(43), "A".repeat(4000), "..%2f..%2freports", "%00", "run", "lock"])(
  "%.50s is no ticket",
  async (ticket) => expect((await open(`/api/open/${ticket}`)).status).toBe(410),
);

test("tickets are no runs", async () => {
  await issue();
  const { runs } = (await (await ask("reports")).json()) as { runs: unknown[] };
  expect(runs.length).toBe(1);
});
