/**
 * The small part of the Durable Functions API that both engines have: the Functions host's `context.df`, and the
 * laptop's driver, local/engine.ts. Orchestrators are written on this alone.
 */
export interface Durable {
  getInput<T>(): T;
  callActivity(name: string, input: unknown): DurableTask;
  callSubOrchestrator(name: string, input: unknown): DurableTask;
  /** Throws on an empty list (Azure/azure-functions-durable-js#477). */
  Task: { all(tasks: DurableTask[]): DurableTask };
  createTimer(fireAt: Date): DurableTask;
  setCustomStatus(status: unknown): void;
  /** The orchestrator returns right after. */
  continueAsNew(input: unknown): void;
  /** The same at every replay; `new Date()` is not. */
  readonly currentUtcDateTime: Date;
}

/** Opaque: orchestrators only ever yield it. */
export type DurableTask = object;

/** What an orchestrator is: yields tasks, gets their results back, returns its output. */
export type Orchestrator<Output> = (df: Durable) => Generator<DurableTask, Output, never>;
