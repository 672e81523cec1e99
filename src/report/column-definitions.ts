import type { ReportRow } from "../model/report";

/**
 * What each column counts, and what not. Usage figures are those of Microsoft's usage reports for 180 days; what they mean
 * is from the reports' documentation (getOffice365GroupsActivityDetail, getTeamsTeamActivityDetail, getSharePointSiteUsageDetail).
 */
export const DEFINITIONS: Record<keyof ReportRow, string> = {
  id: "Object id of the Microsoft 365 group in Microsoft Entra ID.",
  displayName: "Display name of the group.",
  mail: "Primary mail address of the group.",
  kind: "Team where the group has a team; else Community where any Viva Engage count is above 0; else Group.",
  result: "Pass, Issues, Fail, Unknown, New or Archived: the verdict, explained under Results.",
  reason: "The figures that decided the result.",
  activity:
    "Active where any of the three activity dates is recent enough; Unknown where a source that could show activity was not complete, lacks a row for the group, or said something of it that was not understood; else Inactive.",
  lastActivity:
    "Latest of Team, Site and Group Last Activity; use that no report sees (Planner, Loop, Power BI, Power Apps, calendar, permissions) is not in it.",
  lastActivitySource:
    "The report that Last Activity comes from: Teams, SharePoint or Group, the first of these where the dates are equal.",
  daysInactive:
    "Days from Last Activity to the date of the report that it comes from, not to the day of the run: the reports lag by up to 48 hours or more.",
  owners: "Owners of the group by name; empty where they could not be read.",
  ownerMails: "Mail addresses in the order of Owners, an empty place where an owner has none.",
  ownerCount: "Number of owners, disabled accounts and guests included; empty where the owners could not be read.",
  activeOwnerCount:
    "Owners whose account is enabled, who are no guests and who signed in recently (owners that are applications count); empty where that is not known of every owner.",
  ownerState:
    "ok: at least one active owner; none: no owner; disabled: all accounts disabled; guest: all guests; inactive: none active for these or for lack of sign-ins; unknown: not readable, or sign-ins not read.",
  members: "Members by the groups usage report, as of its date; not a live count.",
  guests: "Members from outside the organization by the groups usage report, as of its date.",
  visibility: "Public, Private or HiddenMembership.",
  membership: "Assigned, or Dynamic where a rule decides who is a member.",
  description: "Description of the group as its owners wrote it.",
  sensitivityLabel: "Names of the sensitivity labels of the group; the label's id where its name is missing.",
  created: "Day on which the group was created.",
  ageDays: "Whole 24-hour periods from the group's creation to the run's start.",
  renewed: "Day of the last renewal under the group expiration policy; the day of creation where there was none.",
  expires: "Day on which the expiration policy deletes the group unless it is renewed; empty where no policy covers it.",
  archived: "Whether the team is archived; empty where that could not be read, false for groups without a team.",
  archivedAsOf: "Day on which Archived was read from Teams: unchanged teams are read about once a week.",
  teamLastActivity:
    "Last activity in the team by the Teams usage report (messages, meetings, opened panels); also shown for a group that has a row there without being listed as a team.",
  teamMessages: "Post and reply messages in the team's channels in 180 days; chats outside the team are not counted.",
  teamMeetings: "Meetings organized in the team in 180 days.",
  teamActiveUsers:
    "People with at least one action in the team in 180 days; opening a panel counts, so it is no sign of writing.",
  teamActiveChannels: "Channels with activity in 180 days.",
  groupLastActivity:
    "Last mail received, file viewed, edited, shared or synced, page viewed, or Viva Engage post, read or like; Teams activity is not in it.",
  mailboxReceived: "Messages delivered to the group mailbox in 180 days; messages of robots and invitations may be among them.",
  mailboxItems: "Items in the group mailbox, calendar items and system messages included.",
  mailboxStorageMB: "Size of the group mailbox in MB of 1,048,576 bytes.",
  vivaPosted: "Viva Engage messages posted in 180 days.",
  vivaRead: "Viva Engage messages read in 180 days.",
  vivaLiked: "Viva Engage messages liked in 180 days.",
  siteUrl:
    "Address of the group's SharePoint site; empty where Microsoft's report leaves it out and site addresses were not collected.",
  siteLastActivity:
    "Last activity in the group's SharePoint site; sites of private and shared channels are not included, and an administrator's script can move the date.",
  siteFiles: "Files in the group's site, by the groups usage report where no site row matches; channel sites are not included.",
  siteActiveFiles:
    "Files viewed, edited, shared or synced in 180 days, by the groups usage report where no site row matches; channel sites are not included.",
  siteStorageGB:
    "Storage of the group's site in GB of 1,073,741,824 bytes, by the groups usage report where no site row matches; channel sites are not included.",
  warnings:
    "Codes of the evidence, explained under Warnings; their number decides nothing, and a source that was not complete raises none.",
  warningCount: "Number of warnings.",
  notes: "Codes of what is worth knowing, explained under Notes.",
  blockers:
    "What to look at before deleting the group: licences (assigned through it), role (may hold directory roles), synced (from on-premises), restricted (restricted management), security (grants access to resources).",
  change:
    "Against the last published run: new, better, worse or same in the order Pass, Issues, Fail; changed for any other move; empty on a first run.",
  resultSince: "Start of the earliest run in the unbroken row of published runs with this result.",
  runId: "Id of the run that made the row; the same in every row.",
  dataDate: "Newest date of Microsoft's usage reports in this run; the same in every row.",
};
