import type { GroupsUsageRecord } from "./records";
import { toPage } from "./concealment";
import type { Source } from "./source";
import { readUsageReport, type UsageRow } from "./usage-csv";

function toRecord(row: UsageRow): GroupsUsageRecord {
  return {
    id: row.text("Group Id").toLowerCase(),
    lastActivity: row.lastActivity(),
    members: row.count("Member Count"),
    guests: row.count("External Member Count", "Guest Count"),
    received: row.count("Exchange Received Email Count"),
    mailboxItems: row.count("Exchange Mailbox Total Item Count"),
    mailboxBytes: row.count("Exchange Mailbox Storage Used (Byte)"),
    files: row.count("SharePoint Total File Count"),
    activeFiles: row.count("SharePoint Active File Count"),
    siteBytes: row.count("SharePoint Site Storage Used (Byte)"),
    posted: row.count("Yammer Posted Message Count"),
    read: row.count("Yammer Read Message Count"),
    liked: row.count("Yammer Liked Message Count"),
  };
}

/** Mail, files and Viva Engage by group: one CSV for the tenant. Permission: Reports.Read.All. */
export const groupsUsage: Source<"groupsUsage"> = {
  name: "groupsUsage",
  phase: 1,
  readPage: async ({ client }) =>
    toPage(client, await readUsageReport(client, "getOffice365GroupsActivityDetail", ["Group Id"], toRecord)),
};
