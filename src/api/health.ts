import { VERSION } from "../settings";
import { json } from "./problem";
import type { Handler } from "./request";

/** Is the app there, can it read its storage, and how old is the last published report? For monitors. */
export const health: Handler = async (_request, { services }) => {
  const [latest, lock] = await Promise.all([services.store.files.readLatest(), services.store.runs.readLock()]);
  const ageHours = latest ? Math.round(((services.now() - Date.parse(latest.finishedAt)) / 3_600_000) * 10) / 10 : null;
  return json(200, {
    status: "ok",
    version: VERSION,
    lastPublished: latest ? { runId: latest.runId, status: latest.status, finishedAt: latest.finishedAt, ageHours } : null,
    running: lock?.runId ?? null,
  });
};
