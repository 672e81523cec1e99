import type {
  GroupRecord,
  GroupsUsageRecord,
  OwnersRecord,
  SiteUsageRecord,
  SourceName,
  SourceState,
  TeamRecord,
  TeamsUsageRecord,
  UserRecord,
} from "./records";
import type { RunStatus, Thresholds } from "./run";

export const RESULTS = ["Pass", "Issues", "Fail", "Unknown", "New", "Archived"] as const;
export type Result = (typeof RESULTS)[number];

export const WARNINGS = [
  "owner-none",
  "owner-inactive",
  "team-inactive",
  "team-quiet",
  "site-never-used",
  "site-inactive",
  "mailbox-quiet",
] as const;
export type Warning = (typeof WARNINGS)[number];

export const NOTES = ["owner-single", "expires-soon", "members-none", "site-unmatched"] as const;
export type Note = (typeof NOTES)[number];

/** A source as the verdict sees it. `dataDate` is its Report Refresh Date (ISO day), null for sources that have none. */
export interface SourceFacts {
  state: SourceState;
  dataDate: string | null;
  /** It has a row that was not understood, and nobody can say which group's it is. */
  isUntold?: boolean;
  /** The Teams report has rows of teams without activity, so that a team without a row was not seen. */
  listsIdle?: boolean;
}

/** The sources whose rows tell of activity. */
export type ReportName = "groupsUsage" | "teamsUsage" | "siteUsage";

/** What is the same for every group of a run. */
export interface RunFacts {
  runId: string;
  /** Date-time of the run's (first) start. */
  startedAt: string;
  sources: Record<SourceName, SourceFacts>;
  thresholds: Thresholds;
  /** Is there a published run to compare with? */
  hasPrevious: boolean;
}

/** A group's line of the run that was published when this one began. */
export interface PreviousFacts {
  result: Result;
  resultSince: string;
  archived: boolean | null;
  archivedAsOf: string | null;
  /** The last published runs' results, oldest first, at most 12. */
  history: HistoryEntry[];
  inTeamsReport: boolean | null;
}

export interface HistoryEntry {
  date: string;
  result: Result;
}

/** Everything known of one group, joined by its id. A missing record means that the source has no row for it. */
export interface GroupFacts {
  group: GroupRecord;
  owners?: OwnersRecord;
  groupsUsage?: GroupsUsageRecord;
  teamsUsage?: TeamsUsageRecord;
  siteUsage?: SiteUsageRecord;
  team?: TeamRecord;
  /** Why what a report says of the group can't be believed: its row was left out, or its day is not known. Parts of a sentence. */
  doubts?: Partial<Record<ReportName, string>>;
  previous?: PreviousFacts;
  /** Sign-in state by user id; absent where sign-ins were not read. */
  signIns?: ReadonlyMap<string, UserRecord["state"]>;
}

export interface ReportOwner {
  id: string;
  displayName: string | null;
  mail: string | null;
}

export type OwnerState = "ok" | "none" | "disabled" | "inactive" | "guest" | "unknown";

/** One row of the report: the keys, their order and their meaning are the columns of the contract. */
export interface ReportRow {
  id: string;
  displayName: string | null;
  mail: string | null;
  kind: "Team" | "Community" | "Group";
  result: Result;
  reason: string;
  activity: "Active" | "Inactive" | "Unknown";
  lastActivity: string | null;
  lastActivitySource: "Teams" | "SharePoint" | "Group" | null;
  daysInactive: number | null;
  owners: ReportOwner[] | null;
  ownerMails: string | null;
  ownerCount: number | null;
  activeOwnerCount: number | null;
  ownerState: OwnerState;
  members: number | null;
  guests: number | null;
  visibility: string | null;
  membership: "Assigned" | "Dynamic";
  description: string | null;
  sensitivityLabel: string | null;
  created: string | null;
  ageDays: number | null;
  renewed: string | null;
  expires: string | null;
  archived: boolean | null;
  archivedAsOf: string | null;
  teamLastActivity: string | null;
  teamMessages: number | null;
  teamMeetings: number | null;
  teamActiveUsers: number | null;
  teamActiveChannels: number | null;
  groupLastActivity: string | null;
  mailboxReceived: number | null;
  mailboxItems: number | null;
  mailboxStorageMB: number | null;
  vivaPosted: number | null;
  vivaRead: number | null;
  vivaLiked: number | null;
  siteUrl: string | null;
  siteLastActivity: string | null;
  siteFiles: number | null;
  siteActiveFiles: number | null;
  siteStorageGB: number | null;
  warnings: Warning[];
  warningCount: number;
  notes: Note[];
  blockers: string[];
  change: "new" | "better" | "worse" | "same" | "changed" | null;
  resultSince: string;
  runId: string;
  dataDate: string | null;
}

/** One line of a shard's blob: the row and what the next run carries over. */
export interface JudgedGroup {
  row: ReportRow;
  history: HistoryEntry[];
  /** Had it a row in the Teams report when that was last read? Null where it never was. */
  inTeamsReport: boolean | null;
  /** Storage as it was read; sums are rounded last. */
  siteBytes: number | null;
}

/** What the summary says of one source. */
export interface SourceSummary {
  name: SourceName;
  state: SourceState;
  rows: number;
  /** Rows that were left out because they could not be read; absent in summaries of older versions. */
  notUnderstood?: number;
  pages: number;
  requests: number;
  retries: number;
  throttledSeconds: number;
  dataDate: string | null;
  /** Share of the groups concerned that have a row, 0 to 1; null where it was not judged. */
  coverage: number | null;
  /** What an administrator can do about a gap, in a sentence; null where there is none. */
  remedy: string | null;
}

export interface RemovedGroup {
  id: string;
  displayName: string | null;
  lastResult: Result;
}

/** The one script and the one style of a report's page, as a Content-Security-Policy names them. */
export interface PageHashes {
  script: string;
  style: string;
}

export interface OutputFile {
  name: string;
  /** Of the file as it is read, not as it is stored. */
  bytes: number;
  sha256: string;
}

export interface TokenSummary {
  acquired: number;
  renewals: number;
  challenges: number;
  shortestMinutes: number | null;
  longestMinutes: number | null;
}

/** A figure that is counted or summed from the groups: null where no group's part in it is known. It is never 0 then. */
export type Figure = number | null;

/** Figures of the summary that a lost source can take away. */
export const FIGURES = [
  "communities",
  "archivedTeams",
  "guestMemberships",
  "withoutActiveOwner",
  "expiresSoon",
  "storageGB",
  "failStorageGB",
] as const;
export type FigureName = (typeof FIGURES)[number] | Warning | Note;

/** Of `of` groups that a figure is about, so many whose part in it is not known. */
export interface NotKnown {
  groups: number;
  of: number;
}

/** Groups that went from one result to another since the last published run; null: not listed then, or not any more. */
export interface Move {
  from: Result | null;
  to: Result | null;
  groups: number;
}

/** Sources that are a gap and that one remedy stands for. */
export interface Gap {
  sources: SourceName[];
  /** What is missing meanwhile, and what to do. */
  remedy: string;
}

export interface Summary extends Record<(typeof FIGURES)[number], Figure> {
  tenant: { id: string; name: string | null };
  runId: string;
  status: RunStatus;
  startedAt: string;
  finishedAt: string;
  seconds: number;
  version: string;
  dataDate: string | null;
  features: string[];
  thresholds: Thresholds;
  /** These and all other figures are null where no report was made. */
  groups: Figure;
  teams: Figure;
  byResult: Record<Result, Figure>;
  byWarning: Record<Warning, Figure>;
  byNote: Record<Note, Figure>;
  /** Figures that are not known of every group. Absent, as `moves` and `gaps`, in summaries of older versions. */
  notKnown?: Partial<Record<FigureName, NotKnown>>;
  /** Null where there is no published run to compare with. */
  moves?: Move[] | null;
  removed: RemovedGroup[];
  sources: SourceSummary[];
  gaps?: Gap[];
  tokens: TokenSummary;
  /** Sentences for gaps that belong to no source (the number of groups fell by more than 20 %), and for a failure. */
  messages: string[];
  outputs: OutputFile[];
}
