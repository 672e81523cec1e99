import { shareOf } from "../random";
import type { SiteUsageRow, Tenant } from "../tenant/types";
import { groupOf } from "./group-routes";
import { selected, topOf } from "./odata";
import { listBody, pageOf } from "./paging";
import { ROLES } from "./permissions";
import { failure, ok, type Reply } from "./reply";
import type { Route } from "./route";

const SITE_FIELDS = new Set(
  "id,displayName,name,webUrl,sharepointIds,isPersonalSite,siteCollection,root,createdDateTime,lastModifiedDateTime".split(","),
);
/** graph.md#groups-and-sites: Microsoft's own script asks for 10,000 at once. */
const MAX_PAGE = 10_000;

const siteLists = new WeakMap<Tenant, SiteUsageRow[]>();

/** Every site that exists: those of groups, the others, and a OneDrive for every tenth user (graph.md#groups-and-sites: drop isPersonalSite). */
function sitesOf(tenant: Tenant): SiteUsageRow[] {
  let sites = siteLists.get(tenant);
  if (!sites) {
    const personal = tenant.users
      .filter((_, n) => n % 10 === 0)
      .map((user): SiteUsageRow => ({
        siteId: user.id,
        url: `https://${tenant.host.replace(".sharepoint", "-my.sharepoint")}/personal/${user.userPrincipalName.replace(/[^A-Za-z0-9]/g, "_")}`,
        ownerName: user.displayName,
        ownerPrincipal: user.userPrincipalName,
        template: "SPSPERS",
        deleted: false,
        age: null,
        files: 0,
        activeFiles: 0,
        bytes: 0,
        urlHidden: false,
      }));
    sites = [...tenant.groups.flatMap((group) => group.sites), ...tenant.otherSites]
      .filter((site) => !site.deleted)
      .concat(personal);
    siteLists.set(tenant, sites);
  }
  return sites;
}

function siteJson(tenant: Tenant, site: SiteUsageRow, fields: readonly string[]): Record<string, unknown> {
  // The web's id is made from the site's: nobody joins on it, and half a million of them would be kept for nothing.
  const webId = site.siteId.split("").toReversed().join("").replaceAll("-", "");
  const web = `${webId.slice(0, 8)}-${webId.slice(8, 12)}-4${webId.slice(13, 16)}-9${webId.slice(17, 20)}-${webId.slice(20)}`;
  const hostname = new URL(site.url).hostname;
  const all: Record<string, unknown> = {
    id: `${hostname},${site.siteId},${web}`,
    displayName: site.ownerName,
    name: site.url.split("/").at(-1),
    webUrl: site.url,
    isPersonalSite: site.template === "SPSPERS",
    sharepointIds: { siteId: site.siteId, siteUrl: site.url, webId: web, tenantId: tenant.id },
    siteCollection: { hostname },
    root: {},
  };
  return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
}

function locked(): Reply {
  return failure(423, "notAllowed", "The requested site is locked or archived.");
}

export const SITE_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/sites\/(?:microsoft\.graph\.)?getAllSites(?:\(\))?$/i,
    roles: ROLES.sites,
    cost: () => ({}),
    answer: (request) => {
      const { switches, tenant } = request.world;
      if (switches.site423 === "all") return locked();
      const fields = selected(request.query.get("$select"), SITE_FIELDS, "microsoft.graph.site") ?? [...SITE_FIELDS];
      const top = topOf(request.query.get("$top"), { standard: 200, max: MAX_PAGE, over: switches.topOverMax });
      const page = pageOf(request, sitesOf(tenant), top);
      return ok(listBody(request, "sites", { ...page, items: page.items.map((site) => siteJson(tenant, site, fields)) }));
    },
  },
  {
    method: "GET",
    pattern: /^\/groups\/([^/]+)\/sites\/root$/,
    roles: ROLES.sites,
    cost: () => ({}),
    answer: (request, match) => {
      const group = request.world.tenant.groupById.get(groupOf(request, match[1] ?? "").id);
      const site = group?.sites.find((row) => !row.deleted && row.template === "Group");
      // graph.md#groups-and-sites: a new group, and some groups for ever.
      if (!site) return failure(404, "ResourceNotFound", "Resource provisioning is in progress. Please try again.");
      const { site423 } = request.world.switches;
      if (site423 === "all" || (site423 === "some" && shareOf(site.siteId, 5) < 0.1)) return locked();
      const fields = selected(request.query.get("$select"), SITE_FIELDS, "microsoft.graph.site") ?? [...SITE_FIELDS];
      return ok(siteJson(request.world.tenant, site, fields));
    },
  },
];
