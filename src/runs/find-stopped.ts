import type { Services } from "../activities/services";
import type { Engine } from "./engine";

/** A run that waits shows that it is alive every minute, and no activity takes longer than ten (functionTimeout in host.json). */
const SILENT_MS = 15 * 60_000;

export interface StoppedRun {
  runId: string;
  /** Minutes since it was last heard of, if its engine says that it is in progress; undefined if nothing carries it any more. */
  silentMinutes: number | undefined;
}

/** The run that has neither ended nor goes on, if there is one: nobody else would say so. */
export async function findStopped({ store, now }: Services, engine: Engine): Promise<StoppedRun | undefined> {
  // In this order: a run has its lock before its row says Running, and until it says something else.
  const running = (await store.runs.listUnfinished()).filter(({ status }) => status === "Running");
  const lock = await store.runs.readLock();
  const isRunning = async (runId: string) => (await store.runs.standing(runId))?.status === "Running";
  for (const { runId } of running)
    if (runId !== lock?.runId && (await isRunning(runId))) return { runId, silentMinutes: undefined };
  if (!lock) return undefined;
  const { runId, heartbeat } = lock;
  const hasEnded = ((await store.runs.standing(runId)) ?? { status: "Running" }).status !== "Running";
  if (hasEnded) return undefined;
  if (await engine.isGone(lock)) return { runId, silentMinutes: undefined };
  const silentMs = now() - Date.parse(heartbeat);
  return silentMs > SILENT_MS ? { runId, silentMinutes: Math.floor(silentMs / 60_000) } : undefined;
}
