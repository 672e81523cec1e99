import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Orchestrator } from "../../src/orchestration/durable";
import { DurableHost, type HistoryEvent, type State, triggerOf } from "../functions/durable-host";
import { asHandler, dice, functionsOf, type How, LONG_PATIENCE, PATIENCE, scriptRun } from "./scripted-run";

/**
 * Histories of whole runs, as the Functions host would replay them after a deployment: what an orchestrator was told,
 * and what it asked for. One line an instance, in a file a version of the orchestrators.
 */
export interface RecordedHistory {
  run: string;
  name: string;
  input: unknown;
  history: HistoryEvent[];
  state: State;
}

const FOLDER = path.join(__dirname, "histories");
/** The ways of a run to end, each by a seed whose sources are short, fail, wait and begin anew. */
export const RUNS: readonly [How, number][] = [
  ["publish", 3],
  ["publish", 14],
  ["cancelled", 5],
  ["unreachable", 6],
  ["notCollected", 7],
  ["broken", 8],
];

/** The version that host.json gives to new instances. */
export function defaultVersion(): string {
  const host = JSON.parse(readFileSync(path.join(__dirname, "../../host.json"), "utf8")) as {
    extensions: { durableTask: { defaultVersion: string } };
  };
  return host.extensions.durableTask.defaultVersion;
}

const fileOf = (version: string) => path.join(FOLDER, `${version}.ndjson`);

export function hasHistories(version: string): boolean {
  return existsSync(fileOf(version));
}

export function readHistories(version: string): RecordedHistory[] {
  return readFileSync(fileOf(version), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedHistory);
}

/** What this orchestrator asks for when it is told this history. */
export async function replay({ input, history }: RecordedHistory, orchestrator: Orchestrator<unknown>): Promise<State> {
  const played = history.map((event) => ({ ...event, IsPlayed: true }));
  const trigger = triggerOf({ id: "recorded", input, history: played });
  return JSON.parse(JSON.stringify(await asHandler(orchestrator)(JSON.parse(JSON.stringify(trigger)), {}))) as State;
}

/** Makes the file of a version that has none yet: what instances of that version have been told never changes. */
export async function recordHistories(version: string): Promise<void> {
  const lines: string[] = [];
  for (const [how, seed] of RUNS) {
    const { activities } = scriptRun(seed, how, how === "broken" ? PATIENCE : LONG_PATIENCE);
    const generations = new Map<string, number>();
    const recorded = new Map<string, RecordedHistory>();
    const host = new DurableHost(
      functionsOf(activities),
      dice(seed),
      (milliseconds) => Math.min(milliseconds, 10),
      ({ id, name, input }, { history }, state) => {
        const generation = generations.get(id) ?? 0;
        const snapshot = JSON.parse(JSON.stringify({ run: `${how} ${seed}`, name, input, history, state })) as RecordedHistory;
        recorded.set(`${id} ${generation}`, snapshot);
        // After continueAsNew the instance has another history.
        if (state.actions.flat().some(({ actionType }) => actionType === 4)) generations.set(id, generation + 1);
      },
    );
    host.start("reportRun", "run", { runId: "run" });
    await host.finished("run");
    lines.push(...[...recorded.values()].map((one) => JSON.stringify(one)));
  }
  await mkdir(FOLDER, { recursive: true });
  await writeFile(fileOf(version), `${lines.join("\n")}\n`, { flag: "wx" });
}
