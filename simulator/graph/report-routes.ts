import type { ReportName } from "../tenant/types";
import { ROLES } from "./permissions";
import { badRequest, type Reply } from "./reply";
import type { GraphRequest } from "./request";
import type { Route } from "./route";

const REPORTS: Record<string, ReportName> = {
  getoffice365groupsactivitydetail: "groups",
  getteamsteamactivitydetail: "teams",
  getsharepointsiteusagedetail: "sites",
};

/** graph.md#usage-reports: 302 to a pre-authenticated URL at another host. */
function redirect(request: GraphRequest, match: RegExpExecArray): Reply {
  const { world } = request;
  const report = reportOf(match);
  const period = /^period='D(7|30|90|180)'$/.exec(match[2] ?? "")?.[1];
  if (period === undefined) return badRequest(`Invalid argument: ${match[2]}.`);
  const token = world.downloads.issue(report, period, world.clock());
  return {
    status: 302,
    headers: { Location: `${world.downloadOrigin}/data/v1.0/download?token=${token}`, "Content-Type": "text/plain" },
    body: "",
  };
}

function reportOf(match: RegExpExecArray): ReportName {
  return REPORTS[match[1]?.toLowerCase() ?? ""] ?? "groups";
}

export const REPORT_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: new RegExp(`^/reports/(${Object.keys(REPORTS).join("|")})\\(([^)]*)\\)$`, "i"),
    roles: ROLES.reports,
    cost: (_request, match) => ({ window: "report", of: reportOf(match) }),
    answer: redirect,
  },
];
