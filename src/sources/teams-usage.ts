import type { TeamsUsageRecord } from "./records";
import { toPage } from "./concealment";
import type { Source } from "./source";
import { readUsageReport, type UsageRow } from "./usage-csv";

function toRecord(row: UsageRow): TeamsUsageRecord {
  return {
    id: row.text("Team Id").toLowerCase(),
    lastActivity: row.lastActivity(),
    activeUsers: row.count("Active Users"),
    activeChannels: row.count("Active Channels"),
    meetings: row.count("Meetings Organized"),
    posts: row.count("Post Messages"),
    replies: row.count("Reply Messages"),
  };
}

/** Posts, replies, meetings and people by team: one CSV for the tenant. Permission: Reports.Read.All. */
export const teamsUsage: Source<"teamsUsage"> = {
  name: "teamsUsage",
  phase: 1,
  readPage: async ({ client }) =>
    toPage(client, await readUsageReport(client, "getTeamsTeamActivityDetail", ["Team Id"], toRecord)),
};
