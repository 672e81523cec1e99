import * as z from "zod";
import type { Activities } from "../orchestration/activities";
import { readTokenFacts } from "../auth/token-claims";
import { isReportError } from "../model/errors";
import { createGraphClient, type GraphClient, newMeter } from "../graph/client";
import { SOURCES } from "../sources";
import { SOURCE_NAMES } from "../model/records";
import type { Source } from "../sources/source";
import { errorCodeOf } from "../telemetry/event-line";
import type { Services } from "./services";
import { watchRun } from "./watch-run";

/** A nightly page that keeps failing is tried again after 1, 5, 15 and 30 minutes (docs/architecture.md). */
const NIGHTLY_PATIENCE = [60, 300, 900, 1800];
/** Somebody waits: about two minutes, in waits so short that a cancel is seen within ten seconds. */
const LAPTOP_PATIENCE = [1, 2, 4, ...Array<number>(15).fill(8)];

const organization = z.object({ value: z.array(z.object({ id: z.string(), displayName: z.string().nullish() })).min(1) });

/**
 * The tenant's id and name from `/organization`; where that is not permitted the id of the token or of the settings.
 * Needs User.Read.All or Organization.Read.All.
 */
export async function readTenant(
  client: GraphClient,
  fallbackId: string | undefined,
): Promise<{ id: string; name: string | null }> {
  try {
    const { value } = await client.getJson("/organization?$select=id,displayName", (json) => organization.parse(json));
    return { id: value[0]?.id ?? "", name: value[0]?.displayName ?? null };
  } catch (error) {
    if (isReportError(error, "credential-unavailable", "token-refused", "cancelled") || !isReportError(error)) throw error;
    return { id: readTokenFacts(await client.environment.tokens.get())?.tenantId ?? fallbackId ?? "", name: null };
  }
}

export async function plan(services: Services, { runId }: Activities["plan"]["input"]): Promise<Activities["plan"]["outcome"]> {
  const { store, settings, graph } = services;
  const run = await store.runs.get(runId);
  const patience = services.outage ? LAPTOP_PATIENCE : NIGHTLY_PATIENCE;
  const cancelled = { cancelled: true, phases: [], patience };
  if (run?.status !== "Running") return cancelled;
  const sources: Source[] = Object.values(SOURCES);
  const chosen = sources.filter(({ feature }) => !feature || run.features.includes(feature));
  // First of all: a run that is cancelled ends with its sources, too.
  for (const name of SOURCE_NAMES)
    await store.cursors.open(runId, name, chosen.some((source) => source.name === name) ? null : "off");
  if (run.cancelRequested) return cancelled;
  if (!run.tenantName) {
    const stop = watchRun(services, run);
    try {
      const tenant = await readTenant(createGraphClient(graph, newMeter(), stop.signal), settings.tenantId);
      await store.runs.setTenant(runId, tenant.id || run.tenantId || "unknown", tenant.name);
    } catch (error) {
      if (stop.why() === "cancelled") return cancelled;
      // The groups' first page meets the same and says it as their gap.
      services.log({ event: "tenant-unknown", runId, code: errorCodeOf(error) });
    } finally {
      stop.end();
    }
  }
  await store.runs.heartbeat(runId);
  const phases = [1, 2, 3].map((phase) => chosen.filter((source) => source.phase === phase).map(({ name }) => name));
  return { cancelled: false, phases, patience };
}
