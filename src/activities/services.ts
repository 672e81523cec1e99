import { setTimeout as delay } from "node:timers/promises";
import { createIdentity } from "../auth/credential";
import { permissionsFor } from "../model/permissions";
import { createTokenProvider, type TokenProvider } from "../auth/token-provider";
import type { GraphEnvironment } from "../graph/client";
import type { Outage } from "../graph/outage";
import { networkFetch } from "../network/fetch";
import type { Settings } from "../settings/settings";
import type { Store } from "../store";
import type { TelemetryEvent } from "../telemetry/events";
import { connect } from "../store/connect";
import { createStore } from "../store";

/** What the activities work with. Made once a process, on first use; tests make their own. */
export interface Services {
  settings: Settings;
  store: Store;
  tokens: TokenProvider;
  graph: GraphEnvironment;
  now: () => number;
  /** On a laptop somebody waits: patience is short, and two minutes without Graph end the run. Absent in Azure. */
  outage?: Outage;
  /** One line an event. */
  log: (event: TelemetryEvent) => void;
}

export function createGraphEnvironment(settings: Settings, tokens: TokenProvider, outage?: Outage): GraphEnvironment {
  return {
    endpoint: settings.graphEndpoint,
    tokens,
    fetch: networkFetch,
    now: Date.now,
    random: Math.random,
    sleep: async (milliseconds, signal) => {
      await delay(milliseconds, undefined, signal ? { signal } : {});
    },
    isPaced: true,
    ...(outage ? { onAnswer: outage.onAnswer } : {}),
  };
}

/** The token provider that the settings name. Nothing is asked before its first use. */
export function createTokens(settings: Settings, log?: Services["log"]): TokenProvider {
  const { auth: choice, graphResource: resource, tenantId, features } = settings;
  const needed = permissionsFor(features).map(({ name }) => name);
  const createOwn = () => createIdentity(choice);
  return createTokenProvider({ createIdentity: createOwn, resource, tenantId, choice, needed, ...(log ? { log } : {}) });
}

/** The services of a process. @throws ReportError setting-invalid, storage-unavailable. */
export async function createServices(
  settings: Settings,
  options: { outage?: Outage; log?: Services["log"]; tokens?: TokenProvider } = {},
): Promise<Services> {
  if (settings.storage.kind === "embedded") throw new Error("the embedded storage is started before the services");
  const store = createStore(await connect(settings.storage, settings.auth));
  const tokens = options.tokens ?? createTokens(settings, options.log);
  return {
    settings,
    store,
    tokens,
    graph: createGraphEnvironment(settings, tokens, options.outage),
    now: Date.now,
    log: options.log ?? (() => undefined),
    ...(options.outage ? { outage: options.outage } : {}),
  };
}
