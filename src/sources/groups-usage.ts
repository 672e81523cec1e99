import { readUsagePage } from "./concealment";
import type { GroupsUsageRecord } from "../model/records";
import type { Source } from "./source";
import { tellByGuid } from "./tell-group";
import { readGuid } from "../model/understood";
import { commonOf, figuresOf } from "./usage-csv";
import type { UsageSpec } from "./usage-spec";

const FIGURES = {
  members: ["Member Count"],
  guests: ["External Member Count", "Guest Count"],
  received: ["Exchange Received Email Count"],
  mailboxItems: ["Exchange Mailbox Total Item Count"],
  mailboxBytes: ["Exchange Mailbox Storage Used (Byte)"],
  files: ["SharePoint Total File Count"],
  activeFiles: ["SharePoint Active File Count"],
  siteBytes: ["SharePoint Site Storage Used (Byte)"],
  posted: ["Yammer Posted Message Count"],
  read: ["Yammer Read Message Count"],
  liked: ["Yammer Liked Message Count"],
} as const;

export const GROUPS_REPORT: UsageSpec<GroupsUsageRecord, keyof typeof FIGURES> = {
  report: "getOffice365GroupsActivityDetail",
  title: "the groups usage report",
  keys: ["Group Id"],
  names: ["Group Display Name"],
  needed: ["Report Refresh Date", "Last Activity Date"],
  filled: ["Last Activity Date", "Member Count", "SharePoint Total File Count"],
  counts: [
    { noun: "received mail", columns: ["Exchange Received Email Count"] },
    { noun: "active file", columns: ["SharePoint Active File Count"] },
    { noun: "Viva Engage post", columns: ["Yammer Posted Message Count"] },
    { noun: "Viva Engage message read", columns: ["Yammer Read Message Count"] },
    { noun: "Viva Engage like", columns: ["Yammer Liked Message Count"] },
  ],
  figures: FIGURES,
  tell: tellByGuid,
  toRecord(row) {
    const id = readGuid(row.text("Group Id"));
    if (id.kind !== "understood") return { leftOut: `Group Id "${id.kind === "blank" ? "" : id.text}"` };
    return { id: id.value, ...commonOf(row), ...figuresOf(row.figures) };
  },
};

/** Mail, files and Viva Engage by group: one CSV for the tenant. Permission: Reports.Read.All. */
export const groupsUsage: Source<"groupsUsage"> = {
  name: "groupsUsage",
  phase: 1,
  readPage: (context) => readUsagePage(context, GROUPS_REPORT),
};
