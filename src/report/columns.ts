import { DEFINITIONS } from "./column-definitions";
import type { ReportRow } from "../model/report";

export type ColumnKey = keyof ReportRow;

/** How a cell is typed and sorted. A list is joined with `; ` wherever cells are text. */
export type ColumnType = "text" | "number" | "date" | "boolean" | "list";

export interface Column {
  key: ColumnKey;
  heading: string;
  type: ColumnType;
  /** In characters, for XLSX and HTML. */
  width: number;
  /** One sentence: what the column counts, and what not. */
  definition: string;
}

/** Heading, type and width by key, in the contract's order: that of CSV, XLSX and HTML, and of a row's keys in JSON. */
const TABLE: Record<ColumnKey, readonly [heading: string, type: ColumnType, width: number]> = {
  id: ["Group Id", "text", 38],
  displayName: ["Group Name", "text", 32],
  mail: ["Email", "text", 32],
  kind: ["Kind", "text", 12],
  result: ["Result", "text", 10],
  reason: ["Reason", "text", 60],
  activity: ["Activity", "text", 10],
  lastActivity: ["Last Activity", "date", 13],
  lastActivitySource: ["Last Activity Source", "text", 13],
  daysInactive: ["Days Inactive", "number", 10],
  owners: ["Owners", "list", 32],
  ownerMails: ["Owner Emails", "text", 32],
  ownerCount: ["Owner Count", "number", 9],
  activeOwnerCount: ["Active Owners", "number", 9],
  ownerState: ["Owner State", "text", 11],
  members: ["Members", "number", 10],
  guests: ["Guests", "number", 9],
  visibility: ["Visibility", "text", 12],
  membership: ["Membership", "text", 13],
  description: ["Description", "text", 40],
  sensitivityLabel: ["Sensitivity Label", "text", 18],
  created: ["Created", "date", 12],
  ageDays: ["Age (days)", "number", 9],
  renewed: ["Renewed", "date", 12],
  expires: ["Expires", "date", 12],
  archived: ["Archived", "boolean", 10],
  archivedAsOf: ["Archived As Of", "date", 12],
  teamLastActivity: ["Team Last Activity", "date", 13],
  teamMessages: ["Team Messages", "number", 11],
  teamMeetings: ["Team Meetings", "number", 10],
  teamActiveUsers: ["Team Active Users", "number", 10],
  teamActiveChannels: ["Team Active Channels", "number", 10],
  groupLastActivity: ["Group Last Activity", "date", 13],
  mailboxReceived: ["Mailbox Received", "number", 10],
  mailboxItems: ["Mailbox Items", "number", 10],
  mailboxStorageMB: ["Mailbox Storage (MB)", "number", 13],
  vivaPosted: ["Viva Engage Posted", "number", 10],
  vivaRead: ["Viva Engage Read", "number", 10],
  vivaLiked: ["Viva Engage Liked", "number", 10],
  siteUrl: ["Site URL", "text", 44],
  siteLastActivity: ["Site Last Activity", "date", 13],
  siteFiles: ["Site Files", "number", 9],
  siteActiveFiles: ["Site Active Files", "number", 10],
  siteStorageGB: ["Site Storage (GB)", "number", 11],
  warnings: ["Warnings", "list", 30],
  warningCount: ["Warning Count", "number", 10],
  notes: ["Notes", "list", 24],
  blockers: ["Check Before Deleting", "list", 24],
  change: ["Change", "text", 10],
  resultSince: ["Result Since", "date", 12],
  runId: ["Run", "text", 38],
  dataDate: ["Data Date", "date", 12],
};

export const COLUMNS: readonly Column[] = (Object.keys(TABLE) as ColumnKey[]).map((key) => {
  const [heading, type, width] = TABLE[key];
  return { key, heading, type, width, definition: DEFINITIONS[key] };
});

const LIST_SEPARATOR = "; ";

/** A cell as CSV, XLSX and HTML show it; null for what is not known. An owner without a name is shown by mail, else by id. */
export function cellOf(row: ReportRow, key: ColumnKey): string | number | boolean | null {
  if (key === "owners")
    return row.owners?.map((owner) => owner.displayName || owner.mail || owner.id).join(LIST_SEPARATOR) ?? null;
  const value = row[key];
  return Array.isArray(value) ? value.join(LIST_SEPARATOR) : value;
}
