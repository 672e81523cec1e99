import { ACTIVITIES } from "../../src/activities";
import type { SourceName } from "../../src/model/records";
import { defaultSwitches } from "../../simulator";
import { openWorld, type World } from "../integration/world";
import { collectAll, planRun } from "./held-run";

/** A source that waits says why: whoever reads the log decides from it whether to ask Microsoft for more, or for less. */
let world: World;
let runId: string;

beforeAll(async () => {
  world = await openWorld({ groups: 1500, settings: { FEATURES: "all" }, switches: { shortPages: true } });
  runId = await planRun(world);
});
afterAll(async () => {
  await ACTIVITIES.finish(world.services, { runId, how: "cancelled", outputs: [] });
  await world.close();
});
afterEach(() => void Object.assign(world.simulator.switches, defaultSwitches(), { shortPages: true }));

/** Reads a source to its end; the clock jumps over its waits. */
async function readToEnd(source: SourceName): Promise<void> {
  let now = Date.now();
  for (let at = { epoch: 0, page: 0 }; ;) {
    const last = (await collectAll({ ...world.services, now: () => now }, { runId, source, ...at })).at(-1);
    if (last?.kind === "end") return;
    if (last?.kind !== "wait") throw new Error(`${source}: ${last?.kind}`);
    at = last;
    now = Date.parse(last.until);
  }
}
const waitsOf = (source: SourceName) =>
  new Set(world.events.filter((event) => event["event"] === "wait" && event["source"] === source).map(({ reason }) => reason));

test("throttled: Graph asked for it", async () => {
  world.simulator.switches.failures = [{ fault: "throttle429", probability: 1, times: 1, match: "/groups" }];
  world.simulator.switches.retryAfterSeconds = 11;
  await readToEnd("groups");
  expect(waitsOf("groups")).toEqual(new Set(["throttled"]));
});

test("pace: sign-ins may be asked for ten times a minute", async () => {
  await readToEnd("users");
  expect(waitsOf("users")).toEqual(new Set(["pace"]));
});

test("failing: single readings are refused, and asked again at the end", async () => {
  world.simulator.switches.failures = [{ fault: "500", probability: 0.05, scope: ["subrequest"], match: "/teams/" }];
  await readToEnd("owners");
  await readToEnd("teams");
  expect(waitsOf("teams")).toEqual(new Set(["failing"]));
});
