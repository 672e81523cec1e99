import type { Identity } from "../grants/find-identity";
import type { GrantPlan, PlannedPermission } from "../grants/plan-grants";
import type { Feature } from "../settings";

export const LAG =
  "A managed identity may need up to 24 hours until its tokens show the change; an application with a secret or certificate shows it at its next token, within about an hour.";

interface Printed {
  identity: Identity;
  features: readonly Feature[];
  plan: GrantPlan;
  revoke: boolean;
}

/** What is there and what will be done, before anything is done. */
export function printGrantPlan({ identity, features, plan, revoke }: Printed): string[] {
  const { displayName, id, kind } = identity;
  const head = `Identity: ${displayName} (${kind ?? "service principal"}, object id ${id})`;
  if (revoke) {
    const held = [...plan.needed, ...plan.unneeded].filter((permission) => permission.held !== null);
    return [
      head,
      held.length > 0 ? "To be taken away, whatever the features:" : "It holds no permission of this software.",
      ...held.map((permission) => line(permission, "held")),
      ...foreignLines(plan.foreign),
    ];
  }
  return [
    head,
    `Features: ${features.join(", ") || "none"}`,
    ...plan.needed.map((permission) => line(permission, permission.held ? "held" : "missing")),
    ...(plan.unneeded.length > 0 ? ["Held, but not needed by these features (--revoke, then grant again, to be without):"] : []),
    ...plan.unneeded.map((permission) => line(permission, "held")),
    ...foreignLines(plan.foreign),
  ];
}

function line({ name, purpose }: PlannedPermission, state: string): string {
  return `  ${name.padEnd(24)} ${state.padEnd(8)} ${purpose}`;
}

function foreignLines(foreign: readonly string[]): string[] {
  return foreign.length === 0 ? [] : [`Held, never asked for by this software, and left alone: ${foreign.join(", ")}`];
}
