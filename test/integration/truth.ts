import type { SimGroup, Tenant } from "../../simulator";

/** What a report must say of a group's figures, read off the tenant itself: the simulated truth, not the software's sums. */
const DAY = 86_400_000;

export function refreshDate(tenant: Tenant, report: "groups" | "teams" | "sites"): string {
  return isoDay(tenant.now.getTime() - tenant.reportLag[report] * DAY);
}

const isoDay = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

function activityDay(tenant: Tenant, report: "groups" | "teams" | "sites", age: number | null | undefined): string | null {
  return age === null || age === undefined ? null : isoDay(Date.parse(refreshDate(tenant, report)) - age * DAY);
}

const rounded = (value: number) => Math.round(value * 100) / 100;

export function expectedFigures(tenant: Tenant, group: SimGroup): Record<string, unknown> {
  const { groupsUsage: usage, teamsUsage: teams, expected } = group;
  const site = group.sites.find(({ siteId }) => siteId === expected.siteId) ?? null;
  const siteBytes = site?.bytes ?? usage?.siteBytes;
  const day = (dateTime: string | null) => dateTime?.slice(0, 10) ?? null;
  return {
    displayName: group.displayName,
    mail: group.mail,
    description: group.description,
    visibility: group.visibility,
    membership: group.groupTypes.includes("DynamicMembership") ? "Dynamic" : "Assigned",
    sensitivityLabel: group.assignedLabels.map(({ displayName, labelId }) => displayName || labelId).join("; ") || null,
    created: day(group.createdDateTime),
    renewed: day(group.renewedDateTime),
    expires: day(group.expirationDateTime),
    members: usage?.members ?? null,
    guests: usage?.guests ?? null,
    groupLastActivity: activityDay(tenant, "groups", usage?.age),
    mailboxReceived: usage?.received ?? null,
    mailboxItems: usage?.mailboxItems ?? null,
    mailboxStorageMB: usage ? rounded(usage.mailboxBytes / 1_048_576) : null,
    vivaPosted: usage?.posted ?? null,
    vivaRead: usage?.read ?? null,
    vivaLiked: usage?.liked ?? null,
    teamLastActivity: activityDay(tenant, "teams", teams?.age),
    teamMessages: teams ? teams.posts + teams.replies : null,
    teamMeetings: teams?.meetings ?? null,
    teamActiveUsers: teams?.activeUsers ?? null,
    teamActiveChannels: teams?.activeChannels ?? null,
    siteLastActivity: activityDay(tenant, "sites", site?.age),
    siteUrl: site === null || site.urlHidden ? null : site.url,
    siteFiles: site?.files ?? usage?.files ?? null,
    // The report writes a 0 as a blank, which takes the other report's figure where that is above 0.
    siteActiveFiles: site?.activeFiles || (usage?.activeFiles ?? (site ? 0 : null)),
    siteStorageGB: siteBytes === undefined ? null : rounded(siteBytes / 1_073_741_824),
  };
}

/** The judgement that the scenario states, without features: nothing tells whether a team is archived. */
export function expectedJudgement({ expected, expectedNoFeatures }: SimGroup): Record<string, unknown> {
  const { siteId: _site, archived, ...judged } = expected;
  return { ...judged, result: expectedNoFeatures.result, archived: judged.kind === "Team" ? null : archived };
}
