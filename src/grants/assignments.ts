import * as z from "zod";
import { GRAPH_APP_ID } from "../auth/permissions";
import { shown } from "../auth/token-claims";
import { isReportError } from "../errors";
import type { GraphClient } from "../graph/client";
import { readList } from "../graph/read-list";

/** An app role of Microsoft Graph that an identity holds. */
export interface Assignment {
  id: string;
  appRoleId: string;
}

/** Microsoft Graph's own service principal in this tenant, and the app roles that it knows. */
export interface GraphPrincipal {
  id: string;
  roles: { id: string; name: string }[];
}

const graphPrincipal = z.object({
  id: z.string(),
  appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })).nullish(),
});
const assignment = z.object({ id: z.string(), appRoleId: z.string(), resourceId: z.string() });

export async function readGraphPrincipal(client: GraphClient): Promise<GraphPrincipal> {
  const { id, appRoles } = await client.getJson(`/servicePrincipals(appId='${GRAPH_APP_ID}')?$select=id,appRoles`, (json) =>
    graphPrincipal.parse(json),
  );
  return { id, roles: (appRoles ?? []).map((role) => ({ id: role.id, name: shown(role.value ?? role.id) })) };
}

/** The app roles of Microsoft Graph that the identity holds; those of other applications are none of our business. */
export async function listAssignments(client: GraphClient, principalId: string, resourceId: string): Promise<Assignment[]> {
  const url = `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignments?$top=999`;
  const held = await readList(client, url, assignment);
  return held.filter((one) => one.resourceId === resourceId).map(({ id, appRoleId }) => ({ id, appRoleId }));
}

/** Graph is asked so often to make one assignment, each time after a look at what came of the last. */
const MOST_ASKED = 3;

/** @returns false if the identity held it already: somebody was faster, or an earlier answer was lost on its way. */
export async function assign(client: GraphClient, principalId: string, resourceId: string, appRoleId: string): Promise<boolean> {
  const url = `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignments`;
  for (let asked = 1; ; asked++) {
    try {
      await client.send({ method: "POST", url, body: { principalId, resourceId, appRoleId } }, () => null);
      return true;
    } catch (error) {
      if (isReportError(error, "graph-bad-request") && /already exists/i.test(error.message)) return false;
      if (!isReportError(error, "graph-unavailable") || asked === MOST_ASKED) throw error;
      // The client repeats no POST whose outcome nobody knows: whether it is there can be seen.
      const held = await listAssignments(client, principalId, resourceId);
      if (held.some((one) => one.appRoleId === appRoleId)) return false;
    }
  }
}

/** @returns false where it was gone already. */
export async function unassign(client: GraphClient, principalId: string, assignmentId: string): Promise<boolean> {
  const url = `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignments/${encodeURIComponent(assignmentId)}`;
  try {
    await client.send({ method: "DELETE", url }, () => null);
    return true;
  } catch (error) {
    if (isReportError(error, "graph-not-found")) return false;
    throw error;
  }
}
