import type { AuthKind } from "../settings/choose-auth";
import {
  type LifetimePolicy,
  parseLifetime,
  type PolicyRequest,
  readPolicies,
  removeDefaultRequest,
  sendPolicyRequest,
  setDefaultRequest,
} from "../admin/token-policies/lifetime-policies";
import { isAsPromised, promisedLifetime } from "../admin/token-policies/promised-lifetime";
import { readTokenFacts, shown } from "../auth/token-claims";
import { isReportError, ReportError } from "../model/errors";
import { say, sayAtLength, sayJson } from "../telemetry/terminal";
import { confirm } from "./confirm";
import { duration } from "./duration";
import { type GraphSession, openGraphSession } from "./graph-session";

export interface TokenPolicyOptions {
  auth?: AuthKind;
  json?: boolean;
  yes?: boolean;
}

const WARNING = `This is the default of the whole tenant: it changes the access tokens of every application, not of this one.
A longer life means that a stolen token, or the token of a person who has left, is good for longer; a shorter one that every application signs in more
often. This software needs neither: it renews its token by itself, whatever its life (docs/tokens.md).`;

/** `token policy list`: every policy, and where it applies. */
export async function listPolicies({ auth, json }: TokenPolicyOptions): Promise<number> {
  const policies = await read(openGraphSession(auth));
  if (json) sayJson(policies);
  else if (policies.length === 0)
    say("The tenant has no token lifetime policy: access tokens live 60 to 90 minutes, 75 on average.");
  else for (const policy of policies) for (const line of describe(policy)) say(line);
  return 0;
}

function describe({ id, displayName, accessTokenSeconds, isOrganizationDefault, appliesTo }: LifetimePolicy): string[] {
  const life =
    accessTokenSeconds === null ? "says nothing of access tokens" : `access tokens live ${duration(accessTokenSeconds)}`;
  const places = [
    ...(isOrganizationDefault ? ["every application of the tenant (organization default)"] : []),
    ...appliesTo.map((object) => `${shown(object.kind)} ${shown(object.displayName)} (${shown(object.appId ?? object.id)})`),
  ];
  return [
    `${shown(displayName)} (${shown(id)}): ${life}`,
    ...(places.length > 0 ? places : ["nothing: it is not assigned"]).map((place) => `  applies to ${place}`),
  ];
}

/** `token policy set LIFETIME`: the organization's default. */
export async function setPolicy(lifetime: string, options: TokenPolicyOptions): Promise<number> {
  const seconds = parseLifetime(lifetime);
  const session = openGraphSession(options.auth);
  return change(
    session,
    setDefaultRequest(await read(session), seconds),
    options,
    `Access tokens now live ${duration(seconds)} by default; those that are out already keep their life.`,
  );
}

/** `token policy remove`: back to Entra's own 60 to 90 minutes. */
export async function removePolicy(options: TokenPolicyOptions): Promise<number> {
  const session = openGraphSession(options.auth);
  const request = removeDefaultRequest(await read(session));
  if (!request) {
    say("The tenant has no default policy: there is nothing to remove.");
    return 0;
  }
  return change(session, request, options, "The default policy is removed: access tokens live 60 to 90 minutes again.");
}

async function change(
  { client, settings }: GraphSession,
  request: PolicyRequest,
  { yes }: TokenPolicyOptions,
  done: string,
): Promise<number> {
  say(`${request.method} ${settings.graphEndpoint}/v1.0${request.url}`);
  if (request.body !== undefined) sayAtLength(JSON.stringify(request.body, null, 2));
  sayAtLength(WARNING);
  if (!yes) await confirm("Change the default of the whole tenant?");
  try {
    await sendPolicyRequest(client, request);
  } catch (error) {
    throw explainDenial(error, "Policy.ReadWrite.ApplicationConfiguration");
  }
  say(done);
  return 0;
}

/** `token policy check`: does a token live as long as the policies promise? */
export async function checkPolicies({ auth, json }: TokenPolicyOptions): Promise<number> {
  const session = openGraphSession(auth);
  const { settings } = session;
  const policies = await read(session);
  // The token that the policies were read with: people are not asked to sign in for another.
  const facts = readTokenFacts(await session.tokens.get());
  const seconds =
    facts && facts.issuedAt !== null && facts.expiresAt !== null
      ? Math.round((facts.expiresAt - facts.issuedAt) / 1000)
      : (session.tokens.drainCounts().longestSeconds ?? 0);
  const promised = promisedLifetime(policies, {
    kind: settings.auth.kind,
    isCae: facts?.isCae ?? false,
    appId: facts?.appId ?? null,
  });
  const isKept = isAsPromised(seconds, promised);
  if (json) {
    sayJson({ seconds, isKept, ...promised });
    return 0;
  }
  const range =
    promised.leastSeconds === promised.mostSeconds
      ? duration(promised.mostSeconds)
      : `${duration(promised.leastSeconds)} to ${duration(promised.mostSeconds)}`;
  say(`The token lives ${duration(seconds)}; expected are ${range}. ${shown(promised.why, 400)}`);
  for (const sentence of promised.withoutEffect) say(shown(sentence, 400));
  if (!isKept)
    say(
      "The life is not the expected one. A change of policy counts for new tokens only, and takes some minutes to be seen everywhere.",
    );
  return 0;
}

async function read({ client }: GraphSession): Promise<LifetimePolicy[]> {
  try {
    return await readPolicies(client);
  } catch (error) {
    throw explainDenial(error, "Policy.Read.All");
  }
}

function explainDenial(error: unknown, permission: string): unknown {
  if (!isReportError(error, "graph-denied")) return error;
  return new ReportError(
    "graph-denied",
    `Graph denied the token lifetime policies: this needs the permission ${permission}. Sign in as an administrator who has it, for example with --auth device-code, or grant it to the identity for as long as it is needed.`,
    { cause: error },
  );
}
