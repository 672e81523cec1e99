import type { Durable, DurableTask, Orchestrator } from "../../src/orchestration/durable";
import { collectSource } from "../../src/orchestration/collect-source";
import { reportRun } from "../../src/orchestration/report-run";

/**
 * Carries an orchestrator on virtual time: activities take a random while, timers pass at once on its clock. Replay is the
 * engines' business and is tested on them (test/embedded, test/functions).
 */
export interface Driven {
  output: unknown;
  /** Every activity in the order in which they began and ended. */
  log: string[];
  /** Seconds of every timer. */
  timers: number[];
  histories: number;
}

export type Script = (name: string, input: never) => unknown;

const ORCHESTRATORS: Record<string, Orchestrator<unknown>> = { reportRun, collectSource };

interface Pending extends Record<string, unknown> {
  promise: Promise<unknown>;
}

export async function drive(orchestrator: string, input: unknown, script: Script, seed = 1): Promise<Driven> {
  const driven: Driven = { output: undefined, log: [], timers: [], histories: 0 };
  let state = seed * 7919 + 1;
  const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  let clock = Date.parse("2026-11-23T02:00:00Z");

  async function activity(name: string, value: unknown): Promise<unknown> {
    const label = `${name} ${Object.values(value as object)
      .slice(1)
      .join(" ")}`.trim();
    driven.log.push(`> ${label}`);
    for (let turns = Math.floor(random() * 20); turns > 0; turns--) await Promise.resolve();
    driven.log.push(`< ${label}`);
    return JSON.parse(JSON.stringify(script(name, value as never) ?? null)) as unknown;
  }

  async function run(name: string, value: unknown): Promise<unknown> {
    driven.histories++;
    let again: { input: unknown } | undefined;
    const task = (promise: Promise<unknown>): DurableTask => {
      promise.catch(() => undefined);
      return { promise } satisfies Pending;
    };
    const df: Durable = {
      getInput: <T>() => value as T,
      callActivity: (called, given) => task(activity(called, given)),
      callSubOrchestrator: (called, given) => task(run(called, given)),
      Task: {
        all: (tasks) => {
          if (tasks.length === 0) throw new Error("Task.all of an empty list throws on the real host");
          return task(Promise.all((tasks as Pending[]).map(({ promise }) => promise)));
        },
      },
      createTimer: (fireAt) => {
        driven.timers.push((fireAt.getTime() - clock) / 1000);
        clock = Math.max(clock, fireAt.getTime());
        return task(Promise.resolve());
      },
      setCustomStatus: () => undefined,
      continueAsNew: (given) => (again = { input: given }),
      get currentUtcDateTime() {
        return new Date(clock);
      },
    };
    const generator = (ORCHESTRATORS[name] as Orchestrator<unknown>)(df) as Generator<Pending, unknown, unknown>;
    let step = generator.next();
    while (!step.done) {
      let result: { value: unknown } | { error: unknown };
      try {
        result = { value: await step.value.promise };
      } catch (error) {
        result = { error };
      }
      step = "error" in result ? generator.throw(result.error) : generator.next(result.value);
    }
    return again ? run(name, (again as { input: unknown }).input) : step.value;
  }

  driven.output = await run(orchestrator, input);
  return driven;
}
