import * as z from "zod";
import { readList } from "../../src/graph/read-list";
import { groups } from "../../src/sources/groups";
import { owners } from "../../src/sources/owners";
import { sites } from "../../src/sources/sites";
import { users } from "../../src/sources/users";
import type { SiteUsageRecord } from "../../src/model/records";
import { type Reply, type ScriptedServer, type Seen, startServer, stopServers } from "../graph/scripted-server";
import { failureOf } from "../graph/world";
import { groupRecord, guid, makeContext, readAll } from "./context";

afterEach(stopServers);

/** What the nth page of a list (from 0) answers: its items, by number, and its next link, by a token; undefined: none. */
type List = (page: number) => { items: number[]; next?: unknown };
const token = (name: unknown) => ({ token: name });

const ENDLESS: [string, RegExp, number, List][] = [
  ["a page that leads to itself", /led to a page that had been read already/, 4, () => ({ items: [1], next: token("a") })],
  ["two empty pages in a ring", /led to a page/, 6, (n) => ({ items: [], next: token(n % 2) })],
  ["three pages in a ring", /led to a page/, 9, (n) => ({ items: [n % 3], next: token(n % 3) })],
  [
    "a ring of seven after a tail of five",
    /led to a page/,
    24,
    (n) => ({ items: [n], next: token(n < 5 ? n : `r${(n - 5) % 7}`) }),
  ],
  ["new links without end, with the same items", /the same items kept coming/, 8, (n) => ({ items: [1, 2], next: token(n) })],
  ["two pages of items in turn, under new links", /the same items kept coming/, 14, (n) => ({ items: [n % 2], next: token(n) })],
  ["empty pages without end", /20 pages in a row were empty/, 21, (n) => ({ items: [], next: token(n) })],
  ["a next link that is a number", /its next link is no text/, 2, () => ({ items: [1], next: 7 })],
  ["a next link that is an object", /its next link is no text/, 2, () => ({ items: [1], next: { href: "x" } })],
  ["a next link that is a list", /its next link is no text/, 2, () => ({ items: [1], next: [] })],
  ["a next link that is true", /its next link is no text/, 2, () => ({ items: [1], next: true })],
  ["a next link without end", /its next link is longer than/, 2, () => ({ items: [1], next: token("x".repeat(20_000)) })],
];

const ENDING: [string, number, List][] = [
  ["null", 1, () => ({ items: [1], next: null })],
  ["empty", 1, () => ({ items: [1], next: "" })],
  ["blank", 1, () => ({ items: [1], next: "  " })],
  ["not there, after nineteen empty pages", 20, (n) => (n < 19 ? { items: [], next: token(n) } : { items: [1] })],
  [
    "not there, after empty pages between others",
    60,
    (n) => (n < 59 ? { items: n % 12 === 0 ? [n] : [], next: token(n) } : { items: [1] }),
  ],
  ["not there, after a page that came twice", 5, (n) => (n < 4 ? { items: [n === 2 ? 1 : n], next: token(n) } : { items: [9] })],
];

interface Kind {
  /** Reads the list, however many activities it takes; rejects, or returns what became of it. */
  read: (origin: string) => Promise<unknown>;
  path: string;
  item: (n: number) => unknown;
  /** Answers what is no page of the list. */
  before?: (seen: Seen, page: () => unknown) => Reply | undefined;
}

const site = {
  id: guid(1),
  siteId: guid(101),
  url: null,
  lastActivity: null,
  files: 0,
  activeFiles: 0,
  bytes: 0,
} satisfies SiteUsageRecord;
const person = (n: number) => ({ "@odata.type": "#microsoft.graph.user", id: guid(n, "e"), displayName: `P${n}` });

const KINDS: [string, Kind][] = [
  [
    "groups",
    {
      read: (origin) => readAll(groups, makeContext(origin)),
      path: "/v1.0/groups",
      item: (n) => ({ id: guid(n), displayName: `Group ${n}`, groupTypes: ["Unified"] }),
      before: ({ path }) => (path.includes("$count") ? { body: "10" } : undefined),
    },
  ],
  [
    "users",
    {
      read: (origin) => readAll(users, makeContext(origin)),
      path: "/v1.0/users",
      item: (n) => ({ id: guid(n, "e"), signInActivity: null }),
    },
  ],
  [
    "sites",
    {
      read: (origin) => readAll(sites, makeContext(origin, { siteUsage: [site] })),
      path: "/v1.0/sites/getAllSites",
      item: (n) => ({ sharepointIds: { siteId: guid(100 + n), siteUrl: `https://x.example/${n}` } }),
    },
  ],
  [
    "a command's list",
    {
      read: (origin) => readList(makeContext(origin).client, "/things", z.object({ id: z.string() })),
      path: "/v1.0/things",
      item: (n) => ({ id: `t${n}` }),
    },
  ],
];

/** Serves a list by `path`; counts its pages. */
async function serve(
  { path, item, before }: Omit<Kind, "read">,
  list: List,
): Promise<{ server: ScriptedServer; pages: () => number }> {
  const server = await startServer();
  let pages = 0;
  const body = () => {
    const { items, next } = list(pages++);
    const link =
      typeof next === "object" && next !== null && "token" in next
        ? `${server.origin}${path}?$skiptoken=${String(next.token)}`
        : next;
    return { value: items.map(item), ...(link === undefined ? {} : { "@odata.nextLink": link }) };
  };
  server.script(
    ...Array.from(
      { length: 300 },
      () =>
        (seen: Seen): Reply =>
          before?.(seen, body) ?? { body: body() },
    ),
  );
  return { server, pages: () => pages };
}

describe.each(KINDS)("%s", (_, kind) => {
  test.each(ENDLESS)("with %s end in words, soon", async (_case, words, most, list) => {
    const { server, pages } = await serve(kind, list);
    const error = await failureOf(kind.read(server.origin));
    expect(error.code).toBe("graph-list-endless");
    expect(error.message).toMatch(words);
    expect(error.message).toContain(`Graph's list ${kind.path.replace("/v1.0", "")} was given up: `);
    expect(pages()).toBeLessThanOrEqual(most);
  });

  test.each(ENDING)("end where the next link is %s", async (_case, length, list) => {
    const { server, pages } = await serve(kind, list);
    await kind.read(server.origin);
    expect(pages()).toBe(length);
  });
});

describe("one group's owners", () => {
  /** The first group's owners come in pages; the others have one. */
  const kind = {
    path: `/v1.0/groups/${guid(0)}/owners`,
    item: person,
    before: (seen: Seen, page: () => unknown): Reply | undefined =>
      seen.method === "POST"
        ? {
            body: {
              responses: (JSON.parse(seen.body) as { requests: { id: string }[] }).requests.map(({ id }) => ({
                id,
                status: 200,
                body: id === guid(0) ? page() : { value: [person(1)] },
              })),
            },
          }
        : undefined,
  };
  const three = [0, 1, 2].map((n) => groupRecord(guid(n), { owners: [] }));

  test.each(ENDLESS)("with %s are not known, and cost no other group its own", async (_case, _words, most, list) => {
    const { server, pages } = await serve(kind, list);
    const [page, ...more] = await readAll(owners, makeContext(server.origin, { groups: three }));
    expect(more).toEqual([]);
    expect(page?.records.map(({ id, owners: found }) => [id, found?.length ?? null])).toEqual([
      [guid(0), null],
      [guid(1), 1],
      [guid(2), 1],
    ]);
    expect(pages()).toBeLessThanOrEqual(most);
  });

  test.each(ENDING)("end where the next link is %s", async (_case, length, list) => {
    const { server, pages } = await serve(kind, list);
    const [page] = await readAll(owners, makeContext(server.origin, { groups: three }));
    expect(page?.records.every(({ owners: found }) => (found?.length ?? 0) > 0)).toBe(true);
    expect(pages()).toBe(length);
  });

  test("of which there are ever more are given up after a hundred pages", async () => {
    const { server, pages } = await serve(kind, (n) => ({ items: [n], next: token(n) }));
    const [page] = await readAll(owners, makeContext(server.origin, { groups: three }));
    expect(page?.records[0]).toEqual({ id: guid(0), owners: null, status: 0 });
    expect(pages()).toBe(100);
  });
});

test("groups that go on and on are given up at twice what Graph counts, and a thousand", async () => {
  const [, kind] = KINDS[0] as [string, Kind];
  const { server, pages } = await serve(kind, (n) => ({
    items: Array.from({ length: 100 }, (_, i) => n * 100 + i),
    next: token(n),
  }));
  const error = await failureOf(kind.read(server.origin));
  expect(error.message).toBe(
    "Graph's list /groups was given up: it brought 1100 items, far more than Graph counts, and still went on.",
  );
  expect(pages()).toBe(11);
});
