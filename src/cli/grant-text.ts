import { type Identity, isForeign } from "../admin/grants/find-identity";
import type { GrantPlan, PlannedPermission } from "../admin/grants/plan-grants";
import type { Permission } from "../model/permissions";
import type { Feature } from "../model/run";

export const LAG =
  "A managed identity may need up to 24 hours until its tokens show the change; an application with a secret or certificate shows it at its next token, within about an hour.";

/** What is held of those that are to go. */
export function heldOf({ needed, unneeded }: GrantPlan, going: readonly Permission[]): PlannedPermission[] {
  return [...needed, ...unneeded].filter(
    ({ name, held }) => held !== null && going.some((permission) => permission.name === name),
  );
}

interface Printed {
  identity: Identity;
  /** The tenant that is signed in to, where that is known. */
  tenantId: string | null;
  features: readonly Feature[];
  plan: GrantPlan;
  /** What is to be taken away; undefined where the features' permissions are to be given. */
  going: readonly Permission[] | undefined;
}

/** What is there and what will be done, before anything is done. */
export function printGrantPlan({ identity, tenantId, features, plan, going }: Printed): string[] {
  const head = describeIdentity(identity, tenantId);
  if (going) {
    const held = heldOf(plan, going);
    return [
      ...head,
      held.length > 0 ? "To be taken away:" : `It holds none of: ${going.map(({ name }) => name).join(", ")}.`,
      ...held.map((permission) => line(permission, "held")),
      ...foreignLines(plan.foreign),
    ];
  }
  return [
    ...head,
    `Features: ${features.join(", ") || "none"}`,
    ...plan.needed.map((permission) => line(permission, permission.held ? "held" : "missing")),
    ...(plan.unneeded.length > 0
      ? ["Held, but not needed by these features (--revoke --features LIST takes away what those of a list need):"]
      : []),
    ...plan.unneeded.map((permission) => line(permission, "held")),
    ...foreignLines(plan.foreign),
  ];
}

/** Enough to tell it from another of the same name. */
function describeIdentity(identity: Identity, tenantId: string | null): string[] {
  const { displayName, id, appId, kind, ownerOrganization } = identity;
  const whose = isForeign(identity, tenantId) ? " (another organization)" : tenantId === null ? "" : " (this tenant)";
  const none = kind === "ManagedIdentity" ? "none, as of every managed identity" : "not named";
  return [
    `Identity: ${displayName}`,
    `  kind                ${kind ?? "not named"}`,
    `  object id           ${id}`,
    `  application id      ${appId || "not named"}`,
    `  owner organization  ${ownerOrganization === null ? none : `${ownerOrganization}${whose}`}`,
  ];
}

function line({ name, purpose }: PlannedPermission, state: string): string {
  return `  ${name.padEnd(24)} ${state.padEnd(8)} ${purpose}`;
}

function foreignLines(foreign: readonly string[]): string[] {
  return foreign.length === 0 ? [] : [`Held, never asked for by this software, and left alone: ${foreign.join(", ")}`];
}
