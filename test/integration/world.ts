import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { ACTIVITIES } from "../../src/activities";
import { createServices, createTokens, type Services } from "../../src/activities/services";
import type { AuthChoice } from "../../src/settings/choose-auth";
import { createIdentity } from "../../src/auth/credential";
import { createTokenProvider } from "../../src/auth/token-provider";
import { type EmbeddedStorage, startAzurite } from "../../src/local/azurite";
import { type ActivityFunction, createEmbeddedEngine, type EmbeddedEngine } from "../../src/local/engine";
import { createOutage } from "../../src/graph/outage";
import { ORCHESTRATORS } from "../../src/orchestration/activities";
import { collectSource } from "../../src/orchestration/collect-source";
import { reportRun } from "../../src/orchestration/report-run";
import type { ReportRow, Summary } from "../../src/model/report";
import { startRun } from "../../src/runs/start-run";
import { loadSettings } from "../../src/settings/settings";
import type { Format } from "../../src/model/formats";
import type { TelemetryEvent } from "../../src/telemetry/events";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator";

/** A simulated tenant, a real Azurite and the software on them, in this process. The token comes through @azure/identity. */
export interface World {
  simulator: Simulator;
  storage: EmbeddedStorage;
  services: Services;
  engine: EmbeddedEngine;
  events: Record<string, unknown>[];
  /** What went to the activities and came back from them: all that orchestration history would hold. */
  exchanged: unknown[];
  close: () => Promise<void>;
}

export interface WorldOptions extends SimulatorOptions {
  settings?: Record<string, string>;
  /** Shared by several worlds, one after another. */
  folder?: string;
  /** Signs in as the simulator's application, instead of by its managed identity. */
  signIn?: (simulator: Simulator) => { choice: AuthChoice; ca: string };
}

export async function openWorld({ settings = {}, folder, signIn, ...options }: WorldOptions = {}): Promise<World> {
  const simulator = await startSimulator(options);
  process.env["IDENTITY_ENDPOINT"] = simulator.identityEndpoint;
  process.env["IDENTITY_HEADER"] = simulator.identityHeader;
  const data = folder ?? (await mkdtemp(path.join(tmpdir(), "groups-report-")));
  const storage = await startAzurite(data);
  const events: Record<string, unknown>[] = [];
  const read = loadSettings("laptop", {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    REPORT_STORAGE: storage.connectionString,
    FEATURES: "",
    ...settings,
  });
  const log = (event: TelemetryEvent) => void events.push({ ...event });
  const own = signIn?.(simulator);
  const tokens = own
    ? createTokenProvider({
        createIdentity: () => createIdentity(own.choice, { ca: own.ca }),
        resource: read.graphResource,
        choice: own.choice,
        log,
      })
    : createTokens(read, log);
  const services = await createServices(read, { outage: createOutage(), log, tokens });
  services.graph.isPaced = false;
  const exchanged: unknown[] = [];
  const engine = createEngine(services, exchanged);
  return {
    simulator,
    storage,
    services,
    engine,
    events,
    exchanged,
    close: async () => {
      await engine.stop();
      await storage.stop();
      await simulator.close();
      if (folder === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}

export function createEngine(services: Services, exchanged: unknown[] = []): EmbeddedEngine {
  const activities = Object.fromEntries(
    Object.entries(ACTIVITIES).map(([name, activity]) => [
      name,
      async (input: never) => {
        const outcome = await activity(services, input);
        exchanged.push([name, input, outcome]);
        return outcome;
      },
    ]),
  ) as Record<string, ActivityFunction>;
  return createEmbeddedEngine({ [ORCHESTRATORS.reportRun]: reportRun, [ORCHESTRATORS.collectSource]: collectSource }, activities);
}

export interface Report {
  runId: string;
  summary: Summary;
  rows: ReportRow[];
}

/** Makes one report and reads it back as a reader would: from the published report.json. */
export async function makeReport({ services, engine }: World): Promise<Report> {
  const { runId } = await startRun(services, engine);
  await engine.finished(runId);
  const summary = (await services.store.files.readSummary(runId)) as Summary;
  const text = (await readOutput(services, runId, "json"))?.toString("utf8");
  return { runId, summary, rows: text === undefined ? [] : (JSON.parse(text) as { rows: ReportRow[] }).rows };
}

/** A published file as a reader has it. */
export async function readOutput({ store }: Services, runId: string, format: Format): Promise<Buffer | undefined> {
  const file = await store.files.openOutput(runId, format);
  if (!file) return undefined;
  // Not by a text decoder: it would take the byte order mark away.
  return buffer(file.gzip ? file.body.pipe(createGunzip()) : file.body);
}
