import type { DurableClient } from "durable-functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { ORCHESTRATORS } from "../orchestration/activities";
import type { Engine } from "../runs/engine";

/** The lock is taken before the instance is there: one that the host does not know may be just starting. */
const UNKNOWN_MS = 15 * 60_000;
/**
 * An instance that is said to be running but was not heard of for so long is stuck: after a rollback, the host leaves
 * instances of a newer version as they are (versionFailureStrategy Reject), and they would hold the lock for ever. Taking
 * it over is safe at any time: should the instance wake up, it finds its run closed and ends without a trace.
 */
const STUCK_MS = 60 * 60_000;
const ENDED = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
  OrchestrationRuntimeStatus.Canceled,
];

/** How long durable history is kept, and how far back a purge looks for what an outage of the purge has left. */
const KEPT_DAYS = 7;
const LOOK_BACK_DAYS = 30;
const DAY_MS = 86_400_000;

/** Removes the history of instances that have ended, a day a call: a purge of everything times out (Azure/azure-functions-durable-extension#1145). */
export async function purgeHistory(client: DurableClient, now: number): Promise<number> {
  let purged = 0;
  for (let day = LOOK_BACK_DAYS; day > KEPT_DAYS; day--) {
    const filter = {
      createdTimeFrom: new Date(now - day * DAY_MS),
      createdTimeTo: new Date(now - (day - 1) * DAY_MS),
      runtimeStatus: ENDED,
    };
    purged += (await client.purgeInstanceHistoryBy(filter)).instancesDeleted;
  }
  return purged;
}

/** Durable Functions as the engine. The instance's id is the run's id. */
export function createDurableEngine(client: DurableClient): Engine {
  return {
    holder: "azure",
    start: async (runId) => {
      await client.startNew(ORCHESTRATORS.reportRun, { instanceId: runId, input: { runId } });
    },
    isGone: async ({ runId, heartbeat }) => {
      const silentMs = Date.now() - Date.parse(heartbeat);
      // An unknown instance is a 404, which the client throws or answers with nothing.
      const status = await client.getStatus(runId).catch((error: unknown) => {
        if (silentMs < UNKNOWN_MS || /404|not found|no instance/i.test(String((error as Error).message))) return undefined;
        throw error;
      });
      if (!status?.runtimeStatus) return silentMs > UNKNOWN_MS;
      return ENDED.includes(status.runtimeStatus) || silentMs > STUCK_MS;
    },
  };
}
