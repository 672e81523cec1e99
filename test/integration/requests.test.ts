import { makeReport, openWorld } from "./world";

test("all features cost 1,000 groups, 520 teams and 2,000 users at most 60 requests", async () => {
  const world = await openWorld({ groups: 1000, settings: { FEATURES: "all" } });
  const { summary } = await makeReport(world);
  const asked = world.simulator.requests.filter(({ host }) => host !== "identity").length;
  await world.close();
  expect(summary.status).toBe("Completed");
  expect(world.simulator.tenant.users.length).toBeGreaterThanOrEqual(2000);
  expect(asked).toBeGreaterThan(25);
  expect(asked).toBeLessThanOrEqual(60);
  // One more than the sources tell: the tenant's name.
  expect(summary.sources.reduce((sum, { requests }) => sum + requests, 1)).toBe(asked);
});
