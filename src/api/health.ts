import type { HttpResponseInit } from "@azure/functions";
import { findStopped, type StoppedRun } from "../runs/find-stopped";
import { VERSION } from "../settings/settings";
import { json, problem } from "./problem";
import type { Handler } from "./request";

/**
 * Is the app there, can it read its storage, does no run stand still, and how old is the last published report? For
 * monitors, which go by the status. With Entra in front monitors can't sign in, so that everybody may ask, and is told
 * nothing that names a run or the version.
 */
export const health: Handler = async (_request, { services, engine }, { auth }) => {
  const [latest, lock, stopped] = await Promise.all([
    services.store.files.readLatest(),
    services.store.runs.readLock(),
    findStopped(services, engine),
  ]);
  const ageHours = latest ? Math.round(((services.now() - Date.parse(latest.finishedAt)) / 3_600_000) * 10) / 10 : null;
  const lastPublished = latest ? { status: latest.status, finishedAt: latest.finishedAt, ageHours } : null;
  if (auth === "entra") return answerWith(stopped, "A run", { lastPublished });
  return answerWith(stopped, `The run ${stopped?.runId}`, {
    version: VERSION,
    lastPublished: lastPublished && { runId: latest?.runId, ...lastPublished },
    running: lock?.runId ?? null,
    ...(stopped ? { runId: stopped.runId } : {}),
  });
};

function answerWith(stopped: StoppedRun | undefined, run: string, facts: Record<string, unknown>): HttpResponseInit {
  if (!stopped) return json(200, { status: "ok", ...facts });
  const { silentMinutes } = stopped;
  const detail =
    silentMinutes === undefined
      ? `${run} stopped without an end: what carried it is gone. Start a run; it takes the place of this one, which then ends as failed. The application's log says why it stopped.`
      : `${run} has shown no sign of life for ${silentMinutes} minutes. Look at the application's log, and restart the app if it stays so; after an hour a new run may take its place.`;
  return problem(503, "Unhealthy", detail, facts);
}
