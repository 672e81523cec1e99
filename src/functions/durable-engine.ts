import type { DurableClient } from "durable-functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { ORCHESTRATORS } from "../orchestration/activities";
import type { Engine } from "../runs/engine";

/** A run in a durable timer writes no heartbeat for up to a minute, an activity for up to ten. */
const SILENT_MS = 15 * 60_000;
const GOING: unknown[] = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.ContinuedAsNew, OrchestrationRuntimeStatus.Suspended];

/** Durable Functions as the engine. The instance's id is the run's id. */
export function createDurableEngine(client: DurableClient): Engine {
  return {
    holder: "azure",
    start: async (runId) => {
      await client.startNew(ORCHESTRATORS.reportRun, { instanceId: runId, input: { runId } });
    },
    isGone: async ({ runId, heartbeat }) => {
      if (Date.now() - Date.parse(heartbeat) < SILENT_MS) return false;
      // An unknown instance is a 404, which the client throws or answers with nothing.
      const status = await client.getStatus(runId).catch((error: unknown) => {
        if (/404|not found|no instance/i.test(String((error as Error).message))) return undefined;
        throw error;
      });
      return !status?.runtimeStatus || !GOING.includes(status.runtimeStatus);
    },
  };
}
