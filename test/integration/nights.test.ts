import { startRun } from "../../src/runs/start-run";
import { resumeRun } from "../../src/runs/resume-run";
import type { ReportRow, Summary } from "../../src/model/report";
import { defaultSwitches, type SimGroup } from "../../simulator";
import { createEngine, makeReport, openWorld, type Report, type World } from "./world";

/** From night to night: what a run says of the one before, and what it carries over. */
const DAY = 86_400_000;
let world: World;
let first: Report;
/** How far the software's clock is ahead; it goes on meanwhile, since waits are held against it. */
let ahead = 0;

beforeAll(async () => {
  world = await openWorld({ groups: 200, settings: { FEATURES: "all" } });
  world.services.now = () => Date.now() + ahead;
  first = await makeReport(world);
});
afterAll(() => world.close());
afterEach(() => {
  Object.assign(world.simulator.switches, defaultSwitches());
});

/** The next night: the tenant's today and the software's are a day on, and some groups may have come, gone or changed. */
async function nextNight(change: (groups: SimGroup[]) => SimGroup[] = (groups) => groups): Promise<Report> {
  ahead += DAY;
  const { tenant } = world.simulator;
  const groups = change(tenant.groups);
  world.simulator.tenant = {
    ...tenant,
    groups,
    groupById: new Map(groups.map((group) => [group.id, group])),
    now: new Date(tenant.now.getTime() + DAY),
  };
  return makeReport(world);
}

const teamReadings = () => world.simulator.subrequests.filter(({ path }) => path.startsWith("/v1.0/teams/")).length;
const rowOf = (report: Report, id: string) => report.rows.find((row) => row.id === id) as ReportRow;

test("a first run compares with nothing", () => {
  expect(
    first.rows.every(({ change, resultSince }) => change === null && resultSince === first.summary.startedAt.slice(0, 10)),
  ).toBe(true);
  expect(first.summary.removed).toEqual([]);
});

test("the next night says what changed and since when, who is new and who is gone, and reads a seventh of the teams", async () => {
  const { tenant } = world.simulator;
  const before = teamReadings();
  const passing = tenant.groups.find(
    (group) =>
      group.expected.result === "Pass" && group.expected.kind === "Group" && group.owners.length > 1 && group.groupsUsage,
  );
  const gone = tenant.groups.find((group) => group.expected.result === "Fail");
  const renamed = tenant.groups.find((group) => group.expected.result === "Pass" && group.id !== passing?.id);
  if (!passing || !gone || !renamed) throw new Error("the tenant lacks a scenario");
  const newcomer = {
    ...renamed,
    id: "00000000-1111-4222-8333-444444444444",
    displayName: "Newcomer",
    mail: "newcomer@x.example",
    proxyAddresses: [],
    sites: [],
    teamsUsage: null,
    groupsUsage: null,
    team: null,
    resourceProvisioningOptions: [],
  };

  const second = await nextNight((groups) => [
    ...groups.filter(({ id }) => id !== gone.id).map((group) => (group.id === passing.id ? { ...group, owners: [] } : group)),
    newcomer,
  ]);
  expect(rowOf(second, passing.id)).toMatchObject({
    result: "Issues",
    change: "worse",
    resultSince: second.summary.startedAt.slice(0, 10),
  });
  expect(rowOf(second, newcomer.id)).toMatchObject({ change: "new" });
  expect(second.summary.removed).toEqual([{ id: gone.id, displayName: gone.displayName, lastResult: "Fail" }]);
  const same = second.rows.filter(({ change }) => change === "same");
  expect(same.length).toBeGreaterThan(180);
  expect(same.every(({ resultSince }) => resultSince === first.summary.startedAt.slice(0, 10))).toBe(true);

  const third = await nextNight((groups) => groups.map((group) => (group.id === passing.id ? passing : group)));
  expect(rowOf(third, passing.id)).toMatchObject({ result: "Pass", change: "better" });
  expect(third.summary.removed).toEqual([]);
  const teams = tenant.groups.filter(({ expected }) => expected.kind === "Team").length;
  expect(teamReadings() - before).toBeGreaterThan(0);
  expect((teamReadings() - before) / 2).toBeLessThan(teams * 0.8);
  for (const row of third.rows.filter(({ kind, archived }) => kind === "Team" && archived !== null)) {
    expect(row.archived).toBe(tenant.groupById.get(row.id)?.expected.archived);
    expect(Date.parse(third.summary.startedAt) - Date.parse(row.archivedAsOf ?? "")).toBeLessThan(7 * DAY);
  }
});

test("a run that failed is no run to compare with, and after a gap the comparison goes on", async () => {
  const before = await world.services.store.files.readLatest();
  world.simulator.switches.groupsDenied = true;
  expect((await nextNight()).summary.status).toBe("Failed");
  Object.assign(world.simulator.switches, defaultSwitches(), { concealed: true });
  const gap = await nextNight();
  expect(gap.summary.status).toBe("CompletedWithGaps");
  expect((await world.services.store.runs.get(gap.runId))?.previousRunId).toBe(before?.runId);
  expect(gap.rows.some(({ change }) => change === "changed")).toBe(true);
  Object.assign(world.simulator.switches, defaultSwitches());
  const after = await nextNight();
  expect(after.summary.status).toBe("Completed");
  expect((await world.services.store.runs.get(after.runId))?.previousRunId).toBe(gap.runId);
});

test("a fall of the number of groups by more than a fifth is a gap that is said", async () => {
  const all = world.simulator.tenant.groups;
  const report = await nextNight((groups) => groups.slice(60));
  expect([report.summary.status, report.summary.removed.length]).toEqual(["CompletedWithGaps", 60]);
  expect(report.summary.messages.join()).toMatch(/more than 20 % fewer/);
  await nextNight(() => all);
});

test("an engine that is stopped in the middle, with activities still under way, goes on to the same report", async () => {
  const undisturbed = await makeReport(world);
  const facts = ({ runId: _r, resultSince: _s, change: _c, ...row }: ReportRow) => JSON.stringify(row);
  for (const after of [1, 4, 9, 14]) {
    world.simulator.switches.latencyMs = 60;
    const before = world.simulator.requests.length;
    const { runId } = await startRun(world.services, world.engine);
    while (world.simulator.requests.length < before + after) await new Promise((resolve) => setTimeout(resolve, 5));
    await world.engine.stop();
    world.engine = createEngine(world.services);
    expect(await resumeRun(world.services, world.engine)).toEqual({ runId });
    await world.engine.finished(runId);
    const summary = (await world.services.store.files.readSummary(runId)) as Summary;
    expect([after, summary.status]).toEqual([after, "Completed"]);
    const rows: string[] = [];
    for (const shard of "0123456789abcdef")
      for await (const { row } of world.services.store.files.readShard(runId, shard)) rows.push(facts(row));
    expect(rows.toSorted()).toEqual(undisturbed.rows.map(facts).toSorted());
  }
});
