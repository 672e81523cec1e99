import { GRAPH_APP_ROLES } from "../tenant/graph-app-roles";
import type { Assignment, Principal } from "../tenant/principal-book";
import { unitsOf } from "./limits";
import { pickFields, Refusal, selected, topOf } from "./odata";
import { listBody, pageOf } from "./paging";
import { holdsAny, ROLES } from "./permissions";
import { badRequest, denied, notFound, ok, type Reply, unsupportedQuery } from "./reply";
import type { GraphRequest } from "./request";
import type { Route } from "./route";

const FIELDS = ["id", "appId", "displayName", "servicePrincipalType", "appOwnerOrganizationId", "accountEnabled", "appRoles"];
const TYPE = "microsoft.graph.servicePrincipal";
/** By object id, or by `(appId='…')`. */
const ONE = String.raw`\/servicePrincipals(?:\/([^/]+)|\(appId='([^']+)'\))`;

function principalJson({ world, query }: GraphRequest, principal: Principal): Record<string, unknown> {
  const appRoles =
    principal === world.principals.graph
      ? Object.entries(GRAPH_APP_ROLES).map(([value, id]) => ({
          id,
          value,
          isEnabled: true,
          allowedMemberTypes: ["Application"],
        }))
      : [];
  const fields = selected(query.get("$select"), new Set(FIELDS), TYPE) ?? FIELDS;
  // A managed identity has no registration, and so no owner.
  const own = principal.servicePrincipalType === "ManagedIdentity" ? null : world.tenant.id;
  const { appOwnerOrganizationId = own } = principal;
  return pickFields({ ...principal, appOwnerOrganizationId, accountEnabled: true, appRoles }, fields);
}

function find({ world }: GraphRequest, match: RegExpExecArray): Principal {
  const [id, appId] = [match[1]?.toLowerCase(), match[2]?.toLowerCase()];
  const found = world.principals.all().find((one) => one.id === id || one.appId === appId);
  if (!found) throw new Refusal(notFound(match[1] ?? match[2] ?? ""));
  return found;
}

/** A quote inside is doubled; names are compared without regard to case, as the directory does. */
function nameFilter(filter: string): (principal: Principal) => boolean {
  const value = /^displayName eq '((?:[^']|'')*)'$/.exec(filter.trim())?.[1];
  if (value === undefined) throw new Refusal(unsupportedQuery("Unsupported or invalid query filter clause."));
  const name = value.replaceAll("''", "'").toLowerCase();
  return ({ displayName }) => displayName.toLowerCase() === name;
}

function assignmentJson({ world }: GraphRequest, principal: Principal, { id, appRoleId }: Assignment): Record<string, unknown> {
  return {
    id,
    deletedDateTime: null,
    appRoleId,
    createdDateTime: new Date(world.clock()).toISOString(),
    principalDisplayName: principal.displayName,
    principalId: principal.id,
    principalType: "ServicePrincipal",
    resourceDisplayName: world.principals.graph.displayName,
    resourceId: world.principals.graph.id,
  };
}

/** A signed-in user needs the scope and a directory role too: Privileged Role Administrator or Global Administrator. */
function mayAssign({ world, token, roles }: GraphRequest): boolean {
  if (token.kind === "person" && !world.switches.administrator.isPrivileged) return false;
  return holdsAny(roles, ROLES.applications);
}

function assign(request: GraphRequest, principal: Principal): Reply {
  const { principals } = request.world;
  let wanted: Record<string, unknown>;
  try {
    wanted = JSON.parse(request.body) as Record<string, unknown>;
  } catch {
    return badRequest("Unable to read JSON request payload.");
  }
  const { principalId, resourceId, appRoleId } = wanted;
  if (principalId !== principal.id) return badRequest("Not a valid reference update.");
  if (resourceId !== principals.graph.id) return notFound(String(resourceId));
  if (typeof appRoleId !== "string" || !Object.values(GRAPH_APP_ROLES).includes(appRoleId))
    return badRequest("Permission being assigned was not found on application.");
  if (principals.assignmentsOf(principal).some((held) => held.appRoleId === appRoleId))
    return badRequest("Permission being assigned already exists on the object");
  return { ...ok(assignmentJson(request, principal, principals.assign(principal, appRoleId))), status: 201 };
}

/** Service principals and the app roles that they hold: what an administrator needs to grant permissions. */
export const SERVICE_PRINCIPAL_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/servicePrincipals$/,
    roles: ROLES.applications,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request) => {
      const { world, query } = request;
      const filter = query.get("$filter");
      const found = filter === null ? world.principals.all() : world.principals.all().filter(nameFilter(filter));
      const page = pageOf(request, found, topOf(query.get("$top"), { standard: 100, max: 999, over: world.switches.topOverMax }));
      return ok(listBody(request, "servicePrincipals", { ...page, items: page.items.map((one) => principalJson(request, one)) }));
    },
  },
  {
    method: "GET",
    pattern: new RegExp(`^${ONE}$`),
    roles: ROLES.applications,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request, match) => ok(principalJson(request, find(request, match))),
  },
  {
    method: "GET",
    pattern: new RegExp(String.raw`^${ONE}\/appRoleAssignments$`),
    roles: ROLES.applications,
    cost: (request) => ({ units: unitsOf(request, 2) }),
    answer: (request, match) => {
      const { world, query } = request;
      const principal = find(request, match);
      const top = topOf(query.get("$top"), { standard: 100, max: 999, over: world.switches.topOverMax });
      const page = pageOf(request, world.principals.assignmentsOf(principal), top);
      const items = page.items.map((held) => assignmentJson(request, principal, held));
      return ok(listBody(request, "appRoleAssignments", { ...page, items }));
    },
  },
  {
    method: "POST",
    pattern: new RegExp(String.raw`^${ONE}\/appRoleAssignments$`),
    roles: ROLES.assignRoles,
    cost: () => ({ units: 1 }),
    answer: (request, match) => (mayAssign(request) ? assign(request, find(request, match)) : denied()),
  },
  {
    method: "DELETE",
    pattern: new RegExp(String.raw`^${ONE}\/appRoleAssignments\/([^/]+)$`),
    roles: ROLES.assignRoles,
    cost: () => ({ units: 1 }),
    answer: (request, match) => {
      if (!mayAssign(request)) return denied();
      const id = match[3] ?? "";
      const isRemoved = request.world.principals.remove(find(request, match), id);
      return isRemoved ? { status: 204, headers: {}, body: "" } : notFound(id);
    },
  },
];
