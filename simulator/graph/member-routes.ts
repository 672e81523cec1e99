import { unitsOf } from "./limits";
import { groupOf } from "./group-routes";
import { topOf } from "./odata";
import { isHidden, ownerFields, ownerJson } from "./owner-fields";
import { listBody, pageOf } from "./paging";
import { ROLES } from "./permissions";
import { badRequest, denied, ok, text, unsupportedQuery } from "./reply";
import { isEventual } from "./request";
import type { Route } from "./route";

/** Owners one group at a time: the reading that wins over every `$expand`. Member counts: for other clients. */
export const MEMBER_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/groups\/([^/]+)\/owners$/,
    roles: ROLES.owners,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request, match) => {
      const group = groupOf(request, match[1] ?? "");
      const fields = ownerFields(request.query.get("$select"));
      const { switches } = request.world;
      const hidden = isHidden(request, group);
      if (hidden && switches.hiddenMembership === "denied") return denied();
      const top = topOf(request.query.get("$top"), { standard: 100, max: 999, over: switches.topOverMax });
      const page = pageOf(request, hidden ? [] : group.owners, top);
      const items = page.items.map((owner) => ownerJson(request, owner, fields));
      return ok(listBody(request, "directoryObjects", { ...page, items }));
    },
  },
  {
    // graph.md#groups: `/members/$count`, with an OData cast and a filter on userType where wanted.
    method: "GET",
    pattern: /^\/groups\/([^/]+)\/members(\/microsoft\.graph\.user)?\/\$count$/,
    roles: ROLES.members,
    cost: (request) => ({ units: unitsOf(request, 3) }),
    answer: (request, match) => {
      const group = groupOf(request, match[1] ?? "");
      if (!isEventual(request))
        return badRequest("$count is not currently supported without the header ConsistencyLevel: eventual.");
      if (isHidden(request, group) && request.world.switches.hiddenMembership === "denied") return denied();
      const usage = request.world.tenant.groupById.get(group.id)?.groupsUsage;
      const { members = 0, guests = 0 } = usage ?? {};
      const filter = request.query.get("$filter");
      if (filter === null) return text(String(members + guests));
      const type = /^userType eq '(Guest|Member)'$/i.exec(filter)?.[1]?.toLowerCase();
      if (type === undefined || match[2] === undefined) return unsupportedQuery("Unsupported or invalid query filter clause.");
      return text(String(type === "guest" ? guests : members));
    },
  },
];
