import { createEmbeddedEngine } from "../../src/local/engine";
import { DurableHost, type State, type Trigger } from "../functions/durable-host";
import { dice, functionsOf, type How, LONG_PATIENCE, ORCHESTRATORS, PATIENCE, scriptRun } from "./scripted-run";

/**
 * The orchestrators on both engines, in any order of completions: the laptop's driver, and durable-functions' own replay
 * under a stand-in of the host's extension.
 */

const SEEDS = Array.from({ length: 30 }, (_, n) => n + 1);
const ENDS: How[] = ["publish", "publish", "cancelled", "unreachable", "notCollected"];
const endFor = (seed: number): How => ENDS[seed % ENDS.length] as How;

async function onEmbeddedEngine(seed: number): Promise<void> {
  const how = endFor(seed);
  const { activities, check } = scriptRun(seed, how);
  // An activity that throws is waited for five seconds; the waits are tested on the stand-in, which has shorter ones.
  const patient = { ...activities, judge: (input: never) => activities["judge"]?.(input).catch(() => ({ rows: 1 })) };
  const engine = createEmbeddedEngine(ORCHESTRATORS, patient as typeof activities);
  try {
    await engine.start("run");
    expect(await engine.finished("run")).toBe(how === "publish" ? "Completed" : "Failed");
  } finally {
    await engine.stop();
  }
  check();
}

async function onDurableFunctions(seed: number, how: How): Promise<{ waits: number[] }> {
  const { activities, check } = scriptRun(seed, how, how === "broken" ? PATIENCE : LONG_PATIENCE);
  const functions = functionsOf(activities);
  const again: Promise<[State, State]>[] = [];
  const waits: number[] = [];
  const shorten = (milliseconds: number) => {
    waits.push(milliseconds);
    return Math.min(milliseconds, 10);
  };
  // A host that is killed at the end of an episode, before it has kept the answer, asks again: as if killed at every one.
  const askAgain = ({ name }: { name: string }, trigger: Trigger, state: State) => {
    if (seed % 4 > 0) return;
    const copy = JSON.parse(JSON.stringify(trigger)) as Trigger;
    again.push(Promise.resolve(functions.get(name)?.(copy, {})).then((second) => [state, second as State]));
  };
  const host = new DurableHost(functions, dice(seed + 1000), shorten, askAgain);
  host.start("reportRun", "run", { runId: "run" });
  const { status, output } = await host.finished("run");
  expect([status, output]).toEqual(["Completed", how === "publish" ? "Completed" : "Failed"]);
  // What was left behind comes to its end, and starts nothing.
  await new Promise((resolve) => setTimeout(resolve, 30));
  check();
  for (const [first, second] of await Promise.all(again)) expect(JSON.parse(JSON.stringify(second))).toEqual(first);
  return { waits };
}

/** All at once: they mostly wait. A failure names its seed. */
async function expectForAll(seeds: number[], run: (seed: number) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(seeds.map(run));
  const failed = results.flatMap((result, n) => (result.status === "rejected" ? [`seed ${seeds[n]}: ${result.reason}`] : []));
  expect(failed).toEqual([]);
}

test("on the laptop's engine every order of completions leads to the same end", () => expectForAll(SEEDS, onEmbeddedEngine));

test("under durable-functions every order of completions leads to the same end", () =>
  expectForAll(SEEDS, (seed) => onDurableFunctions(seed, endFor(seed))));

test("an activity that always throws is tried for two and a half minutes, and ends the run as broken", () =>
  expectForAll(SEEDS, async (seed) => {
    const { waits } = await onDurableFunctions(seed, "broken");
    const long = waits.filter((wait) => wait > 1000).map((wait) => Math.round(wait / 1000));
    expect(long).toEqual([5, 30, 120]);
  }));
