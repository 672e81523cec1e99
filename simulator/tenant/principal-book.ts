import { createHash, randomUUID } from "node:crypto";
import type { Tenant } from "./types";
import { GRAPH_APP_ID, GRAPH_APP_ROLES } from "./graph-app-roles";

export interface Principal {
  id: string;
  appId: string;
  displayName: string;
  servicePrincipalType: "Application" | "ManagedIdentity";
  /** Where it is registered; left out, in this tenant. */
  appOwnerOrganizationId?: string;
}

export interface Assignment {
  id: string;
  appRoleId: string;
}

const nameOf = new Map(Object.entries(GRAPH_APP_ROLES).map(([name, id]) => [id, name]));

/**
 * The tenant's service principals and the app roles of Microsoft Graph that they hold. Those of the simulated app itself
 * are the switch `permissions`, so that what is granted here is what its next request may do.
 */
export class PrincipalBook {
  /** The identity that the simulated tokens belong to. */
  readonly own: Principal;
  readonly graph: Principal = {
    id: randomUUID(),
    appId: GRAPH_APP_ID,
    displayName: "Microsoft Graph",
    servicePrincipalType: "Application",
    appOwnerOrganizationId: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
  };
  /** May be added to: names that are taken twice, hostile ones. */
  readonly others: Principal[];
  readonly #held = new Map<string, Set<string>>();
  readonly #permissions: () => Set<string>;

  constructor(tenant: Tenant, clientId: string, permissions: () => Set<string>) {
    this.own = {
      id: randomUUID(),
      appId: clientId,
      displayName: "id-groups-report",
      servicePrincipalType: "ManagedIdentity",
    };
    this.others = tenant.servicePrincipals.map(({ id, appId, displayName }) => ({
      id,
      appId,
      displayName,
      servicePrincipalType: "Application",
    }));
    this.#permissions = permissions;
  }

  all(): Principal[] {
    return [this.graph, this.own, ...this.others];
  }

  assignmentsOf(principal: Principal): Assignment[] {
    const roles =
      principal === this.own
        ? [...this.#permissions()].map((name) => GRAPH_APP_ROLES[name]).filter((id) => id !== undefined)
        : [...(this.#held.get(principal.id) ?? [])];
    return roles.map((appRoleId) => ({ id: assignmentId(principal.id, appRoleId), appRoleId }));
  }

  assign(principal: Principal, appRoleId: string): Assignment {
    if (principal === this.own) this.#permissions().add(nameOf.get(appRoleId) ?? appRoleId);
    else this.#held.set(principal.id, (this.#held.get(principal.id) ?? new Set()).add(appRoleId));
    return { id: assignmentId(principal.id, appRoleId), appRoleId };
  }

  /** False where there is no such assignment. */
  remove(principal: Principal, id: string): boolean {
    const found = this.assignmentsOf(principal).find((assignment) => assignment.id === id);
    if (!found) return false;
    if (principal === this.own) this.#permissions().delete(nameOf.get(found.appRoleId) ?? "");
    else this.#held.get(principal.id)?.delete(found.appRoleId);
    return true;
  }
}

/** Opaque, and the same as long as the assignment lasts. */
function assignmentId(principalId: string, appRoleId: string): string {
  return createHash("sha256").update(`${principalId} ${appRoleId}`).digest("base64url");
}
