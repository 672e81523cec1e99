import type { TokenProvider } from "../../auth/token-provider";
import { readTokenFacts, shown, type TokenFacts } from "../../auth/token-claims";
import { isReportError, oneLine } from "../../model/errors";
import type { GraphClient } from "../../graph/client";
import { didYouMean, misspeltSettings } from "../../settings/misspelt";
import type { Settings } from "../../settings/settings";
import type { Environment } from "../../settings/environment";
import type { Check } from "./check";
import { checkPermissions } from "./check-permissions";
import { checkReports } from "./check-reports";
import { checkClock, checkCloud, checkStorage } from "./check-surroundings";

export interface Diagnosis {
  /** Will a run with these settings give all that is switched on? Not where something could not be looked at. */
  works: boolean;
  checks: Check[];
}

export interface Patient {
  settings: Settings;
  tokens: TokenProvider;
  client: GraphClient;
  /** Folder of the embedded storage. */
  data: string;
  now: () => number;
  /** Where misspelt settings are looked for. */
  env: Environment;
}

/** Looks at everything that a run needs, by doing it in its smallest form. Only what is written is an empty table or file. */
export async function diagnose({ settings, tokens, client, data, now, env }: Patient): Promise<Diagnosis> {
  const checks: Check[] = misspeltSettings(env).map((found) => ({
    section: "settings",
    name: found.name,
    state: "warning",
    said: didYouMean(found),
  }));
  const token = await checkToken(settings, tokens, now, checks);
  if (token && (await reachGraph(client, checks))) {
    checks.push(...(await checkPermissions(client, settings.features, token.facts)));
    checks.push(...(await checkReports(client, now())));
    checks.push(checkClock(tokens.clockSkewSeconds()));
  }
  checks.push(await checkStorage(settings, data), ...checkCloud(settings));
  return { works: checks.every(({ state }) => state !== "problem" && state !== "unknown"), checks };
}

/** Does Graph answer at all, and take the token? If not, every other request would say the same. */
async function reachGraph(client: GraphClient, checks: Check[]): Promise<boolean> {
  try {
    await client.send({ url: "/organization?$select=id", timeoutSeconds: 30 }, ({ text }) => JSON.parse(text));
  } catch (error) {
    if (!isReportError(error)) throw error;
    // A refusal of this request alone, which needs no permission of every run, is an answer.
    if (isReportError(error, "graph-denied", "graph-not-found", "graph-bad-request", "graph-throttled")) return true;
    const said = oneLine(error);
    checks.push({ section: "token", name: "Graph", state: "problem", said, lost: "everything: nothing else was tried" });
    return false;
  }
  return true;
}

async function checkToken(
  settings: Settings,
  tokens: TokenProvider,
  now: () => number,
  checks: Check[],
): Promise<{ facts: TokenFacts | undefined } | undefined> {
  const identity = { section: "identity", name: settings.auth.kind } as const;
  let text: string;
  try {
    text = await tokens.get();
  } catch (error) {
    if (!isReportError(error)) throw error;
    checks.push({ ...identity, state: "problem", said: oneLine(error) });
    return undefined;
  }
  const facts = readTokenFacts(text);
  if (!facts) {
    checks.push({
      ...identity,
      state: "ok",
      said: "It has a token, which can't be decoded: tokens for Graph are opaque by contract.",
    });
    return { facts };
  }
  const who = `${facts.appName === null ? "Application" : shown(facts.appName)} ${shown(facts.appId ?? "")} in the tenant ${shown(facts.tenantId ?? "")}`;
  checks.push({
    ...identity,
    state: "ok",
    said: `${who}, acting as ${facts.actsAs === "app" ? "itself" : "the person who signed in"}.`,
  });
  const minutes = facts.expiresAt === null ? null : Math.round((facts.expiresAt - now()) / 60_000);
  const cae = facts.isCae
    ? "It takes part in continuous access evaluation: Graph may challenge it, and it is renewed then."
    : "It is good until it expires, and renewed before.";
  checks.push({ section: "token", name: "life", state: "ok", said: `${minutes === null ? "" : `${minutes} min left. `}${cae}` });
  return { facts };
}
