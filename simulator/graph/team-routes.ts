import { shareOf } from "../random";
import type { SimGroup, Tenant } from "../tenant/types";
import { selected, topOf } from "./odata";
import { listBody, pageOf } from "./paging";
import { ROLES } from "./permissions";
import { failure, ok } from "./reply";
import type { GraphRequest } from "./request";
import type { Route } from "./route";

const TEAM_FIELDS = new Set(
  "id,displayName,description,visibility,webUrl,isArchived,summary,createdDateTime,classification,specialization,internalId".split(
    ",",
  ),
);
/** graph.md#teams: the list knows these three; all others are null in it. */
const LISTED = new Set(["id", "displayName", "description"]);

const teamLists = new WeakMap<Tenant, SimGroup[]>();

function teamsOf(tenant: Tenant): SimGroup[] {
  let teams = teamLists.get(tenant);
  if (!teams) {
    teams = tenant.groups.filter((group) => group.team !== null);
    teamLists.set(tenant, teams);
  }
  return teams;
}

function isBlank(request: GraphRequest, group: SimGroup): boolean {
  return shareOf(group.id, 4) < request.world.switches.nullTeamFields;
}

function teamJson(request: GraphRequest, group: SimGroup, fields: readonly string[]): Record<string, unknown> {
  const blank = isBlank(request, group);
  const all: Record<string, unknown> = {
    id: group.id,
    displayName: group.displayName,
    description: group.description,
    visibility: group.visibility?.toLowerCase() ?? null,
    webUrl: `https://teams.microsoft.com/l/team/${encodeURIComponent(group.id)}`,
    isArchived: blank ? null : (group.team?.archived ?? null),
    createdDateTime: group.createdDateTime,
    specialization: "none",
    summary: blank
      ? null
      : {
          ownersCount: group.owners.length,
          membersCount: group.groupsUsage?.members ?? 0,
          guestsCount: group.groupsUsage?.guests ?? 0,
        },
  };
  return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

export const TEAM_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/teams$/,
    roles: ROLES.teams,
    cost: () => ({ window: "team" }),
    answer: (request) => {
      const fields = selected(request.query.get("$select"), TEAM_FIELDS, "microsoft.graph.team") ?? [...TEAM_FIELDS];
      const teams = teamsOf(request.world.tenant);
      const top = topOf(request.query.get("$top"), { standard: 100, max: 999, over: request.world.switches.topOverMax });
      const page = pageOf(request, teams, top);
      const items = page.items.map((group) => {
        const known = teamJson(
          request,
          group,
          fields.filter((field) => LISTED.has(field)),
        );
        const blank = Object.fromEntries(fields.map((field) => [field, null]));
        return isBlank(request, group) ? { ...blank, id: group.id } : { ...blank, ...known };
      });
      return ok(listBody(request, "teams", { ...page, items }));
    },
  },
  {
    method: "GET",
    pattern: /^\/teams\/([^/]+)$/,
    roles: ROLES.team,
    cost: (_request, match) => ({ window: "team", of: match[1] ?? "" }),
    answer: (request, match) => {
      const id = match[1] ?? "";
      const group = request.world.tenant.groupById.get(id.toLowerCase());
      const gone = shareOf(id.toLowerCase(), 2) < request.world.switches.groupsGone;
      // graph.md#teams: a group without a team, a team that was deleted, and a Team flag that lies all look like this.
      if (!group?.team || gone) return failure(404, "NotFound", `No team found with Group Id ${id}`);
      const fields = selected(request.query.get("$select"), TEAM_FIELDS, "microsoft.graph.team") ?? [...TEAM_FIELDS];
      const context = `${request.world.graphOrigin}/v1.0/$metadata#teams/$entity`;
      return ok({ "@odata.context": context, ...teamJson(request, group, fields) });
    },
  },
];
