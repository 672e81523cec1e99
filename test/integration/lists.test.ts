import type { Tamper } from "../../simulator/world";
import { makeReport, openWorld, type Report, type World } from "./world";

/** A false Graph: lists that lead nowhere, and answers that are none. Every run ends, in words, within so many requests. */
let world: World;
let healthy: Report;
let requests: number;

beforeAll(async () => {
  world = await openWorld({ groups: 60, settings: { FEATURES: "teams,signIns" } });
  healthy = await makeReport(world);
  requests = world.simulator.requests.length;
});
afterAll(() => world.close());
afterEach(() => (world.simulator.tamper = undefined));

/** Without what is each run's own. */
const stable = ({ rows }: Report) => rows.map((row) => ({ ...row, runId: "", change: null, resultSince: "" }));
const gaps = ({ summary }: Report) =>
  summary.sources.filter(({ remedy }) => remedy !== null).map(({ name, state }) => `${name} ${state}`);

async function run(tamper: Tamper): Promise<Report & { cost: number }> {
  const before = world.simulator.requests.length;
  world.simulator.tamper = tamper;
  const report = await makeReport(world);
  return { ...report, cost: world.simulator.requests.length - before };
}

type Page = { value: unknown[]; "@odata.nextLink"?: unknown };
const isList = (path: string, wanted: RegExp) => wanted.test(decodeURIComponent(path));
const link = (path: string, token: string) => `${world.simulator.graphEndpoint}${path}?$skiptoken=${token}`;
const ok = (body: unknown) => ({ status: 200, headers: { "content-type": "application/json" }, body });

let n = 0;
/** Each page of a list, by what the page before led to. */
const ROUND: [string, RegExp, (page: Page, path: string) => Page][] = [
  ["themselves", /had been read already/, (page, path) => ({ ...page, "@odata.nextLink": link(path, "a") })],
  [
    "two empty pages in a ring",
    /had been read already/,
    (_, path) => ({ value: [], "@odata.nextLink": link(path, n++ % 2 ? "a" : "b") }),
  ],
  ["the same items under new links", /same items/, (page, path) => ({ ...page, "@odata.nextLink": link(path, `x${n++}`) })],
  [
    "empty pages without end",
    /20 pages in a row were empty/,
    (_, path) => ({ value: [], "@odata.nextLink": link(path, `x${n++}`) }),
  ],
  ["a number", /no text/, (page) => ({ ...page, "@odata.nextLink": 7 })],
];

/** Every page of one list, changed; what follows the first is the false Graph's own. */
function inList(path: string, change: (page: Page, path: string) => Page): Tamper {
  let first: Page | undefined;
  return (host, incoming, { body, status }) => {
    if (host !== "graph" || incoming.path !== path) return undefined;
    if (status === 200) first = body as Page;
    return first && ok(change(first, path));
  };
}

test.each(ROUND)("groups that lead to %s: the run fails, publishes nothing, and says why", async (_, words, change) => {
  const { summary, rows, cost } = await run(inList("/v1.0/groups", change));
  expect([summary.status, rows]).toEqual(["Failed", []]);
  const said = JSON.stringify(summary);
  expect(said).toMatch(words);
  expect(said).toContain("Graph's list /groups was given up");
  expect(cost).toBeLessThan(60);
  expect((await world.services.store.files.readLatest())?.runId).toBe(healthy.runId);
});

// The others would take their rest of a minute after nine pages.
test.each(ROUND.slice(2, 3))("sign-ins that lead to %s: the report is published without them", async (_, words, change) => {
  const report = await run(inList("/v1.0/users", change));
  expect(report.summary.status).toBe("CompletedWithGaps");
  expect(gaps(report)).toEqual(["users failed"]);
  expect(JSON.stringify(report.summary.sources.find(({ name }) => name === "users"))).toMatch(words);
  expect(report.cost).toBeLessThan(requests + 30);
});

test.each([null, ""])("a next link that is %p ends its list", async (end) => {
  const report = await run((host, { path }, { body, status }) => {
    const page = body as Page;
    return host === "graph" && isList(path, /\/(groups|users)$/) && status === 200 && page["@odata.nextLink"] === undefined
      ? ok({ ...page, "@odata.nextLink": end })
      : undefined;
  });
  expect(stable(report)).toEqual(stable(healthy));
});

/** Changes the answers of a batch: the sub-answer, its id, its request's path. */
function inBatches(change: (answer: Record<string, unknown>, id: string) => unknown): Tamper {
  return (host, { path }, { body, status }) => {
    if (host !== "graph" || path !== "/v1.0/$batch" || status !== 200) return undefined;
    const { responses } = body as { responses: Record<string, unknown>[] };
    const changed = responses.map((answer) => change(answer, answer["id"] as string));
    const text = changed.find((answer) => typeof answer === "string");
    return text === undefined ? ok({ responses: changed }) : { status: 200, headers: {}, body: text };
  };
}

/** A group whose owners, or a team whose flag, is read by itself. */
const single = (kind: "owners" | "teams") => {
  const found = world.simulator.subrequests.find(({ path }) => (kind === "owners" ? /\/owners\?/ : /\/teams\//).test(path));
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(found?.path ?? "")?.[0] ?? "";
};

test("owners that lead to themselves cost their own group its owners, and few requests", async () => {
  const id = single("owners");
  const path = `/v1.0/groups/${id}/owners`;
  const ring = {
    value: [{ "@odata.type": "#microsoft.graph.user", id: "o1", displayName: "Person 1" }],
    "@odata.nextLink": link(path, "z"),
  };
  const batches = inBatches((answer, one) =>
    one === id && "value" in (answer["body"] as object) ? { ...answer, body: ring } : answer,
  );
  const report = await run((host, incoming, honest) =>
    host === "graph" && incoming.path === path ? ok(ring) : batches(host, incoming, honest),
  );
  expect(report.rows.find((row) => row.id === id)).toMatchObject({ owners: null, ownerCount: null, ownerState: "unknown" });
  const others = ({ rows }: Report) => stable({ rows } as Report).filter((row) => row.id !== id);
  expect(others(report)).toEqual(others(healthy));
  expect(report.cost).toBeLessThanOrEqual(requests + 3);
});

test.each<[string, (answer: Record<string, unknown>) => unknown, number]>([
  ["502 for ever", (answer) => ({ ...answer, status: 502, body: { error: { code: "BadGateway" } } }), 2],
  [
    "403 MissingCredentials for ever",
    (answer) => ({ ...answer, status: 403, body: { error: { code: "MissingCredentials" } } }),
    2,
  ],
  [
    "no JSON",
    ({ id }) => `{"responses":[{"id":"${String(id)}","status":200,"headers":{},"body":{<html>Unavailable</html>}}]}`,
    16,
  ],
  ["nothing", () => null, 2],
])("one team that answers %s costs its own flag", async (_, change, more) => {
  const id = single("teams");
  const report = await run(
    inBatches((answer, one) => (one === id && "isArchived" in (answer["body"] as object) ? change(answer) : answer)),
  );
  expect(gaps(report)).toEqual([]);
  expect(report.rows.find((row) => row.id === id)).toMatchObject({
    archivedAsOf: healthy.rows.find((row) => row.id === id)?.archivedAsOf,
  });
  expect(report.rows.filter(({ result }) => result === "Fail").length).toBeLessThanOrEqual(healthy.summary.byResult.Fail ?? 0);
  expect(report.cost).toBeLessThanOrEqual(requests + more);
});

test.each<[string, unknown]>([
  ["null", null],
  ["of lists and nulls", { "Content-Type": ["a"], "x-ms-resource-unit": null }],
])("headers that are %s change nothing", async (_, headers) => {
  const report = await run(inBatches((answer) => ({ ...answer, headers })));
  expect(stable(report)).toEqual(stable(healthy));
  expect(report.cost).toBeLessThanOrEqual(requests);
});

test.each<[string, number, string[]]>([
  // One of the tenant's own is not found either.
  ["two", 1, []],
  ["three", 2, ["teams partial"]],
])("%s teams that are not found, also when asked again, of some forty: %s more, %j", async (_, count, expected) => {
  const lost = new Set<string>();
  const report = await run(
    inBatches((answer, id) => {
      const isTeam = answer["status"] === 200 && "isArchived" in (answer["body"] as object);
      if (isTeam && lost.size < count) lost.add(id);
      return lost.has(id) && isTeam ? { ...answer, status: 404, body: { error: { code: "NotFound" } } } : answer;
    }),
  );
  expect(gaps(report)).toEqual(expected);
});

test("a moment's 404 is none: every team is asked for once more", async () => {
  const seen = new Set<string>();
  const report = await run(
    inBatches((answer, id) => {
      if (seen.has(id)) return answer;
      seen.add(id);
      return { ...answer, status: 404, body: { error: { code: "NotFound" } } };
    }),
  );
  expect(stable(report)).toEqual(stable(healthy));
});

test.each<[string, (address: string) => unknown]>([
  ["as text", (address) => address],
  ["in JSON", (value) => ({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Edm.String", value })],
])("a report's address that comes %s in a 200 is followed", async (_, body) => {
  const report = await run((host, { path }, { status, headers }) =>
    host === "graph" && status === 302 && path.startsWith("/v1.0/reports/")
      ? ok(body(headers["Location"] ?? headers["location"] ?? ""))
      : undefined,
  );
  expect(stable(report)).toEqual(stable(healthy));
});

test("a redirect where none is expected is no list that is empty", async () => {
  let times = 0;
  const report = await run((host, { path }) =>
    host === "graph" && path === "/v1.0/groups" && times++ === 0
      ? { status: 302, headers: { location: "https://login.contoso.com/" }, body: "" }
      : undefined,
  );
  expect(stable(report)).toEqual(stable(healthy));
});
