import { randomUUID } from "node:crypto";

/**
 * A stand-in for the Durable extension of the Functions host: keeps histories, calls the registered orchestrators with
 * them through durable-functions' own replay, and carries out what they ask for. Completions come in random order, each
 * in an episode of its own or with others. Written from durable-functions' wire format: action types and event types
 * are its enums.
 */
export type Handler = (input: unknown, context: unknown) => unknown;

export interface HistoryEvent {
  EventType: number;
  EventId: number;
  IsPlayed: boolean;
  Timestamp: string;
  [key: string]: unknown;
}
export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  fireAt?: string;
  compoundActions?: Action[];
}
export interface Instance {
  id: string;
  name: string;
  input: unknown;
  history: HistoryEvent[];
  fresh: HistoryEvent[];
  scheduled: number;
  isExecuting: boolean;
  status: "Running" | "Completed" | "Failed";
  output: unknown;
  parent?: { instance: Instance; taskId: number };
}

/** What the extension sends to an orchestrator. */
export type Trigger = ReturnType<typeof triggerOf>;

export function triggerOf({ history, input, id }: Pick<Instance, "history" | "input" | "id">) {
  return {
    history,
    input,
    instanceId: id,
    isReplaying: false,
    maximumShortTimerDuration: "6.00:00:00",
    longRunningTimerIntervalDuration: "3.00:00:00",
    upperSchemaVersion: 3,
    upperSchemaVersionNew: 3,
  };
}

/** What an orchestrator answers: everything that it has asked for so far. */
export interface State {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
}

export const ACTION = { callActivity: 0, callSubOrchestrator: 2, continueAsNew: 4, createTimer: 5, whenAll: 12 };
export const EVENT = {
  executionStarted: 0,
  taskCompleted: 5,
  taskFailed: 6,
  subCompleted: 8,
  subFailed: 9,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
};

const ignore = () => undefined;
const LOG = { log: ignore, warn: ignore, error: ignore };

export class DurableHost {
  readonly instances = new Map<string, Instance>();
  /** By how much waits that were shortened have put the clock forward. */
  private skippedMs = 0;

  constructor(
    private readonly functions: ReadonlyMap<string, Handler>,
    private readonly random: () => number,
    /** Turns a wait of an orchestrator into a shorter one, where a test has no hours. */
    private readonly shorten: (milliseconds: number) => number = (milliseconds) => milliseconds,
    /** Told of each episode, with the history that it replayed and what the orchestrator answered. */
    private readonly onEpisode: (instance: Instance, trigger: Trigger, state: State) => void = () => undefined,
    /** What activities are called with: where their log lines go. */
    private readonly context: unknown = LOG,
  ) {}

  start(name: string, id: string, input: unknown, parent?: Instance["parent"]): Instance {
    const instance: Instance = {
      id,
      name,
      input,
      history: [],
      fresh: [],
      scheduled: 0,
      isExecuting: false,
      status: "Running",
      output: undefined,
      ...(parent ? { parent } : {}),
    };
    this.instances.set(id, instance);
    this.raise(instance, this.event(EVENT.executionStarted, { Name: name, Input: JSON.stringify(input) }));
    return instance;
  }

  async finished(id: string): Promise<Instance> {
    for (;;) {
      const instance = this.instances.get(id);
      if (instance && instance.status !== "Running") return instance;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private now(): number {
    return Date.now() + this.skippedMs;
  }

  private event(EventType: number, more: Record<string, unknown> = {}): HistoryEvent {
    return { EventType, EventId: -1, IsPlayed: false, Timestamp: new Date(this.now()).toISOString(), ...more };
  }

  private raise(instance: Instance, happened: HistoryEvent): void {
    instance.fresh.push(happened);
    // A random moment later, so that completions overtake each other and some come together.
    setTimeout(() => void this.episode(instance), this.random() * 10);
  }

  private async episode(instance: Instance): Promise<void> {
    if (instance.isExecuting || instance.fresh.length === 0 || instance.status !== "Running") return;
    instance.isExecuting = true;
    const fresh = instance.fresh.splice(0).toSorted(() => this.random() - 0.5);
    instance.history = [
      ...instance.history.map((old) => ({ ...old, IsPlayed: true })),
      this.event(EVENT.orchestratorStarted),
      ...fresh,
    ];
    const trigger = triggerOf(instance);
    try {
      const handler = this.functions.get(instance.name);
      if (!handler) throw new Error(`no orchestrator ${instance.name}`);
      // What crosses the wire is JSON.
      const state = JSON.parse(JSON.stringify(await handler(JSON.parse(JSON.stringify(trigger)), {}))) as State;
      this.onEpisode(instance, trigger, state);
      instance.history.push(this.event(EVENT.orchestratorCompleted));
      this.carryOut(instance, flatten(state.actions.flat()), state);
    } catch (error) {
      instance.status = "Failed";
      instance.output = String(error);
      this.tellParent(instance);
    }
    instance.isExecuting = false;
    if (instance.fresh.length > 0) void this.episode(instance);
  }

  private carryOut(instance: Instance, actions: Action[], state: State): void {
    const again = actions.find(({ actionType }) => actionType === ACTION.continueAsNew);
    if (again) {
      const input: unknown = again.input;
      Object.assign(instance, { input, history: [], fresh: [], scheduled: 0 });
      this.raise(instance, this.event(EVENT.executionStarted, { Name: instance.name, Input: JSON.stringify(input) }));
      return;
    }
    for (; instance.scheduled < actions.length; instance.scheduled++)
      this.schedule(instance, actions[instance.scheduled] as Action, instance.scheduled);
    if (!state.isDone) return;
    instance.status = "Completed";
    instance.output = state.output;
    this.tellParent(instance);
  }

  private schedule(instance: Instance, action: Action, taskId: number): void {
    if (action.actionType === ACTION.createTimer) {
      const fireAt = Date.parse(action.fireAt ?? "");
      const fire = () => {
        this.skippedMs = Math.max(this.skippedMs, fireAt - Date.now());
        this.raise(instance, this.event(EVENT.timerFired, { TimerId: taskId, FireAt: action.fireAt }));
      };
      setTimeout(fire, this.shorten(Math.max(0, fireAt - this.now())));
    } else if (action.actionType === ACTION.callSubOrchestrator) {
      this.start(action.functionName ?? "", randomUUID(), action.input, { instance, taskId });
    } else if (action.actionType === ACTION.callActivity) {
      void this.runActivity(instance, action, taskId);
    } else {
      throw new Error(`the stand-in knows no action of type ${action.actionType}`);
    }
  }

  private async runActivity(instance: Instance, { functionName = "", input }: Action, taskId: number): Promise<void> {
    try {
      const handler = this.functions.get(functionName);
      if (!handler) throw new Error(`no activity ${functionName}`);
      const result = JSON.stringify((await handler(JSON.parse(JSON.stringify(input ?? null)), this.context)) ?? null);
      this.raise(instance, this.event(EVENT.taskCompleted, { TaskScheduledId: taskId, Result: result }));
    } catch (error) {
      this.raise(
        instance,
        this.event(EVENT.taskFailed, {
          TaskScheduledId: taskId,
          Reason: `Activity function '${functionName}' failed`,
          Details: String(error),
        }),
      );
    }
  }

  private tellParent({ parent, status, output }: Instance): void {
    if (!parent) return;
    const told =
      status === "Completed"
        ? { EventType: EVENT.subCompleted, Result: JSON.stringify(output ?? null) }
        : { EventType: EVENT.subFailed, Reason: "failed", Details: String(output) };
    this.raise(parent.instance, this.event(told.EventType, { TaskScheduledId: parent.taskId, ...told }));
  }
}

/** Tasks are numbered in the order in which they stand, those inside of a whenAll one by one. */
export function flatten(actions: Action[]): Action[] {
  return actions.flatMap((action) => (action.actionType === ACTION.whenAll ? flatten(action.compoundActions ?? []) : [action]));
}
