import type { Thresholds } from "../../model/run";
import type { SourceName, SourceState } from "../../model/records";
import type { ColumnKey } from "../columns";
import type { PackedIds } from "./pack-ids";
import type { HistoryEntry, ReportRow } from "../../model/report";

/** A group as the report shows it: its row, and its last results for the card. */
export interface HtmlGroup {
  row: ReportRow;
  history: HistoryEntry[];
}

/** What the page has to know of the run; it stands in the file as JSON. */
export interface PageFacts {
  tenant: { id: string; name: string | null };
  runId: string;
  startedAt: string;
  dataDate: string | null;
  thresholds: Thresholds;
  sources: { name: SourceName; state: SourceState; dataDate: string | null }[];
}

/** Few values in many rows: they stand once a block, and each row has its place among them. */
export interface CodedColumn {
  values: (string | null)[];
  codes: number[];
}

/** An owner's id, name and mail. */
export type Person = [id: string, displayName: string | null, mail: string | null];

/**
 * Some thousands of rows, by column: the like next to the like is what deflate does best. What follows from other columns
 * is not there: `runId` and `dataDate` (PageFacts), `ownerMails`, `warningCount`.
 */
export interface Block {
  rows: number;
  ids: PackedIds;
  /** Owners that no block before this one has: each stands once in the file. Mails by repeats.ts. */
  people: { ids: PackedIds; names: (string | null)[]; mails: (string | null)[] };
  /** Places in all people of the file so far; null where the owners could not be read. */
  owners: (number[] | null)[];
  /** Mails and addresses of sites by repeats.ts. */
  texts: Record<TextKey, (string | null)[]>;
  coded: Record<CodedKey, CodedColumn>;
  /** Some of these and of the dates as their distance from what is expected (expected.ts). */
  numbers: Record<NumberKey, (number | null)[]>;
  /** Days since 1970-01-01. */
  dates: Record<DateKey, (number | null)[]>;
}

export const TEXT_KEYS = ["displayName", "mail", "description", "siteUrl"] as const satisfies readonly ColumnKey[];
export type TextKey = (typeof TEXT_KEYS)[number];

/** `reason` by repeats.ts; lists joined; the history as two texts. */
export const CODED_KEYS = [
  "kind",
  "result",
  "reason",
  "activity",
  "lastActivitySource",
  "ownerState",
  "visibility",
  "membership",
  "sensitivityLabel",
  "archived",
  "warnings",
  "notes",
  "blockers",
  "change",
  "historyDates",
  "historyResults",
] as const satisfies readonly (ColumnKey | "historyDates" | "historyResults")[];
export type CodedKey = (typeof CODED_KEYS)[number];

export const NUMBER_KEYS = [
  "daysInactive",
  "ownerCount",
  "activeOwnerCount",
  "members",
  "guests",
  "ageDays",
  "teamMessages",
  "teamMeetings",
  "teamActiveUsers",
  "teamActiveChannels",
  "mailboxReceived",
  "mailboxItems",
  "mailboxStorageMB",
  "vivaPosted",
  "vivaRead",
  "vivaLiked",
  "siteFiles",
  "siteActiveFiles",
  "siteStorageGB",
] as const satisfies readonly ColumnKey[];
export type NumberKey = (typeof NUMBER_KEYS)[number];

export const DATE_KEYS = [
  "lastActivity",
  "created",
  "renewed",
  "expires",
  "archivedAsOf",
  "teamLastActivity",
  "groupLastActivity",
  "siteLastActivity",
  "resultSince",
] as const satisfies readonly ColumnKey[];
export type DateKey = (typeof DATE_KEYS)[number];
