import path from "node:path";
import { ACTIVITIES } from "../activities";
import { readTenant } from "../activities/plan";
import { createGraphEnvironment, createServices, createTokens, type Services } from "../activities/services";
import { readTokenFacts } from "../auth/token-claims";
import type { TokenProvider } from "../auth/token-provider";
import { isReportError, ReportError } from "../model/errors";
import { createGraphClient, newMeter } from "../graph/client";
import { createOutage } from "../graph/outage";
import { ORCHESTRATORS } from "../orchestration/activities";
import { collectSource } from "../orchestration/collect-source";
import { reportRun } from "../orchestration/report-run";
import type { Settings } from "../settings/settings";
import { type EmbeddedStorage, startAzurite } from "./azurite";
import { type ActivityFunction, createEmbeddedEngine, type EmbeddedEngine } from "./engine";

/** A laptop's run says that it is alive so often; process-gone.ts knows how long silence may last. */
const HEARTBEAT_MS = 10_000;

export interface Laptop {
  services: Services;
  engine: EmbeddedEngine;
  /** Undefined where REPORT_STORAGE names a storage account. */
  storage: EmbeddedStorage | undefined;
  /** Rejects when the embedded storage goes away while it is still needed. */
  broken: Promise<never>;
  /** Resolves when all that was done is on disk. @throws ReportError storage-unavailable if it can't be saved. */
  close: () => Promise<void>;
}

export interface LaptopOptions {
  settings: Settings;
  /** Folder of the embedded storage; a folder a tenant is made in it. */
  data: string;
  log?: Services["log"];
  /** Tells the user, in a sentence, what is worth knowing and no error. */
  say?: (line: string) => void;
  /** Another Graph than Microsoft's may be asked as fast as it answers; [true]. */
  isPaced?: boolean;
}

/**
 * Opens everything that a run or the local server needs: the token first, since it names the tenant that the storage is
 * kept apart by, then the storage and the engine.
 * @throws ReportError credential-unavailable, token-refused, graph-unavailable, setting-invalid, storage-unavailable.
 */
export async function openLaptop({ settings, data, log, say = () => undefined, isPaced = true }: LaptopOptions): Promise<Laptop> {
  const outage = createOutage();
  const tokens = createTokens(settings, log);
  let storage: EmbeddedStorage | undefined;
  let resolved = settings;
  if (settings.storage.kind === "embedded") {
    const tenantId = await findTenant(settings, tokens, outage);
    const folder = path.resolve(data, tenantId);
    storage = await startAzurite(folder, say);
    resolved = { ...settings, tenantId, storage: { kind: "connectionString", connectionString: storage.connectionString } };
  }
  let isClosing = false;
  try {
    const services = await createServices(resolved, { outage, tokens, ...(log ? { log } : {}) });
    if (storage?.wasCut) say(await tellCut(services));
    services.graph.isPaced = isPaced;
    const finishing = new Set<Promise<unknown>>();
    const activities = Object.fromEntries(
      Object.entries(ACTIVITIES).map(([name, activity]) => [
        name,
        (input: never) => {
          const work = activity(services, input);
          if (name === "finish") finishing.add(work);
          return work;
        },
      ]),
    ) as Record<string, ActivityFunction>;
    const engine = createEmbeddedEngine(
      { [ORCHESTRATORS.reportRun]: reportRun, [ORCHESTRATORS.collectSource]: collectSource },
      activities,
    );
    const heartbeat = setInterval(() => {
      void services.store.runs
        .readLock()
        .then((lock) => (lock?.holder === engine.holder ? services.store.runs.heartbeat(lock.runId) : undefined))
        .catch(() => undefined);
    }, HEARTBEAT_MS);
    heartbeat.unref();
    const broken = failWhenEnded(storage, () => isClosing);
    let isBroken = false;
    broken.catch(() => (isBroken = true));
    return {
      services,
      engine,
      storage,
      broken,
      close: async () => {
        isClosing = true;
        clearInterval(heartbeat);
        // A run that has shown its end is to be left whole: any other step is done again by whoever resumes it.
        const settled = engine.stop().then(() => Promise.allSettled(finishing));
        // Without its storage nothing comes to an end: requests are tried again for half a minute.
        await Promise.race([settled, ...(storage ? [storage.ended] : [])]);
        if (!storage || isBroken) return;
        if (!storage.isJoined) say("Saving the storage …");
        await storage.stop();
      },
    };
  } catch (error) {
    isClosing = true;
    await storage?.stop().catch(() => undefined);
    throw error;
  }
}

/** What the lock names was under way, as far as it was saved. */
async function tellCut({ store }: Services): Promise<string> {
  const lost = "The embedded storage was not saved to its end: its process was killed, or the machine went down.";
  const lock = await store.runs.readLock();
  return lock
    ? `${lost} Of the run ${lock.runId} only what was saved before is known; if it was published, that is lost here. \`run --resume\` goes on with it.`
    : `${lost} What was done in its last seconds is lost.`;
}

/** Rejects where the storage goes away too early; it never resolves. */
async function failWhenEnded(storage: EmbeddedStorage | undefined, isClosing: () => boolean): Promise<never> {
  await storage?.ended;
  if (!storage || isClosing()) return new Promise<never>(() => undefined);
  throw new ReportError(
    "storage-unavailable",
    "The embedded storage (Azurite) ended in the middle of the work. Run again with --resume; for more than about 100,000 groups set REPORT_STORAGE to a storage account.",
  );
}

/** The token names its tenant; where it can't be decoded the settings do, or Graph. */
async function findTenant(settings: Settings, tokens: TokenProvider, outage: ReturnType<typeof createOutage>): Promise<string> {
  for (;;) {
    try {
      const known = readTokenFacts(await tokens.get())?.tenantId ?? settings.tenantId;
      const id =
        known ??
        (await readTenant(createGraphClient(createGraphEnvironment(settings, tokens, outage), newMeter()), undefined)).id;
      return /^[\w.-]{1,64}$/.test(id) ? id.toLowerCase() : "tenant";
    } catch (error) {
      if (!isReportError(error, "graph-unavailable", "graph-throttled")) throw error;
      if (error.code === "graph-unavailable") outage.onAnswer(false);
      if (outage.isOver()) throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.waitSeconds ?? 5) * 1000));
    }
  }
}
