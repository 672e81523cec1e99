import type { Services } from "../activities/services";
import { endRun } from "../activities/finish";
import { newRunId } from "../model/keys";
import type { StartedBy } from "../telemetry/events";
import type { Engine } from "./engine";
import { findPrevious } from "./find-previous";

/**
 * Starts a run, by timer, HTTP or command line: takes the lock, writes the run row with all that the run is started with,
 * and hands it to the engine.
 * @param by who starts it, for the log.
 * @throws ReportError run-in-progress, naming the run in progress.
 */
export async function startRun(
  services: Services,
  engine: Engine,
  by: StartedBy = "cli",
): Promise<{ runId: string; startedAt: string }> {
  const { store, settings, now, log } = services;
  const started = new Date(now());
  const runId = newRunId(started);
  const startedAt = started.toISOString().replace(/\.\d+Z$/, "Z");
  await store.runs.takeLock(runId, engine.holder, engine.isGone);
  try {
    await tidyUp(services);
    await store.runs.insert(runId, startedAt, {
      features: settings.features,
      thresholds: settings.thresholds,
      deadline: new Date(now() + settings.runDeadlineHours * 3_600_000).toISOString(),
      ...(await findPrevious(store)),
      tenantId: settings.tenantId ?? null,
    });
    await engine.start(runId);
  } catch (error) {
    await store.runs
      .end(runId, "Failed", new Date(now()).toISOString(), { message: "It could not be started." })
      .catch(() => undefined);
    await store.runs.releaseLock(runId);
    throw error;
  }
  log({ event: "run-started", runId, by });
  return { runId, startedAt };
}

/**
 * With the lock in hand no other run can be in progress: what looks like it was left by a process or an instance that is
 * gone, and ends here. The newest of the others may have been cut off before its records were removed.
 */
async function tidyUp(services: Services): Promise<void> {
  const { store, log } = services;
  for (const left of await store.runs.listUnfinished()) {
    log({ event: "run-taken-over", runId: left.runId });
    if (left.status === "Running") await endRun(services, left, { runId: left.runId, how: "abandoned", outputs: [] });
    else await store.runs.forbidResume(left.runId);
    await store.records.deleteRun(left.runId);
  }
  const newest = (await store.runs.list())[0];
  if (newest) await store.records.deleteRun(newest.runId);
}
