import { GRAPH_APP_ID, type Permission, PERMISSIONS } from "../../model/permissions";
import { shown } from "../../auth/token-claims";
import { ReportError } from "../../model/errors";

/** Microsoft Graph's own service principal in this tenant, and the app roles that it knows. */
export interface GraphPrincipal {
  id: string;
  appId: string;
  roles: { id: string; name: string }[];
}

/** Ids of Entra are written in any case. */
export const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** What this machine knows by itself goes before what was answered: where they differ, nothing is granted or revoked. */
export function contradiction(what: string): ReportError {
  return new ReportError(
    "graph-contradiction",
    `${what} Nothing more was changed: the answer does not come from Microsoft Graph as it is, or something on the way changes it. Check GRAPH_ENDPOINT and the proxy, and try from another network.`,
  );
}

/**
 * Compares both sides: each built-in id must have its built-in name, and each built-in name its built-in id, whichever of them
 * are to be granted. The ids are the same in every tenant (learn.microsoft.com/graph/permissions-reference).
 * @param wanted what is about to be granted: this must be there.
 * @throws ReportError graph-contradiction.
 */
export function checkGraphPrincipal({ appId, roles }: GraphPrincipal, wanted: readonly Permission[]): void {
  if (!sameId(appId, GRAPH_APP_ID))
    throw contradiction(`Asked for Microsoft Graph's own service principal, it told that of the application ${shown(appId)}.`);
  for (const { name, appRoleId } of PERMISSIONS) {
    for (const role of roles) {
      if (sameId(role.id, appRoleId) && role.name !== name)
        throw contradiction(`The app role ${appRoleId} is ${name}, but the answer calls it ${shown(role.name)}.`);
      if (role.name === name && !sameId(role.id, appRoleId))
        throw contradiction(`The app role of ${name} is ${appRoleId}, but the answer says ${shown(role.id)}.`);
    }
  }
  const lacking = wanted.filter(({ appRoleId }) => !roles.some((role) => sameId(role.id, appRoleId)));
  if (lacking.length > 0)
    throw new ReportError(
      "graph-contradiction",
      `Microsoft Graph here has no app role for ${lacking.map(({ name, appRoleId }) => `${name} (${appRoleId})`).join(", ")}, so nothing was changed. Leave out a feature that needs it (--features), or ask what your cloud offers in its place.`,
    );
}
