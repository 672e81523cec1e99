import * as z from "zod";
import { PERMISSIONS, permissionsFor, type Permission } from "../../model/permissions";
import type { TokenFacts } from "../../auth/token-claims";
import { shown } from "../../auth/token-claims";
import { isReportError, oneLine } from "../../model/errors";
import type { GraphClient, GraphRequest } from "../../graph/client";
import type { Feature } from "../../model/run";
import type { Check } from "./check";

const ids = z.object({ value: z.array(z.object({ id: z.string() })) });
const GROUPS = "/groups?$filter=groupTypes/any(c:c eq 'Unified')&$select=id&$top=1";
const TEAMS = "/groups?$filter=resourceProvisioningOptions/Any(x:x eq 'Team')&$select=id&$top=1";

/** What Graph says to sign-ins in a tenant without P1 or P2 (graph.md#sign-ins). */
const NO_LICENCE = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";

/** Thrown by a try that has nothing to try on. */
class NothingThere extends Error {}

async function firstId(client: GraphClient, url: string, what: string): Promise<string> {
  const { value } = await client.getJson(url, (json) => ids.parse(json));
  const id = value[0]?.id;
  if (id === undefined) throw new NothingThere(`there is no ${what} to try it on`);
  return encodeURIComponent(id);
}

const ask = (client: GraphClient, url: string, more: Partial<GraphRequest> = {}) =>
  client.send({ url, timeoutSeconds: 30, ...more }, () => undefined);

/** The request of a run that needs the permission, in its smallest form. A token's own list of roles may be stale or unreadable. */
const TRIES: Record<string, (client: GraphClient) => Promise<void>> = {
  "GroupMember.Read.All": async (client) =>
    ask(client, `/groups/${await firstId(client, GROUPS, "group")}/owners?$select=id&$top=1`),
  // What is lost without it is null, not denied, where owners are read; asked for by itself it is denied.
  "User.Read.All": (client) => ask(client, "/users?$select=id,accountEnabled,userType&$top=1"),
  "Reports.Read.All": (client) => ask(client, "/reports/getTeamsTeamActivityDetail(period='D180')", { takesRedirect: true }),
  "ReportSettings.Read.All": (client) => ask(client, "/admin/reportSettings"),
  "TeamSettings.Read.All": async (client) => ask(client, `/teams/${await firstId(client, TEAMS, "team")}?$select=id,isArchived`),
  "AuditLog.Read.All": (client) => ask(client, "/users?$select=id,signInActivity&$top=1"),
  "Sites.Read.All": (client) => ask(client, "/sites/getAllSites?$select=sharepointIds&$top=1"),
};

/** Without the one, the other can't be tried: its request begins with what the one opens. */
const FIRST: Record<string, string> = { "TeamSettings.Read.All": "GroupMember.Read.All", "AuditLog.Read.All": "User.Read.All" };

/** Each permission that the features need, by a real call; then those that the token holds and nothing needs. */
export async function checkPermissions(
  client: GraphClient,
  features: readonly Feature[],
  facts: TokenFacts | undefined,
): Promise<Check[]> {
  const checks: Check[] = [];
  const needed = new Set(permissionsFor(features).map(({ name }) => name));
  const held = facts?.actsAs === "app" ? facts.permissions : [];
  for (const permission of PERMISSIONS) {
    const { name, feature, purpose } = permission;
    const off = { section: "permissions", name, state: "off" } as const;
    const first = checks.find((check) => check.name === FIRST[name]);
    if (!needed.has(name)) {
      // One that is held is told below.
      if (!held.includes(name))
        checks.push({ ...off, said: `Not needed: the feature ${feature} is off. It would be for ${purpose}.` });
    } else if (first?.state === "problem") checks.push({ ...off, said: `Not tried: see ${first.name} first.` });
    else checks.push(await tryPermission(client, permission, facts));
  }
  for (const name of held) {
    if (needed.has(name)) continue;
    const feature = PERMISSIONS.find((permission) => permission.name === name)?.feature;
    const remedy = feature
      ? `Switch the feature ${feature} on, or take it away: npm run report -- grant --identity ${identityOf(facts)} --revoke --features ${feature}`
      : "Take it away in Entra > Enterprise applications > Permissions, unless something else needs it";
    checks.push({
      section: "permissions",
      name: shown(name),
      state: "warning",
      said: "Held, and not needed with these features.",
      remedy,
    });
  }
  return checks;
}

const identityOf = (facts: TokenFacts | undefined) => shown(facts?.appId ?? "ID");

async function tryPermission(client: GraphClient, permission: Permission, facts: TokenFacts | undefined): Promise<Check> {
  const { name, purpose, lost, feature } = permission;
  const check = { section: "permissions", name } as const;
  try {
    await TRIES[name]?.(client);
    return { ...check, state: "ok", said: `For ${purpose}.` };
  } catch (error) {
    if (error instanceof NothingThere) return { ...check, state: "off", said: `Not tried: ${error.message}.` };
    if (!isReportError(error)) throw error;
    if (error.graphCode === NO_LICENCE)
      return {
        ...check,
        state: "problem",
        said: "The tenant has no Microsoft Entra ID P1 or P2, without which there are no sign-ins.",
        lost,
        remedy: `Leave ${feature} out of FEATURES, or license the tenant`,
      };
    // Deleted a moment ago, or flagged as a team without being one: the request was let in.
    if (isReportError(error, "graph-not-found")) return { ...check, state: "ok", said: `For ${purpose}.` };
    if (isReportError(error, "graph-denied"))
      return { ...check, state: "problem", said: `Denied. It is for ${purpose}.`, lost, remedy: grantRemedy(permission, facts) };
    if (isReportError(error, "graph-throttled"))
      return { ...check, state: "unknown", said: "Graph is throttling. Try again in some minutes." };
    return { ...check, state: "problem", said: oneLine(error), lost };
  }
}

function grantRemedy({ name, feature }: Permission, facts: TokenFacts | undefined): string {
  if (facts?.actsAs === "user")
    return `Consent to the delegated permission ${name} for the application ${identityOf(facts)}, or use an identity that holds it`;
  const features = feature === null ? "" : ` --features ${feature}`;
  const held = facts?.permissions.includes(name)
    ? "; the token holds it already, so an administrator may have to consent anew"
    : "";
  return `npm run report -- grant --identity ${identityOf(facts)}${features}${held}; a managed identity may need up to 24 hours to see it`;
}
