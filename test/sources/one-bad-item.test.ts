import type { SourceName } from "../../src/model/records";
import { owners } from "../../src/sources/owners";
import type { Source } from "../../src/sources/source";
import { teams } from "../../src/sources/teams";
import { type Reply, type Seen, startServer, stopServers } from "../graph/scripted-server";
import { failureOf } from "../graph/world";
import { groupRecord, guid, makeContext, readAll } from "./context";

afterEach(stopServers);

const idsOf = ({ body }: Seen) => (JSON.parse(body) as { requests: { id: string }[] }).requests.map(({ id }) => id);
const good = (id: string) => ({ id, status: 200, headers: {}, body: { id, isArchived: false, value: [] } });
/** Undefined: an honest answer. A text replaces the whole batch's. */
type Answer = (id: string, asked: number, batch: readonly string[]) => unknown;

/** Teams (or groups without an owner), and a Graph that answers for each as it is told. */
async function readTenant(source: Source<"teams" | "owners">, count: number, answer: Answer) {
  const asked = new Map<string, number>();
  const step = (seen: Seen): Reply => {
    const ids = idsOf(seen);
    const answers = ids.map((id) => {
      asked.set(id, (asked.get(id) ?? 0) + 1);
      const told = answer(id, asked.get(id) ?? 0, ids);
      return told === undefined ? good(id) : told;
    });
    return { body: answers.find((one) => typeof one === "string") ?? { responses: answers } };
  };
  const server = await startServer(...Array.from({ length: 5_000 }, () => step));
  const groups = Array.from({ length: count }, (_, n) => groupRecord(guid(n), { isTeam: true, owners: [] }));
  const world = makeContext(server.origin, { groups });
  const pages = await readAll(source as Source<SourceName>, world);
  const records = pages.flatMap((page) => page.records) as {
    id: string;
    archived?: boolean | null;
    owners?: unknown[] | null;
    status?: number;
  }[];
  const unread = records.filter((record) => (record.archived ?? record.owners ?? null) === null);
  return { pages, records, unread, batches: server.seen.length, asked, waits: world.waits };
}

const BAD = guid(7);
const inside = (body: unknown) => ({ id: BAD, status: 200, headers: {}, body });
const INSIDE = `{"responses":[{"id":"${BAD}","status":200,"headers":{},"body":{"id":"${BAD}",<html>Service Unavailable</html>}}]}`;

const FOR_EVER: [string, unknown][] = [
  ["502", { id: BAD, status: 502, headers: {}, body: { error: { code: "BadGateway" } } }],
  ["500 without headers", { id: BAD, status: 500 }],
  ["424", { id: BAD, status: 424, headers: null }],
  ["403 MissingCredentials", { id: BAD, status: 403, body: { error: { code: "MissingCredentials" } } }],
  ["403 without a code", { id: BAD, status: 403, body: null }],
  ["nothing", null],
  ["a status that is none", { id: BAD, status: "bad", body: {} }],
  ["204", { id: BAD, status: 204 }],
  ["text", inside("x")],
  ["null", inside(null)],
  ["no body", { id: BAD, status: 200 }],
  ["another form", inside({ id: BAD, isArchived: "no", value: {} })],
];

describe.each([
  ["teams", teams as Source<"teams" | "owners">],
  ["owners", owners as Source<"teams" | "owners">],
])("%s", (_, source) => {
  test.each(FOR_EVER)(
    "one of four hundred that always answers %s costs a tenth more batches at most, and itself",
    async (_case, answer) => {
      const healthy = await readTenant(source, 400, () => undefined);
      const { records, unread, batches, asked } = await readTenant(source, 400, (id) => (id === BAD ? answer : undefined));
      expect(healthy.batches).toBe(20);
      expect(batches).toBeLessThanOrEqual(1.1 * healthy.batches);
      expect(records).toHaveLength(400);
      expect(unread.map(({ id }) => id)).toEqual([BAD]);
      expect(asked.get(BAD)).toBe(3);
      expect(Math.max(...[...asked].filter(([id]) => id !== BAD).map(([, times]) => times))).toBe(1);
    },
  );

  test("one that is no JSON is found by halves, asked alone at the end, and costs itself", async () => {
    let aloneAtTheEnd = false;
    const { records, unread, batches } = await readTenant(source, 400, (id, _asked, batch) => {
      aloneAtTheEnd = batch.length === 1;
      return id === BAD ? INSIDE : undefined;
    });
    expect(unread.map(({ id }) => id)).toEqual([BAD]);
    expect(records).toHaveLength(400);
    expect(batches).toBeLessThanOrEqual(20 + 11 + 4);
    expect(aloneAtTheEnd).toBe(true);
  });

  test.each([
    ["refused", { id: BAD, status: 502 }],
    ["not found", { id: BAD, status: 404 }],
    ["throttled", { id: BAD, status: 429, headers: { "Retry-After": "3" } }],
    ["left out", null],
  ])("one that was %s for a moment is read at the end, after all others", async (_case, answer) => {
    const order: string[] = [];
    const { unread, records } = await readTenant(source, 60, (id) => {
      order.push(id);
      return id === BAD && order.length < 60 ? answer : undefined;
    });
    expect(unread).toEqual([]);
    expect(records).toHaveLength(60);
    expect(order.at(-1)).toBe(BAD);
  });

  test("a 404 is believed when it comes a second time", async () => {
    const { unread, asked } = await readTenant(source, 60, (id) => (id === BAD ? { id, status: 404 } : undefined));
    expect(unread).toEqual([expect.objectContaining({ id: BAD, status: 404 })]);
    expect(asked.get(BAD)).toBe(2);
  });

  test("one that is throttled for ever holds up none, is given up in the end, and each wait is kept", async () => {
    const { unread, records, waits, pages } = await readTenant(source, 60, (id) =>
      id === BAD ? { id, status: 429, headers: { "Retry-After": "20" } } : undefined,
    );
    expect(unread.map(({ id }) => id)).toEqual([BAD]);
    expect(records).toHaveLength(60);
    expect(pages.length).toBeLessThanOrEqual(65);
    // As long as it says each time; the others were read in between.
    expect(pages.slice(0, -1).map(({ waitSeconds }) => waitSeconds)).toEqual([20, 2, ...Array<number>(59).fill(20)]);
    expect(waits.every((wait) => wait <= 10)).toBe(true);
  });

  test("half of all that always fail are given up, each after three requests; the position stays small", async () => {
    const isBad = (id: string) => Number(id.slice(-4)) % 2 === 1;
    const { pages, unread, records, asked } = await readTenant(source, 1_000, (id) =>
      isBad(id) ? { id, status: 502 } : undefined,
    );
    expect(unread.every(({ id }) => isBad(id))).toBe(true);
    expect([unread.length, records.length]).toEqual([500, 1_000]);
    expect(Math.max(...asked.values())).toBe(3);
    expect(Math.max(...pages.map(({ next }) => next?.length ?? 0))).toBeLessThan(20_000);
  });

  test("where none of three batches brings anything, it is an outage, and waited for as one", async () => {
    const server = await startServer(
      ...Array.from({ length: 99 }, () => (seen: Seen): Reply => ({
        body: { responses: idsOf(seen).map((id) => ({ id, status: 502 })) },
      })),
    );
    const groups = Array.from({ length: 400 }, (_x, n) => groupRecord(guid(n), { isTeam: true, owners: [] }));
    const error = await failureOf(readAll(source as Source<SourceName>, makeContext(server.origin, { groups })));
    expect(error).toMatchObject({ code: "graph-unavailable", status: 502 });
    expect(error.message).toBe("Graph answers every single reading with status 502.");
    expect(server.seen).toHaveLength(3);
  });

  test("what an older version left of a walk is read on", async () => {
    const server = await startServer((seen: Seen) => ({ body: { responses: idsOf(seen).map(good) } }));
    const { context } = makeContext(server.origin);
    const older = JSON.stringify({ shard: 16, after: "", pending: [guid(1), guid(2)], stuck: 2 });
    expect(await source.readPage(context, older)).toMatchObject({ records: [{ id: guid(1) }, { id: guid(2) }], next: null });
  });
});

test("a team whose answer is about another team is not read", async () => {
  const { unread } = await readTenant(teams as Source<"teams" | "owners">, 20, (id) =>
    id === BAD ? inside({ id: guid(8), isArchived: true }) : undefined,
  );
  expect(unread.map(({ id }) => id)).toEqual([BAD]);
});
