import type { Services } from "../activities/services";
import { newRunId } from "../store/keys";
import type { StartedBy } from "../telemetry/events";
import type { Run } from "../store/runs";
import type { Engine } from "./engine";
import { findPrevious } from "./find-previous";

/**
 * Starts a run, by timer, HTTP or command line: takes the lock, writes the run row with all that the run is started with,
 * and hands it to the engine.
 * @param by who starts it, for the log.
 * @throws ReportError run-in-progress, naming the run that is going.
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
    for (const old of await store.runs.list()) if (old.status === "Running" || old.canResume) await closeLeftRun(services, old);
    for (const left of await store.runs.closeUnreadable(new Date(now()).toISOString(), LEFT_FOR_DEAD)) {
      await store.records.deleteRun(left);
      log({ event: "run-taken-over", runId: left });
    }
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

const LEFT_FOR_DEAD = "It was left for dead: what carried it had ended.";

/** With the lock in hand no other run can be going: what still looks like it was left by a process or instance that is gone. */
async function closeLeftRun({ store, now, log }: Services, { runId, status }: Run): Promise<void> {
  const message = status === "Running" ? { message: LEFT_FOR_DEAD } : {};
  await store.runs.end(runId, "Failed", new Date(now()).toISOString(), message);
  await store.records.deleteRun(runId);
  log({ event: "run-taken-over", runId });
}
