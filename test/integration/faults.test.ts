import type { ReportRow } from "../../src/model/report";
import { defaultSwitches, faultsPreset, type Switches } from "../../simulator";
import { makeReport, openWorld, type World } from "./world";

/** Every way in which Graph misbehaves, at the cost of requests and never of a cell. */
let world: World;
let undisturbed: Map<string, string>;

/** A row without what is the run's own. */
function facts({ runId: _run, change: _change, resultSince: _since, ...row }: ReportRow): string {
  return JSON.stringify(row);
}

const byId = (rows: ReportRow[]) => new Map(rows.map((row) => [row.id, facts(row)]));

beforeAll(async () => {
  world = await openWorld({ groups: 300, settings: { FEATURES: "all" } });
  undisturbed = byId((await makeReport(world)).rows);
  expect(undisturbed.size).toBe(300);
});
afterAll(() => world.close());
afterEach(() => {
  Object.assign(world.simulator.switches, defaultSwitches());
});

async function expectSameReport(switches: Partial<Switches>): Promise<void> {
  Object.assign(world.simulator.switches, defaultSwitches(), switches);
  const { summary, rows } = await makeReport(world);
  expect([
    summary.status,
    summary.sources.map(({ name, state, remedy }) => [name, state, remedy]).filter(([, , remedy]) => remedy !== null),
  ]).toEqual(["Completed", []]);
  expect(rows.length).toBe(undisturbed.size);
  for (const row of rows) expect(facts(row)).toBe(undisturbed.get(row.id));
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  "one request in twenty fails in every way at once, seed %i: every cell is right, no gap",
  (seed) => expectSameReport({ failures: faultsPreset(0.05, seed) }),
);

test.each<[string, Partial<Switches>]>([
  ["empty pages that have a nextLink", { emptyPageWithNextLink: true, shortPages: true }],
  ["items that come again on the next page", { repeatedPages: true, shortPages: true }],
  ["a page token that expires once", { shortPages: true, expiredPageToken: { afterPages: 2, mode: "once", list: "/groups" } }],
  ["owners that $expand drops", { expandDropsOwners: 0.4 }],
  ["download addresses that have expired", { reportUrlExpired: 3 }],
  ["files that are cut once", { csvCut: "once" }],
  ["batches with refusals among them", { batchMixed429: 0.1 }],
  ["a name of the guest column that only the documentation has", { guestCountHeader: true }],
  ["smaller pages of sign-ins", { signInTopOverMax: "400" }],
  ["a short quota of the directory", { resourceUnitBucket: 30 }],
  ["fourteen reports in ten minutes", { reportThrottle: true }],
])("%s change nothing", (_case, switches) => expectSameReport(switches));

test("a nextLink to another host is not followed, and its host sees no token", async () => {
  Object.assign(world.simulator.switches, { nextLinkOtherOrigin: true, shortPages: true });
  const before = world.simulator.requests.length;
  const { summary } = await makeReport(world);
  expect([summary.status, summary.messages[0]]).toEqual([
    "Failed",
    expect.stringMatching(/nextLink points to .* it was not followed/),
  ]);
  expect(
    world.simulator.requests.slice(before).filter(({ host, path }) => host === "download" && path.includes("/groups")),
  ).toEqual([]);
  expect(world.simulator.requests.filter(({ host, authorized }) => host === "download" && authorized)).toEqual([]);
});
