import { type Permission, PERMISSIONS, permissionsFor } from "../../model/permissions";
import type { Feature } from "../../model/run";
import { shown } from "../../auth/token-claims";
import type { Assignment } from "./assignments";
import type { GraphPrincipal } from "./check-answers";
import { sameId } from "./check-answers";

export interface PlannedPermission extends Permission {
  /** The assignment that the identity holds; null where it holds none. */
  held: Assignment | null;
}

/** What an identity holds of Microsoft Graph, beside what the chosen features need. */
export interface GrantPlan {
  /** Needed by the features, held or not. */
  needed: PlannedPermission[];
  /** Of this software, held, but not needed by the features. */
  unneeded: PlannedPermission[];
  /** Names of what the identity holds that this software never asks for. */
  foreign: string[];
}

/** Pure: compares what is held with what the features need. */
export function planGrants(features: readonly Feature[], held: readonly Assignment[], graph: GraphPrincipal): GrantPlan {
  const all = PERMISSIONS.map((permission): PlannedPermission => ({
    ...permission,
    held: held.find(({ appRoleId }) => sameId(appRoleId, permission.appRoleId)) ?? null,
  }));
  const names = new Set(permissionsFor(features).map(({ name }) => name));
  return {
    needed: all.filter(({ name }) => names.has(name)),
    unneeded: all.filter((permission) => permission.held !== null && !names.has(permission.name)),
    foreign: held
      .filter(({ appRoleId }) => !PERMISSIONS.some((permission) => sameId(permission.appRoleId, appRoleId)))
      .map(({ appRoleId }) => shown(graph.roles.find(({ id }) => sameId(id, appRoleId))?.name ?? appRoleId))
      .toSorted(),
  };
}

/** What `--revoke` takes away: all of this software's, or where features are named those that they alone need. */
export function permissionsToRevoke(features: readonly Feature[] | undefined): readonly Permission[] {
  return features === undefined
    ? PERMISSIONS
    : PERMISSIONS.filter(({ feature }) => feature !== null && features.includes(feature));
}
