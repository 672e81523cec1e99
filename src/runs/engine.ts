import type { Lock } from "../model/run";

/** Who carries orchestrations: the Functions host's Durable Functions, or the driver of this process. */
export interface Engine {
  /** Stands in the lock: `azure`, or `host:pid:engine` on a laptop. */
  holder: string;
  /** Starts the orchestrator `reportRun` under the run's id. */
  start: (runId: string) => Promise<void>;
  /** Will the run that holds this lock never go on? */
  isGone: (lock: Lock) => Promise<boolean>;
}
