import { usableRecord } from "./source-use";
import type { SiteFigure, UsageRecord } from "../model/records";
import type { GroupFacts, ReportRow, RunFacts } from "../model/report";

const MB = 1_048_576;
export const GB = 1_073_741_824;

/** The storage of the site that counts, in bytes; else the groups report's figure. */
export function siteBytesOf(facts: GroupFacts, run: RunFacts): number | null {
  return siteFigure(
    usableRecord(run, "siteUsage", facts.siteUsage)?.bytes,
    usableRecord(run, "groupsUsage", facts.groupsUsage)?.siteBytes,
  );
}

/** Blank in the site's row takes the groups report's figure where that is above 0; what was not understood is not known. */
function siteFigure(ofSite: SiteFigure | undefined, ofGroup: number | null | undefined): number | null {
  if (ofSite === undefined) return ofGroup ?? null;
  return ofSite === "blank" ? (ofGroup ?? 0) : ofSite;
}

/** Null where a part of it is not known. */
export function sumOf(...parts: (number | null)[]): number | null {
  return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

function rounded(bytes: number | null | undefined, unit: number): number | null {
  return bytes === undefined || bytes === null ? null : Math.round((bytes / unit) * 100) / 100;
}

export function kindOf(facts: GroupFacts, run: RunFacts): ReportRow["kind"] {
  if (facts.group.isTeam) return "Team";
  if (facts.group.isTeam === null && usableRecord(run, "teamsUsage", facts.teamsUsage)) return "Team";
  const usage = usableRecord(run, "groupsUsage", facts.groupsUsage);
  return usage && [usage.posted, usage.read, usage.liked].some((count) => (count ?? 0) > 0) ? "Community" : "Group";
}

/** The day that stands in the column: none where it is not known. */
function shown(row: UsageRecord | undefined): string | null {
  return row === undefined || row.lastActivity === null || typeof row.lastActivity === "object" ? null : row.lastActivity;
}

/** The columns that come straight from the usage reports. A source without a usable row leaves its columns null. */
export function usageColumns(facts: GroupFacts, run: RunFacts) {
  const group = usableRecord(run, "groupsUsage", facts.groupsUsage);
  const team = usableRecord(run, "teamsUsage", facts.teamsUsage);
  const site = usableRecord(run, "siteUsage", facts.siteUsage);
  return {
    members: group?.members ?? null,
    guests: group?.guests ?? null,
    teamLastActivity: shown(team),
    teamMessages: team ? sumOf(team.posts, team.replies) : null,
    teamMeetings: team?.meetings ?? null,
    teamActiveUsers: team?.activeUsers ?? null,
    teamActiveChannels: team?.activeChannels ?? null,
    groupLastActivity: shown(group),
    mailboxReceived: group?.received ?? null,
    mailboxItems: group?.mailboxItems ?? null,
    mailboxStorageMB: rounded(group?.mailboxBytes, MB),
    vivaPosted: group?.posted ?? null,
    vivaRead: group?.read ?? null,
    vivaLiked: group?.liked ?? null,
    siteUrl: site?.url || null,
    siteLastActivity: shown(site),
    siteFiles: siteFigure(site?.files, group?.files),
    siteActiveFiles: siteFigure(site?.activeFiles, group?.activeFiles),
    siteStorageGB: rounded(siteBytesOf(facts, run), GB),
  } satisfies Partial<ReportRow>;
}
