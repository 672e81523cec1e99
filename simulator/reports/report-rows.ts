import { dayBefore } from "../tenant/dates";
import type { ReportName, Tenant } from "../tenant/types";
import { shareOf } from "../random";
import { forReport, type Switches } from "../switches";
import { CONCEALED, PLAIN } from "./conceal";
import { blankZero } from "./csv";

type Cells = readonly (string | number)[];

/** graph.md#report-columns: the exact v1.0 headers. */
export const HEADERS: Record<ReportName, string> = {
  groups:
    "Report Refresh Date,Group Display Name,Is Deleted,Owner Principal Name,Last Activity Date,Group Type,Member Count,External Member Count,Exchange Received Email Count,SharePoint Active File Count,Yammer Posted Message Count,Yammer Read Message Count,Yammer Liked Message Count,Exchange Mailbox Total Item Count,Exchange Mailbox Storage Used (Byte),SharePoint Total File Count,SharePoint Site Storage Used (Byte),Group Id,Report Period",
  teams:
    "Report Refresh Date,Team Name,Team Id,Team Type,Last Activity Date,Report Period,Active Users,Active Channels,Guests,Reactions,Meetings Organized,Post Messages,Reply Messages,Channel Messages,Urgent Messages,Mentions,Active Shared Channels,Active External Users",
  sites:
    "Report Refresh Date,Site Id,Site URL,Owner Display Name,Is Deleted,Last Activity Date,File Count,Active File Count,Page View Count,Visited Page Count,Storage Used (Byte),Storage Allocated (Byte),Root Web Template,Owner Principal Name,Report Period",
};

/** Days between the tenant's today and the report's newest data, with the switch that makes it older. */
export function refreshLag(tenant: Tenant, switches: Switches, report: ReportName): number {
  return tenant.reportLag[report] + forReport(switches.staleReportDays, report, 0);
}

export interface RowOptions {
  tenant: Tenant;
  switches: Switches;
  period: string;
}

/** The rows of a report, one after the other: a large tenant's report is never held as a whole. */
export function rowsOf(report: ReportName, options: RowOptions): Iterable<Cells> {
  if (report === "groups") return groupRows(options);
  return report === "teams" ? teamRows(options) : siteRows(options);
}

function common({ tenant, switches }: RowOptions, report: ReportName) {
  const lag = refreshLag(tenant, switches, report);
  const thin = forReport(switches.csvThin, report, 1);
  return {
    refreshed: dayBefore(tenant.now, lag),
    day: (age: number | null) => (age === null ? "" : dayBefore(tenant.now, lag + age)),
    cover: switches.concealed ? CONCEALED : PLAIN,
    kept: (id: string) => thin >= 1 || shareOf(id, 6) < thin,
  };
}

function* groupRows(options: RowOptions): Iterable<Cells> {
  const { refreshed, day, cover, kept } = common(options, "groups");
  for (const group of [...options.tenant.groups, ...options.tenant.deletedGroups]) {
    const row = group.groupsUsage;
    if (!row || !kept(group.id)) continue;
    const listed = "owners" in group;
    const owner = listed ? group.owners[0] : undefined;
    yield [
      refreshed,
      cover.name(group.displayName),
      listed ? "False" : "True",
      cover.name(owner?.type === "user" ? owner.userPrincipalName : ""),
      day(row.age),
      listed ? (group.visibility ?? "") : "Private",
      row.members,
      blankZero(row.guests),
      blankZero(row.received),
      blankZero(row.activeFiles),
      blankZero(row.posted),
      blankZero(row.read),
      blankZero(row.liked),
      row.mailboxItems,
      row.mailboxBytes,
      row.files,
      row.siteBytes,
      cover.id(group.id),
      options.period,
    ];
  }
}

function* teamRows(options: RowOptions): Iterable<Cells> {
  const { refreshed, day, cover, kept } = common(options, "teams");
  for (const team of [...options.tenant.groups, ...options.tenant.deletedGroups]) {
    const row = team.teamsUsage;
    if (!row || !kept(team.id)) continue;
    yield [
      refreshed,
      cover.name(team.displayName),
      cover.id(team.id),
      "visibility" in team ? (team.visibility ?? "") : "Private",
      day(row.age),
      options.period,
      row.activeUsers,
      row.activeChannels,
      blankZero(row.guests),
      blankZero(row.reactions),
      blankZero(row.meetings),
      blankZero(row.posts),
      blankZero(row.replies),
      row.posts + row.replies,
      "",
      "",
      "",
      "",
    ];
  }
}

function* siteRows(options: RowOptions): Iterable<Cells> {
  const { refreshed, day, cover, kept } = common(options, "sites");
  const { emptySiteUrl } = options.switches;
  const all = [...options.tenant.groups.flatMap((group) => group.sites), ...options.tenant.otherSites];
  for (const site of all) {
    if (!kept(site.siteId)) continue;
    const hidden = site.urlHidden || emptySiteUrl === "all" || (emptySiteUrl === "some" && shareOf(site.siteId, 7) < 0.4);
    yield [
      refreshed,
      cover.id(site.siteId),
      hidden ? "" : cover.name(site.url),
      cover.name(site.ownerName),
      site.deleted ? "True" : "False",
      day(site.age),
      site.files,
      blankZero(site.activeFiles),
      site.activeFiles * 3,
      blankZero(Math.min(site.activeFiles, 12)),
      site.bytes,
      27_487_790_694_400,
      site.template,
      cover.name(site.ownerPrincipal),
      options.period,
    ];
  }
}
