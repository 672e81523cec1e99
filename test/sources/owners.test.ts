import { owners } from "../../src/sources/owners";
import { type Reply, type Seen, startServer, stopServers, type Step } from "../graph/scripted-server";
import { failureOf } from "../graph/world";
import { groupRecord, guid, makeContext, ownersOf, readAll } from "./context";

afterEach(stopServers);

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
const asked = (seen: Seen | undefined) =>
  (JSON.parse(seen?.body || '{"requests":[]}') as { requests: { id: string; url: string }[] }).requests;
const idsOf = (seen: Seen | undefined) => asked(seen).map(({ id }) => id);
const owner = (name: string) => ({
  "@odata.type": "#microsoft.graph.user",
  id: name,
  displayName: name,
  mail: `${name}@contoso.com`,
  accountEnabled: true,
  userType: "Member",
});
const one: Answer = { status: 200, body: { value: [owner("megan")] } };

/** Answers a batch: each group by what `answerTo` says; undefined leaves it out. */
const batch =
  (answerTo: (id: string) => Answer | undefined = () => one): Step =>
  (seen): Reply => ({
    body: {
      responses: idsOf(seen)
        .toReversed()
        .flatMap((id) => {
          const answer = answerTo(id);
          return answer ? [{ id, ...answer }] : [];
        }),
    },
  });

const ownerless = (count: number, shard = "a") =>
  Array.from({ length: count }, (_, n) => groupRecord(guid(n, shard), { owners: [] }));

test("groups with no owner, and with as many as an $expand gives, are read again; others are not", async () => {
  const server = await startServer(batch());
  const groups = [0, 1, 19, 20, 21].map((count) => groupRecord(guid(count), { owners: ownersOf(count) }));
  await readAll(owners, makeContext(server.origin, { groups }));
  expect(server.seen).toHaveLength(1);
  expect(idsOf(server.seen[0])).toEqual([guid(0), guid(20), guid(21)]);
});

test("the request is that for one group's owners, twenty in a batch", async () => {
  const server = await startServer(batch(), batch(), batch());
  await readAll(owners, makeContext(server.origin, { groups: [...ownerless(30, "3"), ...ownerless(15, "f")] }));
  expect(server.seen.map((seen) => asked(seen).length)).toEqual([20, 20, 5]);
  expect(server.seen[0]).toMatchObject({ method: "POST", path: "/v1.0/$batch" });
  expect(asked(server.seen[0])[0]?.url).toBe(
    `/groups/${guid(0, "3")}/owners?$select=id,displayName,mail,accountEnabled,userType&$top=999`,
  );
  expect(server.seen[0]?.body).not.toContain("ConsistencyLevel");
});

test("what comes back becomes records, whether there are owners or not", async () => {
  const server = await startServer(batch((id) => (id === guid(0) ? { status: 200, body: { value: [] } } : one)));
  const [page] = await readAll(owners, makeContext(server.origin, { groups: ownerless(2) }));
  expect(page?.records.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
    { id: guid(0), owners: [] },
    {
      id: guid(1),
      owners: [
        { id: "megan", displayName: "megan", mail: "megan@contoso.com", isUser: true, accountEnabled: true, userType: "Member" },
      ],
    },
  ]);
});

test.each([
  [404, 2, { status: 404, body: { error: { code: "Request_ResourceNotFound" } } }],
  [403, 1, { status: 403, body: { error: { code: "Authorization_RequestDenied" } } }],
  [0, 3, { status: 403 }],
  [0, 3, { status: 502 }],
  [0, 3, { status: 204 }],
  [0, 3, { status: 200, body: "<html>" }],
])("a reading that is refused is not known, with status %d after %d requests", async (status, requests, answer) => {
  const server = await startServer(...Array.from({ length: 9 }, () => batch(() => answer)));
  const pages = await readAll(owners, makeContext(server.origin, { groups: ownerless(1) }));
  expect(pages.flatMap(({ records }) => records)).toEqual([{ id: guid(0), owners: null, status }]);
  expect(server.seen).toHaveLength(requests);
});

test("nothing to read again asks nothing", async () => {
  const server = await startServer();
  const pages = await readAll(owners, makeContext(server.origin, { groups: [groupRecord(guid(1))] }));
  expect(pages).toEqual([{ records: [], next: null }]);
  expect(server.seen).toEqual([]);
});

test("a page takes two hundred groups; the next goes on where it ended, over all shards, each group once", async () => {
  const groups = [...ownerless(430, "2"), ...ownerless(3, "7"), ...ownerless(1, "f")];
  const server = await startServer(...Array.from({ length: 30 }, () => batch()));
  const pages = await readAll(owners, makeContext(server.origin, { groups }));
  expect(pages.map(({ records }) => records.length)).toEqual([200, 200, 34]);
  const read = pages.flatMap(({ records }) => records.map(({ id }) => id));
  expect(read.toSorted()).toEqual(groups.map(({ id }) => id).toSorted());
});

test("a page ends after eight seconds, and loses nothing", async () => {
  const groups = ownerless(100);
  const server = await startServer();
  const world = makeContext(server.origin, { groups });
  const slow: Step = (seen) => {
    world.clock.now += 5_000;
    return (batch() as (seen: Seen) => Reply)(seen);
  };
  server.script(slow, slow, slow, slow, slow);
  const pages = await readAll(owners, world);
  expect(pages.map(({ records }) => records.length)).toEqual([40, 40, 20]);
});

test("it keeps to two hundred groups a second", async () => {
  const server = await startServer(...Array.from({ length: 5 }, () => batch()));
  const world = makeContext(server.origin, { groups: ownerless(100) });
  await readAll(owners, world);
  expect(world.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(0.4);
});

test("a Graph without quotas is asked without a pause", async () => {
  const server = await startServer(...Array.from({ length: 5 }, () => batch()));
  const world = makeContext(server.origin, { groups: ownerless(100) });
  world.client.environment.isPaced = false;
  await readAll(owners, world);
  expect(world.waits).toEqual([]);
});

test("what is throttled for long ends the page; it is asked for after the others", async () => {
  const busy = guid(3);
  const throttled = { status: 429, headers: { "Retry-After": "30" } };
  const server = await startServer(
    batch((id) => (id === busy ? throttled : one)),
    batch(),
    batch(),
    batch(),
  );
  const world = makeContext(server.origin, { groups: ownerless(45) });
  const first = await owners.readPage(world.context, null);
  expect(first.records).toHaveLength(19);
  expect(first.waitSeconds).toBe(30);
  const second = await owners.readPage(world.context, first.next);
  expect(second.records).toHaveLength(25);
  const third = await owners.readPage(world.context, second.next);
  expect(third).toEqual({ records: [expect.objectContaining({ id: busy })], next: null });
});

test("what was read before a batch was refused as a whole is kept, and the rest is asked later", async () => {
  const server = await startServer(batch(), batch(), { status: 429, headers: { "retry-after": "90" } }, batch());
  const world = makeContext(server.origin, { groups: ownerless(60) });
  const first = await owners.readPage(world.context, null);
  expect(first).toMatchObject({ waitSeconds: 90 });
  expect(first.records).toHaveLength(40);
  const second = await owners.readPage(world.context, first.next);
  expect(second).toMatchObject({ next: null });
  expect(second.records).toHaveLength(20);
});

test("a page whose first batch is refused as a whole is refused as a whole", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "90" } });
  expect(await failureOf(readAll(owners, makeContext(server.origin, { groups: ownerless(5) })))).toMatchObject({
    code: "graph-throttled",
    waitSeconds: 90,
  });
});

test("a group that is throttled without end is never given up", async () => {
  const throttled = batch(() => ({ status: 429, headers: { "Retry-After": "20" } }));
  const server = await startServer(...Array.from({ length: 6 }, () => throttled));
  const { context } = makeContext(server.origin, { groups: ownerless(1) });
  let position: string | null = null;
  for (let n = 0; n < 6; n++) {
    const page = await owners.readPage(context, position);
    expect(page).toMatchObject({ records: [], waitSeconds: 20 });
    expect(page.next).not.toBeNull();
    position = page.next;
  }
});

describe("more owners than a page holds", () => {
  const many = Array.from({ length: 100 }, (_, n) => owner(`o${n}`));

  test("are followed by their nextLink", async () => {
    const server = await startServer();
    const link = (token: string) => `${server.origin}/v1.0/groups/${guid(0)}/owners?$skiptoken=${token}`;
    server.script(
      batch(() => ({ status: 200, body: { value: many, "@odata.nextLink": link("A") } })),
      { body: { value: [], "@odata.nextLink": link("B") } },
      { body: { value: [owner("last")] } },
    );
    const [page] = await readAll(owners, makeContext(server.origin, { groups: ownerless(1) }));
    expect(page?.records[0]?.owners).toHaveLength(101);
    expect(page?.records[0]?.owners?.at(-1)?.id).toBe("last");
  });

  test("of another origin are not followed, and cost no other group its own", async () => {
    const stranger = await startServer({ body: { value: [] } });
    const foreign = { status: 200, body: { value: many, "@odata.nextLink": `${stranger.origin}/v1.0/x` } };
    const server = await startServer(batch((id) => (id === guid(0) ? foreign : one)));
    const [page] = await readAll(owners, makeContext(server.origin, { groups: ownerless(2) }));
    expect(page?.records.map(({ owners: found }) => found?.length ?? null).toSorted()).toEqual([1, null]);
    expect(stranger.seen).toEqual([]);
  });

  test("and can't be had, by a 502 for one group, cost that one alone", async () => {
    const server = await startServer();
    const link = `${server.origin}/v1.0/groups/x/owners?$skiptoken=A`;
    const long = { status: 200, body: { value: many, "@odata.nextLink": link } };
    server.script(
      ...Array.from(
        { length: 40 },
        () =>
          (seen: Seen): Reply =>
            seen.method === "GET"
              ? { status: 502 }
              : (batch((id) => (id === guid(0) ? long : one)) as (seen: Seen) => Reply)(seen),
      ),
    );
    const pages = await readAll(owners, makeContext(server.origin, { groups: ownerless(3) }));
    const records = pages.flatMap((page) => page.records).toSorted((a, b) => a.id.localeCompare(b.id));
    expect(records.map(({ owners: found }) => found?.length ?? null)).toEqual([null, 1, 1]);
    // Three readings of five tries each, and the batches.
    expect(server.seen.length).toBeLessThanOrEqual(18);
  });

  test.each([403, 404])("and a %d on the way are one group's loss, not the source's", async (status) => {
    const server = await startServer();
    server.script(
      batch((id) =>
        id === guid(0)
          ? { status: 200, body: { value: many, "@odata.nextLink": `${server.origin}/v1.0/groups/x/owners?$skiptoken=A` } }
          : one,
      ),
      { status, body: { error: { code: "Forbidden" } } },
    );
    const [page] = await readAll(owners, makeContext(server.origin, { groups: ownerless(2) }));
    expect(page?.records.find(({ id }) => id === guid(0))).toEqual({ id: guid(0), owners: null, status });
    expect(page?.records).toHaveLength(2);
  });
});
