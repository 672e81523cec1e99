import { isReportError } from "../errors";
import type { Store } from "../store";
import type { RunPlan } from "../store/runs";

/**
 * The published run that the next one is compared with. After a rollback that may be one of a newer version: then the
 * next is compared with none and says so, rather than not be made.
 */
export async function findPrevious({ files, runs }: Store): Promise<Pick<RunPlan, "previousRunId" | "noPrevious">> {
  try {
    const latest = await files.readLatest();
    if (!latest) return { previousRunId: null };
    await runs.get(latest.runId);
    await files.checkRun(latest.runId);
    return { previousRunId: latest.runId };
  } catch (error) {
    if (!isReportError(error, "data-newer")) throw error;
    return { previousRunId: null, noPrevious: `This report is compared with no earlier one: ${error.message}` };
  }
}
