import { text as readAll } from "node:stream/consumers";
import type { AuthKind } from "../settings/choose-auth";
import { createIdentity } from "../auth/credential";
import { explainTokenError } from "../auth/explain-token-error";
import { GRAPH_APP_ID, PERMISSIONS, permissionsFor } from "../model/permissions";
import { checkToken, readTokenFacts, shown } from "../auth/token-claims";
import { oneLine, ReportError } from "../model/errors";
import { loadSettings, type Settings } from "../settings/settings";
import { complain, say, sayJson } from "../telemetry/terminal";
import { duration } from "./duration";

export interface TokenShowOptions {
  auth?: AuthKind;
  json?: boolean;
  /** Read the token from standard input instead of asking for one. */
  stdin?: boolean;
}

/** What `token show` tells; never the token or its signature. Times are ISO 8601, null where the token does not say. */
export interface ShownToken {
  identity: string;
  issued: string | null;
  expires: string | null;
  lifeSeconds: number | null;
  secondsLeft: number | null;
  audience: string | null;
  tenantId: string | null;
  appId: string | null;
  appName: string | null;
  actsAs: "app" | "user" | null;
  cae: boolean | null;
  permissions: { held: string[]; missing: string[]; notNeeded: string[] } | null;
  /** Why a run would refuse it; null where it would not. */
  problem: string | null;
}

/** `groups-report token show`: what a decoder's page shows, without sending the token anywhere. @returns the exit code. */
export async function tokenShow({ auth, json, stdin }: TokenShowOptions): Promise<number> {
  const settings = loadSettings("laptop", process.env, auth);
  const { token, expiresAt } = stdin ? { token: await readToken(), expiresAt: null } : await askForToken(settings);
  const told = describe(settings, token, expiresAt, stdin ? "standard input" : settings.auth.kind);
  if (json) sayJson(told);
  else lines(told).forEach(say);
  if (told.problem === null) return 0;
  complain(told.problem);
  return 1;
}

async function askForToken(settings: Settings): Promise<{ token: string; expiresAt: number }> {
  try {
    const answer = await createIdentity(settings.auth).credential.getToken(`${settings.graphResource}/.default`, {
      enableCae: true,
    });
    if (!answer) throw new Error("the credential gave no token");
    return { token: answer.token, expiresAt: answer.expiresOnTimestamp };
  } catch (error) {
    throw explainTokenError(error, settings.auth);
  }
}

async function readToken(): Promise<string> {
  const token = (await readAll(process.stdin)).trim().replace(/^(authorization:\s*)?bearer\s+/i, "");
  if (token === "" || /\s/.test(token))
    throw new ReportError("setting-invalid", "Standard input holds no token: it must be one access token and nothing else.");
  if (!readTokenFacts(token))
    throw new ReportError(
      "setting-invalid",
      "The token on standard input can't be decoded: it is no JWT, or one that only its resource can read.",
    );
  return token;
}

function describe(settings: Settings, token: string, knownExpiry: number | null, identity: string): ShownToken {
  const facts = readTokenFacts(token);
  const expiresAt = facts?.expiresAt ?? knownExpiry;
  const issuedAt = facts?.issuedAt ?? null;
  const iso = (milliseconds: number | null) =>
    milliseconds === null ? null : new Date(milliseconds).toISOString().slice(0, 19) + "Z";
  const needed = permissionsFor(settings.features).map(({ name }) => name);
  return {
    identity,
    issued: iso(issuedAt),
    expires: iso(expiresAt),
    lifeSeconds: issuedAt === null || expiresAt === null ? null : Math.round((expiresAt - issuedAt) / 1000),
    secondsLeft: expiresAt === null ? null : Math.round((expiresAt - Date.now()) / 1000),
    audience: facts?.audience ?? null,
    tenantId: facts?.tenantId ?? null,
    appId: facts?.appId ?? null,
    appName: facts?.appName ?? null,
    actsAs: facts?.actsAs ?? null,
    cae: facts?.isCae ?? null,
    permissions: facts
      ? {
          held: facts.permissions.filter((name) => needed.includes(name)),
          missing: needed.filter((name) => !facts.permissions.includes(name)),
          notNeeded: facts.permissions.filter((name) => !needed.includes(name)),
        }
      : null,
    problem: problemOf(settings, token, identity),
  };
}

function problemOf({ graphResource: resource, tenantId, auth }: Settings, token: string, identity: string): string | null {
  const facts = readTokenFacts(token);
  if (!facts) return null;
  try {
    checkToken(facts, { resource, ...(identity === auth.kind ? { tenantId } : {}) });
  } catch (error) {
    return oneLine(error);
  }
  return facts.expiresAt !== null && facts.expiresAt <= Date.now() ? "The token has expired." : null;
}

function lines(token: ShownToken): string[] {
  const line = (name: string, value: string) => `${name.padEnd(13)}${value}`;
  const said = (value: string | null) => (value === null ? "not told" : shown(value));
  const { permissions, secondsLeft, lifeSeconds, audience, appName, appId } = token;
  const all = [
    line("Identity", token.identity),
    line("Issued", said(token.issued)),
    line("Expires", said(token.expires)),
    line("Life", lifeSeconds === null ? "not told" : duration(lifeSeconds)),
    line("Time left", secondsLeft === null ? "not told" : secondsLeft > 0 ? duration(secondsLeft) : "none: it has expired"),
  ];
  if (permissions === null)
    return [
      ...all,
      "",
      "The token can't be decoded. Tokens for Microsoft Graph are opaque by contract, so this is no error; Graph alone can say what it holds.",
    ];
  const isGraph = audience === GRAPH_APP_ID || /^https:\/\/graph\.microsoft\.com\/?$/.test(audience ?? "");
  return [
    ...all,
    line("Audience", `${said(audience)}${isGraph ? " (Microsoft Graph)" : ""}`),
    line("Tenant", said(token.tenantId)),
    line("Application", appName === null ? said(appId) : `${shown(appName)} (${said(appId)})`),
    line("Acts as", token.actsAs === "user" ? "the person who signed in" : "the application"),
    line("CAE", token.cae ? "yes: Graph may challenge it before it expires" : "no: it is good until it expires"),
    "",
    ...permissions.held.map((name) => line("held", `${name}, for ${purpose(name)}`)),
    ...permissions.missing.map((name) => line("missing", `${name}, for ${purpose(name)}`)),
    ...permissions.notNeeded.map((name) => line("not needed", shown(name))),
  ];
}

const purpose = (name: string) => PERMISSIONS.find((permission) => permission.name === name)?.purpose ?? "";
