import { usableRecord } from "./source-use";
import type { GroupFacts, ReportRow, RunFacts } from "./types";

const MB = 1_048_576;
const GB = 1_073_741_824;

function rounded(bytes: number | undefined, unit: number): number | null {
  return bytes === undefined ? null : Math.round((bytes / unit) * 100) / 100;
}

export function kindOf(facts: GroupFacts, run: RunFacts): ReportRow["kind"] {
  if (facts.group.isTeam) return "Team";
  const usage = usableRecord(run, "groupsUsage", facts.groupsUsage);
  return usage && (usage.posted > 0 || usage.read > 0 || usage.liked > 0) ? "Community" : "Group";
}

/** The columns that come straight from the usage reports. A source without a usable row leaves its columns null. */
export function usageColumns(facts: GroupFacts, run: RunFacts) {
  const group = usableRecord(run, "groupsUsage", facts.groupsUsage);
  const team = usableRecord(run, "teamsUsage", facts.teamsUsage);
  const site = usableRecord(run, "siteUsage", facts.siteUsage);
  return {
    members: group?.members ?? null,
    guests: group?.guests ?? null,
    teamLastActivity: team?.lastActivity ?? null,
    teamMessages: team ? team.posts + team.replies : null,
    teamMeetings: team?.meetings ?? null,
    teamActiveUsers: team?.activeUsers ?? null,
    teamActiveChannels: team?.activeChannels ?? null,
    groupLastActivity: group?.lastActivity ?? null,
    mailboxReceived: group?.received ?? null,
    mailboxItems: group?.mailboxItems ?? null,
    mailboxStorageMB: rounded(group?.mailboxBytes, MB),
    vivaPosted: group?.posted ?? null,
    vivaRead: group?.read ?? null,
    vivaLiked: group?.liked ?? null,
    // A Site URL is empty in many tenants since 2023 (advisory SP676147).
    siteUrl: site?.url || usableRecord(run, "sites", facts.siteUrl)?.url || null,
    siteLastActivity: site?.lastActivity ?? null,
    siteFiles: site?.files ?? group?.files ?? null,
    siteActiveFiles: site?.activeFiles ?? group?.activeFiles ?? null,
    siteStorageGB: rounded(site?.bytes ?? group?.siteBytes, GB),
  } satisfies Partial<ReportRow>;
}
