import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Durable, DurableTask, Orchestrator } from "../../src/orchestration/durable";
import {
  defaultVersion,
  hasHistories,
  ORCHESTRATORS,
  readHistories,
  type RecordedHistory,
  recordHistories,
  replay,
  RUNS,
} from "./recorded-histories";

/**
 * A run that is under way when a new version is deployed is replayed by the new code, from its first step. These
 * histories were recorded with the code that started them and never change: where the present code asks for anything
 * else, such a run would be lost. CONTRIBUTING.md, "Upgrades", says what to do then.
 */
const version = defaultVersion();
const recorded = () => readHistories(version);

beforeAll(async () => {
  if (process.env["RECORD_HISTORIES"] && !hasHistories(version)) await recordHistories(version);
});

/** The histories that this code does not follow, by run and name. */
async function findBroken(histories: RecordedHistory[], orchestrators: Record<string, Orchestrator<unknown>>): Promise<string[]> {
  const broken = new Set<string>();
  for (const history of histories) {
    const orchestrator = orchestrators[history.name];
    const state = orchestrator && (await replay(history, orchestrator).catch((error: unknown) => ({ error: String(error) })));
    if (JSON.stringify(state) !== JSON.stringify(history.state)) broken.add(`${history.run}: ${history.name}`);
  }
  return [...broken].toSorted();
}

test("an instance is carried on by its own version or a later one, and is never failed by an earlier one", () => {
  const text = readFileSync(path.join(__dirname, "../../host.json"), "utf8");
  const { durableTask } = (JSON.parse(text) as { extensions: { durableTask: Record<string, unknown> } }).extensions;
  expect(durableTask).toMatchObject({ versionMatchStrategy: "CurrentOrOlder", versionFailureStrategy: "Reject" });
  // Compared as numbers, part by part: each part must be one.
  expect(version).toMatch(/^\d+\.\d+$/);
});

test("there are histories of the version that new instances get, of every way in which a run ends", () => {
  expect([version, hasHistories(version)]).toEqual([version, true]);
  const histories = recorded();
  expect(new Set(histories.map(({ run }) => run))).toEqual(new Set(RUNS.map(([how, seed]) => `${how} ${seed}`)));
  expect(histories.filter(({ name, state }) => name === "reportRun" && state.isDone).length).toBe(RUNS.length);
  // Sub-orchestrations that have begun a new history are among them.
  expect(histories.some(({ state }) => state.actions.flat().some(({ actionType }) => actionType === 4))).toBe(true);
});

test.each(readdirSync(path.join(__dirname, "histories")).map((name) => path.basename(name, ".ndjson")))(
  "every recorded run of version %s is followed by the present code, step by step",
  async (recordedVersion) => {
    expect(await findBroken(readHistories(recordedVersion), ORCHESTRATORS)).toEqual([]);
  },
);

describe("a change that would lose runs under way is noticed:", () => {
  /** The present orchestrator, with its calls spoilt on the way. */
  const spoilt =
    (spoil: (df: Durable) => Partial<Durable>): Orchestrator<unknown> =>
    (df) => {
      const changed = Object.create(df, Object.getOwnPropertyDescriptors(spoil(df))) as Durable;
      return (ORCHESTRATORS["reportRun"] as Orchestrator<unknown>)(changed);
    };
  const published = () => recorded().filter(({ run, name }) => run === "publish 3" && name === "reportRun");

  test.each<[string, (df: Durable) => Partial<Durable>]>([
    [
      "an activity of another name",
      (df) => ({ callActivity: (name, input) => df.callActivity(name === "assess" ? "assess2" : name, input) }),
    ],
    [
      "another input of an activity",
      (df) => ({ callActivity: (name, input) => df.callActivity(name, { ...(input as object), more: 1 }) }),
    ],
    ["other tasks side by side", (df) => ({ Task: { all: (tasks) => df.Task.all(tasks.toReversed()) } })],
  ])("%s", async (_what, spoil) => {
    expect(await findBroken(published(), { reportRun: spoilt(spoil) })).toEqual(["publish 3: reportRun"]);
  });

  test("a step more", async () => {
    const longer = function* (df: Durable): Generator<DurableTask, unknown, never> {
      yield df.callActivity("stillGoing", { runId: "run" });
      return yield* (ORCHESTRATORS["reportRun"] as Orchestrator<unknown>)(df);
    };
    expect(await findBroken(published(), { reportRun: longer })).toEqual(["publish 3: reportRun"]);
  });
});
