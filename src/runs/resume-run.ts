import type { Services } from "../activities/services";
import type { Engine } from "./engine";

/**
 * Goes on with the newest run where that has not ended: its process was stopped, or Graph could not be reached. Its
 * cursors tell where, its first start stays its start, and sources that were given up are tried again.
 * @returns undefined where there is nothing to go on with.
 * @throws ReportError run-in-progress where somebody is still at it.
 */
export async function resumeRun(services: Services, engine: Engine): Promise<{ runId: string } | undefined> {
  const { store, settings, now } = services;
  const newest = (await store.runs.list())[0];
  if (!newest || newest.cancelRequested || (newest.status !== "Running" && !newest.canResume)) return undefined;
  const { runId } = newest;
  await store.runs.takeLock(runId, engine.holder, engine.isGone);
  await store.runs.reopen(runId, new Date(now() + settings.runDeadlineHours * 3_600_000).toISOString());
  for (const { source, state } of (await store.cursors.list(runId)).cursors) {
    if (state !== "failed" && state !== "skipped") continue;
    const cursor = await store.cursors.read(runId, source);
    if (cursor) await store.cursors.move(runId, cursor, { state: null, message: null, notBefore: null });
  }
  services.log({ event: "run-resumed", runId });
  await engine.start(runId);
  return { runId };
}
