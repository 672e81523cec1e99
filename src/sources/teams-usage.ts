import { readUsagePage } from "./concealment";
import type { TeamsUsageRecord } from "../model/records";
import type { Source } from "./source";
import { tellByGuid } from "./tell-group";
import { readGuid } from "../model/understood";
import { commonOf, figuresOf } from "./usage-csv";
import type { UsageSpec } from "./usage-spec";

const FIGURES = {
  activeUsers: ["Active Users"],
  activeChannels: ["Active Channels"],
  meetings: ["Meetings Organized"],
  posts: ["Post Messages"],
  replies: ["Reply Messages"],
} as const;

export const TEAMS_REPORT: UsageSpec<TeamsUsageRecord, keyof typeof FIGURES> = {
  report: "getTeamsTeamActivityDetail",
  title: "the Teams report",
  keys: ["Team Id"],
  names: ["Team Name"],
  needed: ["Report Refresh Date", "Last Activity Date"],
  filled: ["Last Activity Date", "Active Users"],
  counts: [
    { noun: "message", columns: ["Post Messages", "Reply Messages"] },
    { noun: "message", columns: ["Channel Messages"] },
    { noun: "meeting", columns: ["Meetings Organized"] },
    { noun: "active user", columns: ["Active Users"] },
  ],
  figures: FIGURES,
  tell: tellByGuid,
  toRecord(row) {
    const id = readGuid(row.text("Team Id"));
    if (id.kind !== "understood") return { leftOut: `Team Id "${id.kind === "blank" ? "" : id.text}"` };
    return { id: id.value, ...commonOf(row), ...figuresOf(row.figures) };
  },
};

/** Posts, replies, meetings and people by team: one CSV for the tenant. Permission: Reports.Read.All. */
export const teamsUsage: Source<"teamsUsage"> = {
  name: "teamsUsage",
  phase: 1,
  readPage: (context) => readUsagePage(context, TEAMS_REPORT),
};
