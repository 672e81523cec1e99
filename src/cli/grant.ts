import { writeFile } from "node:fs/promises";
import type { AuthKind } from "../settings/choose-auth";
import { permissionsFor } from "../model/permissions";
import { readTokenFacts } from "../auth/token-claims";
import { details, oneLine, ReportError } from "../model/errors";
import { assign, listAssignments, readGraphPrincipal, unassign } from "../admin/grants/assignments";
import type { GraphPrincipal } from "../admin/grants/check-answers";
import { checkGraphPrincipal } from "../admin/grants/check-answers";
import { explainRefusal } from "../admin/grants/explain-refusal";
import { checkIdentityText, findIdentity, type Identity } from "../admin/grants/find-identity";
import { grantScript } from "../admin/grants/grant-script";
import { type GrantPlan, permissionsToRevoke, planGrants, type PlannedPermission } from "../admin/grants/plan-grants";
import type { GraphClient } from "../graph/client";
import { readFeatures, type Settings } from "../settings/settings";
import type { Feature } from "../model/run";
import { complain, complainAtLength, say, sayJson } from "../telemetry/terminal";
import { confirm } from "./confirm";
import { heldOf, LAG, printGrantPlan } from "./grant-text";
import { type GraphSession, openGraphSession } from "./graph-session";

export interface GrantOptions {
  /** Name, object id or application id. */
  identity: string;
  auth?: AuthKind;
  features?: string;
  dryRun?: boolean;
  /** A file's name; true for the default one. */
  script?: string | boolean;
  revoke?: boolean;
  yes?: boolean;
  json?: boolean;
  verbose?: boolean;
}

/** What was done, for `--json`. */
interface Outcome {
  identity: Identity;
  features: Feature[];
  granted: string[];
  revoked: string[];
  held: string[];
  unneeded: string[];
  foreign: string[];
  dryRun: boolean;
}

/** `groups-report grant`: gives an identity the permissions that the chosen features need, or takes them away. @returns the exit code. */
export async function grant(options: GrantOptions): Promise<number> {
  try {
    const session = openGraphSession(options.auth);
    const { settings } = session;
    const features = options.features === undefined ? settings.features : readFeatures(options.features, "--features");
    const identity = checkIdentityText(options.identity);
    if (options.script) await writeScript(options, identity, features, settings);
    else await change(options, identity, features, session);
    return 0;
  } catch (error) {
    complain(oneLine(error));
    if (options.verbose) complainAtLength(details(error));
    return 1;
  }
}

async function writeScript(
  { script, revoke = false, json, features: list }: GrantOptions,
  identity: string,
  features: Feature[],
  { graphEndpoint }: Settings,
): Promise<void> {
  const named = list === undefined ? undefined : features;
  const file = typeof script === "string" ? script : revoke ? "revoke-permissions.sh" : "grant-permissions.sh";
  const permissions = revoke ? permissionsToRevoke(named) : permissionsFor(features);
  try {
    await writeFile(file, grantScript({ identity, permissions, revoke, graphEndpoint }), { mode: 0o755 });
  } catch (error) {
    throw new ReportError(
      "output-unwritable",
      `The script ${file} can't be written: ${oneLine(error)}. Name another file after --script.`,
      { cause: error },
    );
  }
  say(`Wrote ${file}, which ${revoke ? "takes away" : "grants"}:`);
  for (const { name, purpose } of permissions) say(`  ${name.padEnd(24)} ${purpose}`);
  say("Have a Privileged Role Administrator or a Global Administrator run it, for example in Azure Cloud Shell.");
  if (json) sayJson({ script: file, identity, features, permissions: permissions.map(({ name }) => name) });
}

async function change(options: GrantOptions, text: string, features: Feature[], { tokens, client }: GraphSession): Promise<void> {
  const { dryRun = false, revoke = false, json } = options;
  const going = revoke ? permissionsToRevoke(options.features === undefined ? undefined : features) : undefined;
  let token: string | undefined;
  try {
    token = await tokens.get();
    const tenantId = readTokenFacts(token)?.tenantId ?? null;
    const identity = await findIdentity(client, text, tenantId);
    const graph = await readGraphPrincipal(client);
    checkGraphPrincipal(graph, going ? [] : permissionsFor(features));
    const plan = planGrants(features, await listAssignments(client, identity.id, graph.id), graph);
    for (const line of printGrantPlan({ identity, tenantId, features, plan, going })) say(line);
    const outcome: Outcome = {
      identity,
      features,
      granted: [],
      revoked: [],
      held: plan.needed.filter(({ held }) => held !== null).map(({ name }) => name),
      unneeded: plan.unneeded.map(({ name }) => name),
      foreign: plan.foreign,
      dryRun,
    };
    if (dryRun) say("Nothing was changed (--dry-run).");
    else if (going) await takeAway(client, heldOf(plan, going), outcome, options);
    else await give(client, graph, plan, outcome, options);
    if (json) sayJson(outcome);
  } catch (error) {
    throw explainRefusal(error, token);
  }
}

async function give(
  client: GraphClient,
  graph: GraphPrincipal,
  { needed }: GrantPlan,
  outcome: Outcome,
  { yes }: GrantOptions,
): Promise<void> {
  const missing = needed.filter(({ held }) => held === null);
  if (missing.length === 0) return void say("Nothing had to be changed.");
  if (!yes) await confirm(`Give ${count(missing)} to ${nameOf(outcome.identity)}?`);
  for (const { name, appRoleId } of missing) {
    const isNew = await assign(client, outcome.identity.id, graph.id, appRoleId);
    (isNew ? outcome.granted : outcome.held).push(name);
    say(`${isNew ? "Granted" : "Held already"}: ${name}`);
  }
  say(outcome.granted.length > 0 ? LAG : "Nothing had to be changed.");
}

const count = ({ length }: readonly unknown[]) => (length === 1 ? "1 permission" : `${length} permissions`);
const nameOf = ({ displayName, id }: Identity) => `${displayName} (object id ${id})`;

async function takeAway(client: GraphClient, held: PlannedPermission[], outcome: Outcome, { yes }: GrantOptions): Promise<void> {
  if (held.length === 0) return void say("Nothing had to be changed.");
  if (!yes) await confirm(`Take away ${count(held)} from ${nameOf(outcome.identity)}?`);
  for (const { name, held: assignment } of held) {
    await unassign(client, outcome.identity.id, assignment?.id ?? "");
    outcome.revoked.push(name);
    say(`Revoked: ${name}`);
  }
  outcome.held = outcome.held.filter((name) => !outcome.revoked.includes(name));
  outcome.unneeded = outcome.unneeded.filter((name) => !outcome.revoked.includes(name));
  say(LAG);
}
