import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setImmediate } from "node:timers/promises";
import {
  InMemoryOrchestrationBackend,
  NoOpLogger,
  type OrchestrationContext,
  type Task,
  whenAll,
} from "@microsoft/durabletask-js";
import { OrchestrationStatus } from "@microsoft/durabletask-js/dist/proto/orchestrator_service_pb";
import {
  newCompleteOrchestrationAction,
  newFailureDetails,
  newOrchestratorStartedEvent,
} from "@microsoft/durabletask-js/dist/utils/pb-helper.util";
import { OrchestrationExecutor } from "@microsoft/durabletask-js/dist/worker/orchestration-executor";
import { Registry } from "@microsoft/durabletask-js/dist/worker/registry";
import type { Durable, Orchestrator } from "../orchestration/durable";
import type { Engine } from "../runs/engine";
import { isProcessGone } from "./process-gone";

const ACTIVITIES_AT_ONCE = 16;
/** The backend's timers wake nobody; it is looked at so often while nothing else happens. */
const LOOK_MS = 50;

export type ActivityFunction = (input: never) => Promise<unknown>;

export interface EmbeddedEngine extends Engine {
  /** Resolves when the run's orchestrator has ended, with its output. Rejects where the orchestrator itself failed. */
  finished: (runId: string) => Promise<unknown>;
  /** The whole history of an instance, as text: for tests that look for secrets. */
  history: () => string;
  stop: () => Promise<void>;
}

/**
 * The Durable Task engine's in-memory backend in this process, with a worker of our own: the package's runs activities
 * one at a time and never rests (durable-facts §2.0).
 */
export function createEmbeddedEngine(
  orchestrators: Record<string, Orchestrator<unknown>>,
  activities: Record<string, ActivityFunction>,
): EmbeddedEngine {
  const backend = new InMemoryOrchestrationBackend();
  const registry = new Registry();
  for (const [name, orchestrator] of Object.entries(orchestrators)) {
    registry.addNamedOrchestrator(name, async function* (context: OrchestrationContext, input: unknown): AsyncGenerator<
      Task<unknown>,
      unknown,
      never
    > {
      return yield* orchestrator(adapt(context, input)) as Generator<Task<unknown>, unknown, never>;
    });
  }

  let running = 0;
  let stopped = false;
  let wake: () => void = () => undefined;
  const instances = new Set<string>();

  async function runActivity({
    instanceId,
    name,
    taskId,
    input,
  }: {
    instanceId: string;
    name: string;
    taskId: number;
    input?: string;
  }): Promise<void> {
    running++;
    let result: string | undefined;
    let failure: Error | undefined;
    try {
      const activity = activities[name];
      if (!activity) throw new Error(`no activity ${name}`);
      result = JSON.stringify((await activity((input === undefined ? undefined : JSON.parse(input)) as never)) ?? null);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    // Never between the steps of an orchestrator: what comes then would be taken for processed and never be looked at.
    await setImmediate();
    running--;
    if (!stopped) backend.completeActivity(instanceId, taskId, result, failure);
    wake();
  }

  async function runOrchestrator(instance: NonNullable<ReturnType<typeof backend.getNextOrchestrationWorkItem>>): Promise<void> {
    const { instanceId, completionToken, history, pendingEvents, executionId } = instance;
    instances.add(instanceId);
    // The backend tells the time at the start alone; an orchestrator's clock would stand still, and its timers fire at once.
    if (history.length > 0) pendingEvents.unshift(newOrchestratorStartedEvent(new Date()));
    try {
      const executor = new OrchestrationExecutor(registry, new NoOpLogger());
      const { actions, customStatus } = await executor.execute(instanceId, history, pendingEvents, executionId);
      backend.completeOrchestration(instanceId, completionToken, actions, customStatus);
    } catch (error) {
      const failed = newCompleteOrchestrationAction(
        -1,
        OrchestrationStatus.ORCHESTRATION_STATUS_FAILED,
        undefined,
        newFailureDetails(error),
      );
      backend.completeOrchestration(instanceId, completionToken, [failed]);
    }
    await setImmediate();
  }

  async function work(): Promise<void> {
    while (!stopped) {
      const orchestration = backend.getNextOrchestrationWorkItem();
      if (orchestration) await runOrchestrator(orchestration);
      const activity = running < ACTIVITIES_AT_ONCE ? backend.getNextActivityWorkItem() : undefined;
      if (activity) void runActivity(activity);
      if (!orchestration && !activity) await rest();
    }
  }

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const worker = work();
  // An engine that was stopped in this process is another holder, whose runs will not go on.
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  return {
    holder,
    start: async (runId) => {
      backend.createInstance(runId, "reportRun", JSON.stringify({ runId }));
      instances.add(runId);
      wake();
    },
    isGone: async (lock) => lock.holder !== holder && isProcessGone(lock),
    finished: async (runId) => {
      const ended = [
        OrchestrationStatus.ORCHESTRATION_STATUS_COMPLETED,
        OrchestrationStatus.ORCHESTRATION_STATUS_FAILED,
        OrchestrationStatus.ORCHESTRATION_STATUS_TERMINATED,
      ];
      const instance = await backend.waitForState(runId, ({ status }) => ended.some((end) => end === status), 0);
      if (instance?.status !== OrchestrationStatus.ORCHESTRATION_STATUS_COMPLETED)
        throw new Error(instance?.failureDetails?.getErrormessage() ?? "the orchestrator did not end");
      return instance.output === undefined ? undefined : JSON.parse(instance.output);
    },
    history: () => JSON.stringify([...instances].map((id) => backend.getInstance(id)?.history.map((event) => event.toObject()))),
    stop: async () => {
      stopped = true;
      wake();
      await worker;
      backend.reset();
    },
  };
}

function adapt(context: OrchestrationContext, input: unknown): Durable {
  return {
    getInput: <T>() => input as T,
    callActivity: (name, value) => context.callActivity(name, value),
    callSubOrchestrator: (name, value) => context.callSubOrchestrator(name, value),
    Task: { all: (tasks) => whenAll(tasks as Task<unknown>[]) },
    createTimer: (fireAt) => context.createTimer(fireAt),
    setCustomStatus: (status) => context.setCustomStatus(status),
    continueAsNew: (value) => context.continueAsNew(value, false),
    get currentUtcDateTime() {
      return context.currentUtcDateTime;
    },
  };
}
