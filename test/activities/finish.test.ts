import { ACTIVITIES } from "../../src/activities";
import type { FinishInput } from "../../src/orchestration/activities";
import { openWorld, type World } from "../integration/world";
import { planRun } from "./held-run";

let world: World;
beforeAll(async () => {
  world = await openWorld({ groups: 1 });
});
afterAll(() => world.close());

test("a call that is cut off between the run's end and its log line is made good by the next: alerts stand on that line", async () => {
  const runId = await planRun(world);
  const { services, events } = world;
  await services.store.runs.requestCancel(runId);
  const cutOff = {
    ...services,
    log: () => {
      throw new Error("The worker was killed here.");
    },
  };
  const input: FinishInput = { runId, how: "cancelled", outputs: [] };
  await expect(ACTIVITIES.finish(cutOff, input)).rejects.toThrow("The worker was killed here.");
  expect((await services.store.runs.get(runId))?.status).toBe("Cancelled");

  const ends = () => events.filter(({ event }) => event === "run-finished");
  expect(await ACTIVITIES.finish(services, input)).toEqual({ status: "Cancelled" });
  expect(ends()).toEqual([expect.objectContaining({ runId, status: "Cancelled" })]);
  expect(await services.store.runs.readLock()).toBeUndefined();
  // And once it is done, one more call says nothing.
  await ACTIVITIES.finish(services, input);
  expect(ends().length).toBe(1);
});
