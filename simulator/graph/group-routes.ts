import type { DirectoryGroup, Tenant } from "../tenant/types";
import { GROUP_DEFAULTS, GROUP_FIELDS, SILENT } from "./group-fields";
import { unitsOf } from "./limits";
import { expanded, groupFilter, pickFields, Refusal, selected, topOf } from "./odata";
import { expandedOwners, ownerFields } from "./owner-fields";
import { listBody, pageOf } from "./paging";
import { ROLES } from "./permissions";
import { badRequest, denied, notFound, ok, text, unsupportedQuery, type Reply } from "./reply";
import { isEventual, type GraphRequest } from "./request";
import type { Route } from "./route";
import { shareOf } from "../random";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** All groups of the directory in one fixed order, and the filtered lists that were asked for before. */
const directories = new WeakMap<
  Tenant,
  { all: DirectoryGroup[]; byId: Map<string, DirectoryGroup>; filtered: Map<string, DirectoryGroup[]> }
>();

function directoryOf(tenant: Tenant): {
  all: DirectoryGroup[];
  byId: Map<string, DirectoryGroup>;
  filtered: Map<string, DirectoryGroup[]>;
} {
  let directory = directories.get(tenant);
  if (!directory) {
    // The others stand among the first Microsoft 365 groups, so that a missing filter shows on page 1.
    const all: DirectoryGroup[] = [];
    tenant.groups.forEach((group, n) => {
      const other = tenant.otherGroups[n];
      if (other) all.push(other);
      all.push(group);
    });
    all.push(...tenant.otherGroups.slice(tenant.groups.length));
    directory = { all, byId: new Map(all.map((group) => [group.id, group])), filtered: new Map() };
    directories.set(tenant, directory);
  }
  return directory;
}

function listed(request: GraphRequest): DirectoryGroup[] {
  const filter = request.query.get("$filter");
  const { all, filtered } = directoryOf(request.world.tenant);
  if (filter === null) return all;
  let list = filtered.get(filter);
  if (!list) {
    list = all.filter(groupFilter(filter));
    if (filtered.size < 50) filtered.set(filter, list);
  }
  return list;
}

/** The group of that id, or the refusal that Graph gives. */
export function groupOf(request: GraphRequest, id: string): DirectoryGroup {
  if (!GUID.test(id)) throw new Refusal(badRequest(`Invalid object identifier '${id}'.`));
  const group = directoryOf(request.world.tenant).byId.get(id.toLowerCase());
  if (!group || shareOf(id.toLowerCase(), 2) < request.world.switches.groupsGone) throw new Refusal(notFound(id));
  return group;
}

function groupJson(request: GraphRequest): (group: DirectoryGroup) => Record<string, unknown> {
  const fields = (selected(request.query.get("$select"), GROUP_FIELDS, "microsoft.graph.group") ?? GROUP_DEFAULTS).filter(
    (field) => !SILENT.has(field),
  );
  const expand = expanded(request.query.get("$expand"));
  if (!expand) return (group) => pickFields(group, fields);
  if (expand.relation !== "owners")
    throw new Refusal(unsupportedQuery(`The expanded relation '${expand.relation}' is not simulated.`));
  // graph.md#groups: $expand does not work in advanced queries. The header alone is refused: a good client does not send it here.
  if (isEventual(request)) throw new Refusal(unsupportedQuery("$expand is not supported with ConsistencyLevel: eventual."));
  const inner = ownerFields(expand.select);
  return (group) => ({ ...pickFields(group, fields), owners: expandedOwners(request, group, inner) });
}

function answerList(request: GraphRequest): Reply {
  const { switches } = request.world;
  if (switches.groupsDenied) return denied();
  for (const option of ["$skip", "$search", "$orderby"]) {
    if (request.query.has(option)) return unsupportedQuery(`'${option}' is not supported by the simulator.`);
  }
  const toJson = groupJson(request);
  const groups = listed(request);
  const page = pageOf(request, groups, topOf(request.query.get("$top"), { standard: 100, max: 999, over: switches.topOverMax }));
  // graph.md#errors: $count without the header is ignored with a 200.
  const counted = request.query.get("$count") === "true" && isEventual(request);
  const select = request.query.get("$select");
  const context = `groups${select ? `(${select}${request.query.has("$expand") ? ",owners()" : ""})` : ""}`;
  return ok(listBody(request, context, { ...page, items: page.items.map(toJson) }, counted ? groups.length : undefined));
}

export const GROUP_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/groups$/,
    roles: ROLES.groups,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: answerList,
  },
  {
    method: "GET",
    pattern: /^\/groups\/\$count$/,
    roles: ROLES.groups,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request) => {
      if (!isEventual(request))
        return badRequest("$count is not currently supported without the header ConsistencyLevel: eventual.");
      return text(String(listed(request).length));
    },
  },
  {
    method: "GET",
    pattern: /^\/groups\/([^/]+)$/,
    roles: ROLES.groups,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request, match) => {
      const group = groupOf(request, match[1] ?? "");
      const context = `${request.world.graphOrigin}/v1.0/$metadata#groups/$entity`;
      return ok({ "@odata.context": context, ...groupJson(request)(group) });
    },
  },
];
