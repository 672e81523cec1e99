import { makeReport, openWorld } from "./world";

const DAY = 86_400_000;

test("teams that Graph doesn't find are a share of all teams, also on a night on which few others are read", async () => {
  const world = await openWorld({ groups: 900, settings: { FEATURES: "teams" } });
  let late = 0;
  world.services.now = () => Date.now() + late;
  const teams = world.simulator.tenant.groups.filter(({ team }) => team !== null);
  const LOST = 3;
  for (const group of teams.slice(0, LOST)) group.team = null;

  const night = async () => {
    const before = world.simulator.subrequests.length;
    const { summary } = await makeReport(world);
    const asked = world.simulator.subrequests.slice(before).filter(({ path }) => path.startsWith("/v1.0/teams/"));
    return {
      state: summary.sources.find(({ name }) => name === "teams")?.state,
      teams: new Set(asked.map(({ path }) => path)).size,
    };
  };
  try {
    const first = await night();
    late = DAY;
    const second = await night();
    expect([first.state, second.state]).toEqual(["complete", "complete"]);
    expect(LOST).toBeLessThan(0.01 * first.teams);
    expect(LOST).toBeGreaterThan(0.01 * second.teams);
  } finally {
    await world.close();
  }
});
