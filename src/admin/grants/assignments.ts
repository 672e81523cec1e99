import * as z from "zod";
import { GRAPH_APP_ID } from "../../model/permissions";
import { shown } from "../../auth/token-claims";
import { isReportError } from "../../model/errors";
import type { GraphClient } from "../../graph/client";
import { readList } from "../../graph/read-list";
import { contradiction, type GraphPrincipal, sameId } from "./check-answers";

/** An app role of Microsoft Graph that an identity holds. */
export interface Assignment {
  id: string;
  appRoleId: string;
}

const graphPrincipal = z.object({
  id: z.string(),
  appId: z.string(),
  appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })).nullish(),
});
const assignment = z.object({ id: z.string(), appRoleId: z.string(), principalId: z.string(), resourceId: z.string() });

/** As it was answered: checkGraphPrincipal says whether it may be believed. */
export async function readGraphPrincipal(client: GraphClient): Promise<GraphPrincipal> {
  const url = `/servicePrincipals(appId='${GRAPH_APP_ID}')?$select=id,appId,appRoles`;
  const { id, appId, appRoles } = await client.getJson(url, (json) => graphPrincipal.parse(json));
  return { id, appId, roles: (appRoles ?? []).map((role) => ({ id: role.id, name: role.value ?? role.id })) };
}

/** The app roles of Microsoft Graph that the identity holds; those of other applications are none of our business. */
export async function listAssignments(client: GraphClient, principalId: string, resourceId: string): Promise<Assignment[]> {
  const url = `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignments?$top=999`;
  const held = await readList(client, url, assignment);
  const other = held.find((one) => !sameId(one.principalId, principalId));
  if (other) throw contradiction(`Asked for what ${principalId} holds, it told what ${shown(other.principalId)} holds.`);
  return held.filter((one) => one.resourceId === resourceId).map(({ id, appRoleId }) => ({ id, appRoleId }));
}

/** Graph is asked so often to make one assignment, each time after a look at what came of the last. */
const MOST_ASKED = 3;

/** @returns false if the identity held it already: somebody was faster, or an earlier answer was lost on its way. */
export async function assign(client: GraphClient, principalId: string, resourceId: string, appRoleId: string): Promise<boolean> {
  const url = `/servicePrincipals/${encodeURIComponent(principalId)}/appRoleAssignments`;
  const wanted = { principalId, resourceId, appRoleId };
  for (let asked = 1; ; asked++) {
    try {
      const given = await client.send({ method: "POST", url, body: wanted }, ({ text }) => assignment.parse(JSON.parse(text)));
      for (const key of ["principalId", "resourceId", "appRoleId"] as const)
        if (!sameId(given[key], wanted[key]))
          throw contradiction(`Told to assign ${key} ${wanted[key]}, it answered that it assigned ${shown(given[key])}.`);
      return true;
    } catch (error) {
      if (isReportError(error, "graph-bad-request") && /already exists/i.test(error.message)) return false;
      if (!isReportError(error, "graph-unavailable") || asked === MOST_ASKED) throw error;
      // The client repeats no POST whose outcome nobody knows: whether it is there can be seen.
      const held = await listAssignments(client, principalId, resourceId);
      if (held.some((one) => sameId(one.appRoleId, appRoleId))) return false;
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
