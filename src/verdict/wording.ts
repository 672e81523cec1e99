import type { SourceName, SourceState } from "../model/records";

/** Ends the reason of every Fail. */
export const NOT_VISIBLE = "Not visible to any report: Planner, Loop, Power BI, Power Apps, calendar, use for permissions.";

/** Stands on top of every report. */
export const HOLDS_NOTICE =
  "Retention and eDiscovery holds can't be read here. Check for them, and for the uses that no report can see, before you delete a group.";

export const SOURCE_TITLES: Record<SourceName, string> = {
  groups: "Groups list",
  owners: "Owner re-reads",
  groupsUsage: "Groups usage report",
  teamsUsage: "Teams usage report",
  siteUsage: "SharePoint site usage report",
  users: "Owner sign-ins",
  teams: "Archived flag of teams",
  sites: "Site addresses",
};

/** In a line beside a figure, where the whole title has no room. */
export const SHORT_SOURCE_TITLES: Record<SourceName, string> = {
  groups: "groups list",
  owners: "owner re-reads",
  groupsUsage: "groups report",
  teamsUsage: "Teams report",
  siteUsage: "site report",
  users: "owner sign-ins",
  teams: "archived flag",
  sites: "site addresses",
};

/** Reads after a source's title: "Groups usage report concealed". */
export const STATE_TITLES: Record<SourceState, string> = {
  complete: "complete",
  notPermitted: "not permitted",
  concealed: "concealed",
  partial: "partial",
  stale: "stale",
  failed: "failed",
  off: "not collected by choice",
  skipped: "not needed",
};
