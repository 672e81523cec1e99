import { isReportError } from "../model/errors";
import type { Store } from "../store";
import { isStorageFailure } from "../store/connect";
import type { RunPlan } from "../model/run";

/**
 * The published run that the next one is compared with. After a rollback that may be one of a newer version: then the
 * next is compared with none and says so, rather than not be made; so it is if what is stored of it is damaged.
 */
export async function findPrevious({ files, runs }: Store): Promise<Pick<RunPlan, "previousRunId" | "noPrevious">> {
  try {
    const latest = await files.readLatest();
    if (!latest) return { previousRunId: null };
    await runs.get(latest.runId);
    await files.checkRun(latest.runId);
    return { previousRunId: latest.runId };
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    const why = isReportError(error, "data-newer") ? error.message : "what is stored of the last one can't be read.";
    return { previousRunId: null, noPrevious: `This report is compared with no earlier one: ${why}` };
  }
}
