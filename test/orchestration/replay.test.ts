import type { OrchestrationHandler } from "durable-functions";
import { createEmbeddedEngine } from "../../src/embedded/engine";
import { collectSource } from "../../src/orchestration/collect-source";
import type { Durable, Orchestrator } from "../../src/orchestration/durable";
import { reportRun } from "../../src/orchestration/report-run";
import { DurableHost, type Handler } from "../functions/durable-host";
import { dice, type How, LONG_PATIENCE, PATIENCE, scriptRun } from "./scripted-run";

/**
 * The orchestrators on both engines with their own replay, in any order of completions: the in-memory engine of the
 * laptop, and durable-functions under a stand-in of the host's extension.
 */
const { createOrchestrator } = jest.requireActual<{ createOrchestrator: (handler: OrchestrationHandler) => Handler }>(
  "durable-functions/lib/src/util/testingUtils",
);
const ORCHESTRATORS = { reportRun, collectSource } as Record<string, Orchestrator<unknown>>;

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
  const handlers = new Map<string, Handler>(Object.entries(activities) as unknown as [string, Handler][]);
  for (const [name, orchestrator] of Object.entries(ORCHESTRATORS))
    handlers.set(
      name,
      createOrchestrator(function* (context) {
        return yield* orchestrator(context.df as unknown as Durable) as Generator<never, unknown, unknown>;
      }),
    );
  const waits: number[] = [];
  const shorten = (milliseconds: number) => {
    waits.push(milliseconds);
    return Math.min(milliseconds, 10);
  };
  const host = new DurableHost(handlers, dice(seed + 1000), shorten);
  host.start("reportRun", "run", { runId: "run" });
  const { status, output } = await host.finished("run");
  expect([status, output]).toEqual(["Completed", how === "publish" ? "Completed" : "Failed"]);
  // What was left behind comes to its end, and starts nothing.
  await new Promise((resolve) => setTimeout(resolve, 30));
  check();
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
