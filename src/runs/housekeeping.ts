import type { Services } from "../activities/services";
import type { Run } from "../model/run";

const DAY_MS = 86_400_000;
/** Runs that one call removes at most: a slice ends long before any host's time limit. */
const RUNS_A_SLICE = 20;

/**
 * Which runs have had their time: published ones after RETENTION_DAYS, but of each month the first without a gap after
 * HISTORY_MONTHS; unpublished ones after RETENTION_DAYS. Never the last two published ones, nor one in progress.
 */
export function chooseExpired(runs: readonly Run[], now: number, retentionDays: number, historyMonths: number): Run[] {
  const published = runs
    .filter(({ status }) => status === "Completed" || status === "CompletedWithGaps")
    .toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
  const keep = new Set(published.slice(-2).map(({ runId }) => runId));
  const oldestMonth = new Date(now);
  oldestMonth.setUTCMonth(oldestMonth.getUTCMonth() - historyMonths);
  const months = new Set<string>();
  for (const { runId, status, startedAt } of published) {
    const month = startedAt.slice(0, 7);
    if (status !== "Completed" || months.has(month)) continue;
    months.add(month);
    if (Date.parse(startedAt) >= oldestMonth.getTime()) keep.add(runId);
  }
  return runs.filter(
    ({ runId, status, startedAt }) =>
      status !== "Running" && !keep.has(runId) && now - Date.parse(startedAt) > retentionDays * DAY_MS,
  );
}

/** Removes a slice of what is past its time. @returns how many runs are still to be removed. */
export async function removeExpired({ store, settings, now, log }: Services): Promise<number> {
  const runs = await store.runs.list();
  const expired = chooseExpired(runs, now(), settings.retentionDays, settings.historyMonths);
  for (const { runId } of expired.slice(0, RUNS_A_SLICE)) {
    await store.files.deleteRun(runId);
    await store.records.deleteRun(runId);
    await store.cursors.deleteRun(runId);
    // Last: a call that is stopped on the way finds the run again.
    await store.runs.delete(runId);
    log({ event: "run-removed", runId });
  }
  return Math.max(0, expired.length - RUNS_A_SLICE);
}
