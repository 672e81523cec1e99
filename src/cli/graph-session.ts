import { createGraphEnvironment, createTokens } from "../activities/services";
import type { AuthKind } from "../settings/choose-auth";
import type { TokenProvider } from "../auth/token-provider";
import { createGraphClient, type GraphClient, newMeter } from "../graph/client";
import { loadSettings, type Settings } from "../settings/settings";

/** Graph for a command that needs no storage. */
export interface GraphSession {
  settings: Settings;
  tokens: TokenProvider;
  client: GraphClient;
}

/** @throws ReportError setting-invalid. Nothing is asked before the first request. */
export function openGraphSession(auth?: AuthKind): GraphSession {
  const settings = loadSettings("laptop", process.env, auth);
  const tokens = createTokens(settings);
  return { settings, tokens, client: createGraphClient(createGraphEnvironment(settings, tokens), newMeter()) };
}
