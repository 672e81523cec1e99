import { chooseTeams, teams } from "../../src/sources/teams";
import { sites } from "../../src/sources/sites";
import { toUser, users } from "../../src/sources/users";
import type { SiteUsageRecord } from "../../src/model/records";
import { type Reply, startServer, type Step, stopServers } from "../graph/scripted-server";
import { groupRecord, guid, makeContext, type SourceWorld } from "./context";

afterEach(stopServers);

const DAY = 86_400_000;

/** A context on a server with these replies, in their order. */
async function on(replies: Step[], kept: SourceWorld["kept"] = {}) {
  const graph = await startServer(...replies);
  return { graph, context: makeContext(graph.origin, kept).context };
}

const json = (body: unknown, status = 200): Reply => ({ status, body });

describe("sign-ins", () => {
  const { run } = makeContext("http://127.0.0.1:1", {}).context;
  const before = (days: number, seconds = 0) => new Date(Date.parse(run.startedAt) - days * DAY + seconds * 1000).toISOString();

  test.each([
    [
      "the last success counts, whatever was attempted since",
      { lastSuccessfulSignInDateTime: before(100), lastSignInDateTime: before(1) },
      "stale",
    ],
    [
      "without it the newer attempt of both kinds",
      { lastSignInDateTime: before(200), lastNonInteractiveSignInDateTime: before(3) },
      "active",
    ],
    ["exactly ninety days are not more than ninety", { lastSuccessfulSignInDateTime: before(90) }, "active"],
    ["a second more is", { lastSuccessfulSignInDateTime: before(90, -1) }, "stale"],
    ["no date is not known", {}, undefined],
    ["nor is an absent activity", null, undefined],
  ])("%s", (_case, signInActivity, state) => {
    expect(toUser({ id: "u1", signInActivity }, run)?.state).toBe(state);
  });

  test("a page is asked for without the advanced headers, and holds states, no dates", async () => {
    const { graph, context } = await on([
      json({ value: [{ id: "u1", signInActivity: { lastSignInDateTime: before(1) } }, { id: "u2" }] }),
    ]);
    expect(await users.readPage(context, null)).toEqual({
      records: [{ id: "u1", state: "active" }],
      next: null,
      notUnderstood: 0,
    });
    expect(graph.seen[0]?.path).toBe("/v1.0/users?$select=id,signInActivity&$top=500");
    expect(graph.seen[0]?.headers["consistencylevel"]).toBeUndefined();
  });

  test("a page that is too large is halved", async () => {
    const { graph, context } = await on([
      json({ error: { code: "Request_BadRequest", message: "Cannot query data for more than 120 users at a time." } }, 400),
      json({ value: [] }),
    ]);
    const first = await users.readPage(context, null);
    expect(first.records).toEqual([]);
    await users.readPage(context, first.next);
    expect(graph.seen[1]?.path).toContain("$top=250");
  });

  test("after nine pages there is a rest of a minute", async () => {
    const { graph, context } = await on([]);
    let position: string | null = null;
    const waits: (number | undefined)[] = [];
    for (let page = 0; page < 10; page++) {
      graph.script(json({ value: [], "@odata.nextLink": `${graph.origin}/v1.0/users?$skiptoken=${page}` }));
      const read: Awaited<ReturnType<typeof users.readPage>> = await users.readPage(context, position);
      waits.push(read.waitSeconds);
      position = read.next;
    }
    expect(waits).toEqual([...Array<undefined>(8).fill(undefined), 61, undefined]);
  });
});

describe("which teams are read tonight", () => {
  const { run } = makeContext("http://127.0.0.1:1", {}).context;
  const today = run.startedAt.slice(0, 10);
  const daysAgo = (days: number) => new Date(Date.parse(today) - days * DAY).toISOString().slice(0, 10);
  const ids = Array.from({ length: 140 }, (_, n) => guid(n));
  const groups = ids.map((id) => groupRecord(id, { isTeam: true }));
  const active = ids.map((id) => ({ id, lastActivity: daysAgo(3) }) as never);
  const read = (archivedAsOf: string) => new Map(ids.map((id) => [id, { archived: false, archivedAsOf }]));

  test("all of them at first", () => expect(chooseTeams({ groups, teamsUsage: active }, new Map(), run).length).toBe(140));

  test("of the active ones a part, so that each has its night in seven", () => {
    const nights = Array.from({ length: 7 }, (_, n) => ({
      ...run,
      startedAt: new Date(Date.parse(run.startedAt) + n * DAY).toISOString(),
    }));
    const chosen = nights.map((night) => chooseTeams({ groups, teamsUsage: active }, read(night.startedAt.slice(0, 10)), night));
    expect(chosen.flat().toSorted()).toEqual(ids.toSorted());
  });

  test("every one that nobody was seen using, and every one whose reading is a week old", () => {
    expect(chooseTeams({ groups }, read(today), run).length).toBe(140);
    expect(chooseTeams({ groups, teamsUsage: active }, read(daysAgo(7)), run).length).toBe(140);
  });

  test("no group that is no team", () => expect(chooseTeams({ groups: [groupRecord(guid(1))] }, new Map(), run)).toEqual([]));
});

test("a batch that is denied throughout ends the teams: nothing more is asked", async () => {
  const groups = Array.from({ length: 60 }, (_, n) => groupRecord(guid(n), { isTeam: true }));
  const { graph, context } = await on([], { groups });
  graph.script((request) =>
    json({
      responses: (JSON.parse(request.body) as { requests: { id: string }[] }).requests.map(({ id }) => ({
        id,
        status: 403,
        body: { error: { code: "Authorization_RequestDenied" } },
      })),
    }),
  );
  await expect(teams.readPage(context, null)).rejects.toMatchObject({ code: "graph-denied" });
  expect(graph.seen.length).toBe(1);
});

describe("site addresses", () => {
  const site = (n: number, url: string | null) =>
    ({
      id: guid(n),
      siteId: guid(100 + n),
      url,
      lastActivity: null,
      files: 0,
      activeFiles: 0,
      bytes: 0,
    }) satisfies SiteUsageRecord;

  test("are asked for only where one is missing", async () => {
    const { graph, context } = await on([], { siteUsage: [site(1, "https://x.example/sites/a")] });
    expect(await sites.readPage(context, null)).toEqual({ records: [], next: null, state: "skipped" });
    expect(graph.seen).toEqual([]);
  });

  test("go to the site that lacks one", async () => {
    const value = [
      { sharepointIds: { siteId: guid(102).toUpperCase(), siteUrl: "https://x.example/sites/b" } },
      { sharepointIds: { siteId: guid(999), siteUrl: "https://x.example/other" } },
      { sharepointIds: null },
    ];
    const { graph, context } = await on([json({ value })], { siteUsage: [site(1, "https://x.example/sites/a"), site(2, null)] });
    expect(await sites.readPage(context, null)).toMatchObject({
      records: [{ id: guid(2), siteId: guid(102), url: "https://x.example/sites/b" }],
      next: null,
      notUnderstood: 1,
    });
    expect(graph.seen[0]?.path).toBe("/v1.0/sites/getAllSites?$select=sharepointIds&$top=10000");
  });
});
