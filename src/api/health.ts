import { VERSION } from "../settings";
import { json } from "./problem";
import type { Handler } from "./request";

/**
 * Is the app there, can it read its storage, and how old is the last published report? For monitors. With Entra in front
 * monitors can't sign in, so that everybody may ask, and is told nothing that names a run or the version.
 */
export const health: Handler = async (_request, { services }, { auth }) => {
  const [latest, lock] = await Promise.all([services.store.files.readLatest(), services.store.runs.readLock()]);
  const ageHours = latest ? Math.round(((services.now() - Date.parse(latest.finishedAt)) / 3_600_000) * 10) / 10 : null;
  const lastPublished = latest && { status: latest.status, finishedAt: latest.finishedAt, ageHours };
  if (auth === "entra") return json(200, { status: "ok", lastPublished: lastPublished ?? null });
  return json(200, {
    status: "ok",
    version: VERSION,
    lastPublished: lastPublished ? { runId: latest.runId, ...lastPublished } : null,
    running: lock?.runId ?? null,
  });
};
