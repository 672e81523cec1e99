import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Durable, DurableTask, Orchestrator } from "../orchestration/durable";
import type { Engine } from "../runs/engine";
import { isProcessGone } from "./process-gone";

const ACTIVITIES_AT_ONCE = 16;

export type ActivityFunction = (input: never) => Promise<unknown>;

export interface EmbeddedEngine extends Engine {
  /** Resolves when the run's orchestrator has ended, with its output. Rejects if it failed, or the engine was stopped before. */
  finished: (runId: string) => Promise<unknown>;
  /** Lets the activities that have begun come to their end; nothing begins after that, and no timer holds the process. */
  stop: () => Promise<void>;
}

/** What an orchestrator yields here. */
interface Task extends Record<string, unknown> {
  result: Promise<unknown>;
}

/** An instance of `reportRun`. */
interface Instance {
  output: Promise<unknown>;
  hasEnded: boolean;
  giveUp: (reason: Error) => void;
}

/** What crosses between orchestrators and activities is JSON, as on the Functions host. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/**
 * Drives the orchestrators in this process, without history or replay: a run that was cut off goes on by its cursors
 * (`--resume`). What they ask for begins at once; after a stop they are simply never told of anything again.
 */
export function createEmbeddedEngine(
  orchestrators: Record<string, Orchestrator<unknown>>,
  activities: Record<string, ActivityFunction>,
): EmbeddedEngine {
  const instances = new Map<string, Instance>();
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let isStopped = false;

  async function runActivity(name: string, input: unknown): Promise<unknown> {
    while (running.size >= ACTIVITIES_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    if (isStopped) return new Promise(() => undefined);
    const activity = activities[name];
    if (!activity) throw new Error(`There is no activity ${name}.`);
    const work = (async () => activity(input as never))();
    running.add(work);
    try {
      return asJson(await work);
    } catch (error) {
      // The orchestrator must not be able to tell the engines apart: the host gives it an Error with such a text.
      throw new Error(`Activity function '${name}' failed: ${textOf(error)}`, { cause: error });
    } finally {
      running.delete(work);
      if (!isStopped) waiting.shift()?.();
    }
  }

  function wait(fireAt: Date): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          resolve();
        },
        Math.max(0, fireAt.getTime() - Date.now()),
      );
      timers.add(timer);
    });
  }

  /** From an orchestrator's first step to its output, over as many histories as it begins. */
  async function drive(name: string, input: unknown): Promise<unknown> {
    const orchestrator = orchestrators[name];
    if (!orchestrator) throw new Error(`There is no orchestrator ${name}.`);
    for (let given = asJson(input); ;) {
      let now = Date.now();
      let next: { input: unknown } | undefined;
      const df: Durable = {
        getInput: <T>() => given as T,
        callActivity: (called, value) => task(runActivity(called, asJson(value))),
        callSubOrchestrator: (called, value) =>
          task(
            drive(called, value).catch((error: unknown) => {
              throw new Error(`Orchestrator function '${called}' failed: ${textOf(error)}`, { cause: error });
            }),
          ),
        Task: { all: (tasks) => task(all(tasks as Task[])) },
        createTimer: (fireAt) => task(wait(fireAt).then(() => void (now = Math.max(now, fireAt.getTime())))),
        setCustomStatus: () => undefined,
        continueAsNew: (value) => (next = { input: asJson(value) }),
        get currentUtcDateTime() {
          return new Date(now);
        },
      };
      const steps = orchestrator(df) as Generator<Task, unknown, unknown>;
      let step = steps.next();
      while (!step.done) {
        const resume = await step.value.result.then(
          (value) => () => steps.next(value),
          (error: unknown) => () => steps.throw(error),
        );
        if (isStopped) return new Promise(() => undefined);
        // Between two steps the orchestrator's clock stands still; it never goes back.
        now = Math.max(now, Date.now());
        step = resume();
      }
      if (next === undefined) return asJson(step.value);
      given = (next as { input: unknown }).input;
    }
  }

  function begin(runId: string): void {
    let giveUp: Instance["giveUp"] = () => undefined;
    const stopped = new Promise<never>((_, reject) => (giveUp = reject));
    const output = Promise.race([stopped, setImmediate().then(() => drive("reportRun", { runId }))]);
    const instance: Instance = { output, hasEnded: false, giveUp };
    const end = () => void (instance.hasEnded = true);
    output.then(end, end);
    instances.set(runId, instance);
  }

  // An engine that was stopped in this process is another holder, whose runs will not go on.
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  return {
    holder,
    start: async (runId) => begin(runId),
    // Under its own lock a run that has not begun yet is just starting.
    isGone: async (lock) => (lock.holder === holder ? instances.get(lock.runId)?.hasEnded === true : isProcessGone(lock)),
    finished: async (runId) => {
      const instance = instances.get(runId);
      if (!instance) throw new Error(`The run ${runId} was not started here.`);
      return instance.output;
    },
    stop: async () => {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(running);
      for (const { giveUp } of instances.values()) giveUp(new Error("The engine was stopped before the run had ended."));
    },
  };
}

/** A failure is told where it is waited for, if it is: a task that another one's failure has left behind is not. */
function task(result: Promise<unknown>): DurableTask {
  result.catch(() => undefined);
  return { result } satisfies Task;
}

function all(tasks: Task[]): Promise<unknown[]> {
  if (tasks.length === 0) throw new Error("Task.all of an empty list throws, as on the Functions host.");
  return Promise.all(tasks.map(({ result }) => result));
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
