import { isGap } from "../../src/verdict/source-use";
import { makeReport, openWorld, type World } from "./world";

let world: World;
beforeAll(async () => {
  world = await openWorld({ groups: 120, settings: { FEATURES: "all", RUN_DEADLINE_HOURS: "1" } });
});
afterAll(() => world.close());

test("at the run's deadline the optional sources that are still open become failed, and the report is published", async () => {
  // Two hours pass as soon as the groups are counted for the second time, at the end of their list.
  const counted = () =>
    world.simulator.requests.filter(({ path, status }) => path.includes("/groups/$count") && status === 200).length;
  world.services.now = () => Date.now() + (counted() >= 2 ? 2 * 3_600_000 : 0);
  const { summary, rows } = await makeReport(world);
  expect([summary.status, rows.length]).toEqual(["CompletedWithGaps", 120]);
  const late = summary.sources.filter(({ state }) => isGap(state));
  expect(late.map(({ name }) => name)).toEqual(expect.arrayContaining(["owners", "siteUsage", "teams"]));
  for (const { state, remedy } of late)
    expect([state, remedy]).toEqual(["failed", expect.stringContaining("RUN_DEADLINE_HOURS")]);
  expect(summary.byResult.Fail).toBe(0);
});

test("a run in the storage of another tenant compares itself with nothing", async () => {
  world.services.now = () => Date.now();
  const other = { ...world.simulator.tenant, id: "99999999-0000-4000-8000-000000000000", name: "Another" };
  world.simulator.tenant = other;
  const { summary, rows } = await makeReport(world);
  expect(summary.tenant).toEqual({ id: other.id, name: "Another" });
  expect(new Set(rows.map(({ change }) => change))).toEqual(new Set([null]));
});
