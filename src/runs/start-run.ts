import type { Services } from "../activities/services";
import { newRunId } from "../store/keys";
import type { Engine } from "./engine";

/**
 * Starts a run, by timer, HTTP or command line: takes the lock, writes the run row with all that the run is started with,
 * and hands it to the engine.
 * @throws ReportError run-in-progress, naming the run that is going.
 */
export async function startRun(services: Services, engine: Engine): Promise<{ runId: string; startedAt: string }> {
  const { store, settings, now } = services;
  const started = new Date(now());
  const runId = newRunId(started);
  const startedAt = started.toISOString().replace(/\.\d+Z$/, "Z");
  const left = await store.runs.takeLock(runId, engine.holder, engine.isGone);
  try {
    if (left !== undefined && left !== runId) await closeLeftRun(services, left);
    const latest = await store.files.readLatest();
    await store.runs.insert(runId, startedAt, {
      features: settings.features,
      thresholds: settings.thresholds,
      deadline: new Date(now() + settings.runDeadlineHours * 3_600_000).toISOString(),
      previousRunId: latest?.runId ?? null,
      tenantId: settings.tenantId ?? null,
    });
    await engine.start(runId);
  } catch (error) {
    await store.runs.end(runId, "Failed", new Date(now()).toISOString(), { message: "It could not be started." }).catch(() => undefined);
    await store.runs.releaseLock(runId);
    throw error;
  }
  return { runId, startedAt };
}

/** A run whose process or instance is gone never ends by itself. */
async function closeLeftRun({ store, now, log }: Services, runId: string): Promise<void> {
  const run = await store.runs.get(runId);
  if (run?.status !== "Running") return;
  await store.runs.end(runId, "Failed", new Date(now()).toISOString(), { message: "It was left for dead: the process that carried it had ended." });
  await store.records.deleteRun(runId);
  log({ event: "run-taken-over", runId });
}
