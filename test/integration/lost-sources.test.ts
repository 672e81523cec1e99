import { isGap } from "../../src/verdict/source-use";
import type { SourceName } from "../../src/model/records";
import { defaultSwitches, type Switches } from "../../simulator";
import { makeReport, openWorld, type Report, type World } from "./world";

/** Whatever is taken away, no group is accused that the full report does not accuse, and the gap is told with its remedy. */
let world: World;
let full: Report;
let accused: Set<string>;

const fails = ({ rows }: Report) => rows.filter(({ result }) => result === "Fail").map(({ id }) => id);

beforeAll(async () => {
  world = await openWorld({ groups: 400, settings: { FEATURES: "all" } });
  full = await makeReport(world);
  accused = new Set(fails(full));
});
afterAll(() => world.close());
afterEach(() => {
  Object.assign(world.simulator.switches, defaultSwitches());
});

test("the full report has Fail rows, of every other kind too, and no gap", () => {
  expect(full.summary).toMatchObject({ status: "Completed", groups: 400 });
  expect(Object.values(full.summary.byResult).every((count) => (count ?? 0) > 0)).toBe(true);
  expect(accused.size).toBeGreaterThan(10);
});

const roles = (...taken: string[]): Partial<Switches> => ({
  permissions: new Set([...defaultSwitches().permissions].filter((role) => !taken.includes(role))),
});

test.each<[string, Partial<Switches>, SourceName[], string, RegExp]>([
  [
    "the reports are not permitted",
    roles("Reports.Read.All"),
    ["groupsUsage", "teamsUsage", "siteUsage"],
    "notPermitted",
    /Reports\.Read\.All/,
  ],
  [
    "the archived flag is not permitted",
    roles("TeamSettings.Read.All", "Group.Read.All"),
    ["teams"],
    "notPermitted",
    /TeamSettings\.Read\.All/,
  ],
  ["sign-ins are not permitted", roles("AuditLog.Read.All"), ["users"], "notPermitted", /AuditLog\.Read\.All/],
  ["the tenant has no P1", { nonPremium: true }, ["users"], "notPermitted", /P1/],
  [
    "site addresses are not permitted",
    { ...roles("Sites.Read.All"), emptySiteUrl: "all" },
    ["sites"],
    "notPermitted",
    /Sites\.Read\.All/,
  ],
  ["names are concealed", { concealed: true }, ["groupsUsage", "teamsUsage", "siteUsage"], "concealed", /Display concealed user/],
  [
    "names are concealed and the setting may not be read",
    { concealed: true, ...roles("ReportSettings.Read.All", "ReportSettings.ReadWrite.All") },
    ["groupsUsage"],
    "concealed",
    /Display concealed user/,
  ],
  [
    "the reports are three weeks old",
    { staleReportDays: 21 },
    ["groupsUsage", "teamsUsage", "siteUsage"],
    "stale",
    /Service health/,
  ],
  ["the groups report is empty", { csvHeaderOnly: { groups: true } }, ["groupsUsage"], "partial", /support request/],
  ["the Teams report is empty", { csvHeaderOnly: { teams: true } }, ["teamsUsage"], "partial", /support request/],
  ["the site report is empty", { csvHeaderOnly: { sites: true } }, ["siteUsage"], "partial", /support request/],
  [
    "every report has half of its rows",
    { csvThin: 0.5 },
    ["groupsUsage", "teamsUsage", "siteUsage"],
    "partial",
    /support request/,
  ],
  ["the groups report is always cut", { csvCut: { groups: "always" } }, ["groupsUsage"], "failed", /run the report again/i],
  ["the Teams report is always cut", { csvCut: { teams: "always" } }, ["teamsUsage"], "failed", /run the report again/i],
  ["the site report is always cut", { csvCut: { sites: "always" } }, ["siteUsage"], "failed", /run the report again/i],
])("%s", async (_case, switches, names, state, remedy) => {
  Object.assign(world.simulator.switches, switches);
  const report = await makeReport(world);
  expect(report.rows.length).toBe(400);
  expect(report.summary.status).toBe("CompletedWithGaps");
  for (const source of report.summary.sources) {
    if (names.includes(source.name)) expect([source.name, source.state]).toEqual([source.name, state]);
    if (isGap(source.state)) expect(source.remedy).toMatch(names.includes(source.name) ? remedy : /\w/);
    else expect([source.name, source.remedy]).toEqual([source.name, null]);
  }
  expect(fails(report).filter((id) => !accused.has(id))).toEqual([]);
});

test("a list of groups that ends early, or is refused, is never published", async () => {
  const { store } = world.services;
  const latest = await store.files.readLatest();
  for (const switches of [{ groupsEndEarly: true, shortPages: true }, { groupsDenied: true }] satisfies Partial<Switches>[]) {
    Object.assign(world.simulator.switches, defaultSwitches(), switches);
    const { summary, rows } = await makeReport(world);
    expect([summary.status, rows.length]).toEqual(["Failed", 0]);
    expect(summary.messages[0]).toMatch(/Graph listed \d+ groups, but counts 400|GroupMember\.Read\.All/);
  }
  expect(await store.files.readLatest()).toEqual(latest);
});
