import type { Day } from "./understood";

/**
 * What a source hands to the judge: one record a group (or a site), as small as the report needs it.
 * Records are stored as gzipped JSON by run, shard, source, epoch and page. Dates are ISO days (`2026-11-20`)
 * unless a field says date-time. `null` means that nobody knows (a figure: its column is not in the report); it is never 0
 * and never false.
 */

/** Every source of a run, in the order in which the report lists them. */
export const SOURCE_NAMES = ["groups", "owners", "groupsUsage", "teamsUsage", "siteUsage", "users", "teams", "sites"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** How a source ended. All but complete, off and skipped are gaps. */
export const SOURCE_STATES = ["complete", "notPermitted", "concealed", "partial", "stale", "failed", "off", "skipped"] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

export interface OwnerRecord {
  /** Empty where it was not understood. */
  id: string;
  displayName: string | null;
  mail: string | null;
  /** False for a service principal and anything else that is no user: such an owner counts as active. Null where that was not understood: nothing is known of it. */
  isUser: boolean | null;
  accountEnabled: boolean | null;
  /** `Member` or `Guest`. */
  userType: string | null;
}

export type Blocker = "licences" | "role" | "synced" | "restricted" | "security";

/** A group as the directory lists it. */
export interface GroupRecord {
  id: string;
  displayName: string | null;
  mail: string | null;
  /** Without the `smtp:` prefix, lower case; the mail itself is among them. Other address kinds (SPO, X500) are left out. */
  addresses: string[];
  /** Was an address of it not understood? Then a site without a match may be its own. */
  hasUnreadAddress?: true;
  description: string | null;
  visibility: string | null;
  /** Its membership is hidden, or what it says of that was not understood: no owner may mean that none is shown. */
  mayBeHidden?: true;
  membership: "Assigned" | "Dynamic";
  /** Null where it was not understood. */
  isTeam: boolean | null;
  /** Display names, or the label id where a name is missing. */
  labels: string[];
  /** Date-times that were understood, as Graph gives them. */
  createdDateTime: string | null;
  renewedDateTime: string | null;
  expirationDateTime: string | null;
  blockers: Blocker[];
  owners: OwnerRecord[];
  /** There are more owners than these, or one that could not be read: they are read again, and judged by that reading alone. */
  ownersInParts?: true;
}

/** One group's owners, read again from `/groups/{id}/owners`; `owners` is null where that was refused or failed. */
export interface OwnersRecord {
  id: string;
  owners: OwnerRecord[] | null;
  /** The HTTP status of a reading that was refused; 0 where Graph never answered for it. */
  status?: number;
}

/** When a group was last active: null where nothing was seen, else why it is not known, as a part of a sentence. */
export type Seen = Day | null | { unclear: string };

/** What a row of any usage report says. */
export interface UsageRecord {
  id: string;
  /** The row's own Report Refresh Date; absent where the report has no such column. */
  refreshed?: Day;
  lastActivity: Seen;
  /** The first of its cells that was not understood: `Post Messages "12,345"`. */
  unread?: string;
}

/** A row that was not understood, of a group that can be told: the group counts as one without a row. */
export interface LeftOut {
  id: string;
  /** Why, as a part of a sentence. */
  leftOut: string;
  /** It is in order, but may be of another kind: it counts only where the group has no row at all. */
  isOfOtherKind?: true;
}

export interface GroupsUsageRecord extends UsageRecord {
  members: number | null;
  guests: number | null;
  received: number | null;
  mailboxItems: number | null;
  mailboxBytes: number | null;
  files: number | null;
  activeFiles: number | null;
  siteBytes: number | null;
  posted: number | null;
  read: number | null;
  liked: number | null;
}

export interface TeamsUsageRecord extends UsageRecord {
  activeUsers: number | null;
  activeChannels: number | null;
  meetings: number | null;
  posts: number | null;
  replies: number | null;
}

/** A site usage row, already matched to its group by mail address. `id` is the group's id. */
export interface SiteUsageRecord extends UsageRecord {
  siteId: string;
  url: string | null;
  files?: SiteFigure;
  activeFiles?: SiteFigure;
  bytes?: SiteFigure;
}

/** Blank takes the groups usage report's figure where that is above 0; null was not understood; absent, the report has no such column. */
export type SiteFigure = number | "blank" | null;

/** A team's archived flag; null where Graph did not tell (404). */
export interface TeamRecord {
  id: string;
  archived: boolean | null;
  /** The HTTP status of the reading; 0 where Graph never answered for it. */
  status?: number;
}

/** The URL of a group's site, from `/sites/getAllSites`. `id` is the group's id. */
export interface SiteUrlRecord {
  id: string;
  siteId: string;
  url: string;
}

/**
 * A user's sign-in state at the run's start: `active`, or `stale` (more than ownerInactiveDays old). A user without
 * a sign-in date has no record. Personal: dropped when the groups are judged.
 */
export interface UserRecord {
  id: string;
  state: "active" | "stale";
}

/** The record type of each source. */
export interface RecordOf {
  groups: GroupRecord;
  owners: OwnersRecord;
  groupsUsage: GroupsUsageRecord | LeftOut;
  teamsUsage: TeamsUsageRecord | LeftOut;
  siteUsage: SiteUsageRecord | LeftOut;
  users: UserRecord;
  teams: TeamRecord;
  sites: SiteUrlRecord;
}
