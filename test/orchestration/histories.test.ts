import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Durable, DurableTask, Orchestrator } from "../../src/orchestration/durable";
import {
  defaultVersion,
  hasHistories,
  readHistories,
  type RecordedHistory,
  recordHistories,
  replay,
  RUNS,
} from "./recorded-histories";
import { dice, ORCHESTRATORS } from "./scripted-run";
import { EVENT, flatten, type HistoryEvent, type State } from "../functions/durable-host";

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

/** A history's episodes: what came together, each with the start and the end that the host adds. */
function episodesOf(history: readonly HistoryEvent[]): HistoryEvent[][] {
  const episodes: HistoryEvent[][] = [];
  for (const event of history) {
    if (event.EventType === EVENT.orchestratorStarted || episodes.length === 0) episodes.push([]);
    episodes.at(-1)?.push(event);
  }
  return episodes;
}

const askedFor = ({ actions }: State) => flatten(actions.flat()).map((action) => JSON.stringify(action));

test("a host that stopped at any event of any recorded history: the present code had asked for what it then goes on with", async () => {
  let stops = 0;
  for (const { name, history, state, ...recordedAs } of recorded()) {
    const asked = askedFor(state);
    // An orchestrator is not called before it has been told of its start.
    const first = history.findIndex(({ EventType }) => EventType === EVENT.executionStarted) + 1;
    for (let length = first; length < history.length; length++) {
      const cut = { ...recordedAs, name, state, history: history.slice(0, length) };
      const before = askedFor(await replay(cut, ORCHESTRATORS[name] as Orchestrator<unknown>));
      expect([recordedAs.run, name, length, before]).toEqual([recordedAs.run, name, length, asked.slice(0, before.length)]);
      stops++;
    }
  }
  expect(stops).toBeGreaterThan(1000);
}, 180_000);

test("what came together may come in any order: every recorded history leads to the same", async () => {
  let shuffled = 0;
  const random = dice(5);
  for (const one of recorded()) {
    const history = episodesOf(one.history).flatMap((episode) => {
      const isFixed = ({ EventType }: HistoryEvent) =>
        EventType === EVENT.orchestratorStarted ||
        EventType === EVENT.orchestratorCompleted ||
        EventType === EVENT.executionStarted;
      const came = episode.filter((event) => !isFixed(event));
      if (came.length > 1) shuffled++;
      const order = came.map((event) => ({ event, at: random() })).toSorted((a, b) => a.at - b.at);
      const head = episode.filter((event) => isFixed(event) && event.EventType !== EVENT.orchestratorCompleted);
      const tail = episode.filter(({ EventType }) => EventType === EVENT.orchestratorCompleted);
      return [...head, ...order.map(({ event }) => event), ...tail];
    });
    expect([one.run, one.name, await replay({ ...one, history }, ORCHESTRATORS[one.name] as Orchestrator<unknown>)]).toEqual([
      one.run,
      one.name,
      one.state,
    ]);
  }
  expect(shuffled).toBeGreaterThan(10);
});

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
