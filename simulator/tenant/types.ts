/**
 * The truth about the simulated tenant. Directory properties carry Graph's own names, so that `$select` picks them as
 * they are. Ages are whole days back from the day of the source's data (its Report Refresh Date).
 */
export type ReportName = "groups" | "teams" | "sites";
export const REPORT_NAMES: readonly ReportName[] = ["groups", "teams", "sites"];

export interface SignInActivity {
  lastSignInDateTime: string | null;
  lastNonInteractiveSignInDateTime: string | null;
  /** Known only since 2023-12-01 (graph.md#sign-ins). */
  lastSuccessfulSignInDateTime: string | null;
}

export interface SimUser {
  type: "user";
  id: string;
  displayName: string;
  mail: string | null;
  userPrincipalName: string;
  accountEnabled: boolean;
  userType: "Member" | "Guest";
  jobTitle: string | null;
  department: string | null;
  createdDateTime: string;
  /** Null: never signed in, or before 2020-04. */
  signInActivity: SignInActivity | null;
}

export interface SimServicePrincipal {
  type: "servicePrincipal";
  id: string;
  appId: string;
  displayName: string;
  accountEnabled: boolean;
}

export type SimOwner = SimUser | SimServicePrincipal;

export interface AssignedLabel {
  labelId: string;
  displayName: string | null;
}

/** What the directory knows of any group. */
export interface DirectoryGroup {
  id: string;
  displayName: string;
  description: string | null;
  mail: string | null;
  mailNickname: string;
  mailEnabled: boolean;
  proxyAddresses: readonly string[];
  visibility: string | null;
  groupTypes: readonly string[];
  membershipRule: string | null;
  createdDateTime: string;
  renewedDateTime: string | null;
  expirationDateTime: string | null;
  resourceProvisioningOptions: readonly string[];
  resourceBehaviorOptions: readonly string[];
  securityEnabled: boolean;
  onPremisesSyncEnabled: boolean | null;
  isAssignableToRole: boolean | null;
  isManagementRestricted: boolean;
  assignedLabels: readonly AssignedLabel[];
  assignedLicenses: readonly { skuId: string; disabledPlans: string[] }[];
  owners: SimOwner[];
}

export interface GroupsUsageRow {
  age: number | null;
  members: number;
  guests: number;
  received: number;
  mailboxItems: number;
  mailboxBytes: number;
  files: number;
  activeFiles: number;
  siteBytes: number;
  posted: number;
  read: number;
  liked: number;
}

export interface TeamsUsageRow {
  age: number | null;
  activeUsers: number;
  activeChannels: number;
  guests: number;
  reactions: number;
  meetings: number;
  posts: number;
  replies: number;
}

export interface SiteUsageRow {
  siteId: string;
  url: string;
  ownerName: string;
  /** Whatever stands in `Owner Principal Name`: the group's mail, an old address, one in capitals. */
  ownerPrincipal: string;
  template: string;
  deleted: boolean;
  age: number | null;
  files: number;
  activeFiles: number;
  bytes: number;
  /** Empty in the report for good; getAllSites still knows it (graph.md#empty-site-addresses). */
  urlHidden: boolean;
}

export type Kind = "Team" | "Community" | "Group";
export type Result = "Pass" | "Issues" | "Fail" | "Unknown" | "New" | "Archived";
export type Activity = "Active" | "Inactive" | "Unknown";
export type ActivitySource = "Teams" | "SharePoint" | "Group";
export type OwnerState = "ok" | "none" | "disabled" | "inactive" | "guest" | "unknown";

/** What a correct report says of a group in a run without faults, with FEATURES at its default (`teams`). */
export interface Expected {
  result: Result;
  activity: Activity;
  kind: Kind;
  archived: boolean | null;
  ownerState: OwnerState;
  ownerCount: number | null;
  activeOwnerCount: number | null;
  warnings: readonly string[];
  notes: readonly string[];
  blockers: readonly string[];
  lastActivitySource: ActivitySource | null;
  daysInactive: number | null;
  /** Id of the site usage row that counts, null where none belongs to the group. */
  siteId: string | null;
}

export interface SimGroup extends DirectoryGroup {
  /** The case of the contract that this group stands for. */
  scenario: string;
  /** Oddities that change no verdict: texts, labels, blockers. */
  traits: readonly string[];
  kind: Kind;
  expected: Expected;
  /** With FEATURES empty: the archived flag of every team is null. */
  expectedNoFeatures: { result: Result };
  /** With FEATURES `teams,signIns`. */
  expectedWithSignIns: {
    result: Result;
    ownerState: OwnerState;
    activeOwnerCount: number | null;
    warnings: readonly string[];
    notes: readonly string[];
  };
  /** Null: the group has no team, or Graph answers 404 for it. */
  team: { archived: boolean } | null;
  groupsUsage: GroupsUsageRow | null;
  teamsUsage: TeamsUsageRow | null;
  sites: SiteUsageRow[];
  /** `$expand=owners` of the list gives none although there are some (graph.md#groups). */
  expandDropsOwners: boolean;
}

export interface Tenant {
  id: string;
  name: string;
  domain: string;
  host: string;
  /** The tenant's today. */
  now: Date;
  /** The Microsoft 365 groups. */
  groups: SimGroup[];
  /** Security and distribution groups: in the directory, never in the report. */
  otherGroups: DirectoryGroup[];
  users: SimUser[];
  servicePrincipals: SimServicePrincipal[];
  /** Sites that belong to no group: communication sites, channel sites, OneDrives. */
  otherSites: SiteUsageRow[];
  /** Groups that were deleted: rows in the usage reports, none in the directory (graph.md#usage-reports). */
  deletedGroups: { id: string; displayName: string; groupsUsage: GroupsUsageRow; teamsUsage: TeamsUsageRow | null }[];
  /** Days between today and the newest data of each report (graph.md#usage-reports: up to 48 hours, at times more). */
  reportLag: Record<ReportName, number>;
  groupById: Map<string, SimGroup>;
  /** The names of all scenarios, in the order in which they are placed. */
  scenarios: string[];
}
