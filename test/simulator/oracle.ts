import type { Expected, SimGroup, SimOwner, Tenant } from "../../simulator/index";

/**
 * A second reading of docs/report.md, from the tenant's facts: it checks that the scenarios state what their facts say. It is
 * used nowhere else; the simulator itself computes no verdict.
 */
const DAY = 86_400_000;

export interface Judged {
  withTeams: Expected;
  withoutFeatures: { result: Expected["result"] };
  withSignIns: SimGroup["expectedWithSignIns"];
}

export function judge(tenant: Tenant, group: SimGroup): Judged {
  const archived = group.kind === "Team" ? (group.team?.archived ?? null) : false;
  const off = verdict(tenant, group, archived, false);
  const on = verdict(tenant, group, archived, true);
  const { result, ownerState, activeOwnerCount, warnings, notes } = on;
  return {
    withTeams: off,
    withoutFeatures: { result: verdict(tenant, group, group.kind === "Team" ? null : false, false).result },
    withSignIns: { result, ownerState, activeOwnerCount, warnings, notes },
  };
}

function verdict(tenant: Tenant, group: SimGroup, archived: boolean | null, signIns: boolean): Expected {
  const isTeam = group.resourceProvisioningOptions.includes("Team");
  const usage = group.groupsUsage;
  const site = siteOf(group);
  const dates = [
    { source: "Teams" as const, age: group.teamsUsage?.age ?? null, lag: tenant.reportLag.teams },
    { source: "SharePoint" as const, age: site?.age ?? null, lag: tenant.reportLag.sites },
    { source: "Group" as const, age: usage?.age ?? null, lag: tenant.reportLag.groups },
  ].flatMap(({ source, age, lag }) => (age === null ? [] : [{ source, age, back: age + lag }]));
  const last = dates.toSorted((a, b) => a.back - b.back)[0] ?? null;
  const active = dates.some(({ age }) => age <= 90);
  const listsIdle = [...tenant.groups, ...tenant.deletedGroups].some(({ teamsUsage }) => teamsUsage?.age === null);
  const unseenTeam = isTeam && group.teamsUsage === null && listsIdle;
  const unseenSite = site === null && (usage?.files ?? 0) > 0;
  const activity = active ? "Active" : !usage || unseenTeam || unseenSite ? "Unknown" : "Inactive";
  const owners = ownersOf(tenant, group, signIns);
  const ageDays = (tenant.now.getTime() - Date.parse(group.createdDateTime)) / DAY;

  const teamAge = group.teamsUsage?.age ?? null;
  const teamInactive = isTeam && !unseenTeam && (teamAge === null || teamAge > 90);
  const counts = group.teamsUsage;
  const siteFiles = site?.files ?? usage?.files ?? null;
  const neverUsed = (site?.age ?? null) === null && siteFiles === 0 && usage?.files === 0 && usage.activeFiles === 0;
  const viva = usage ? usage.posted + usage.read + usage.liked : 0;
  const kind = isTeam ? "Team" : viva > 0 ? "Community" : "Group";
  const gone = ["disabled", "inactive", "guest"].includes(owners.state);
  const expires = group.expirationDateTime === null ? null : Date.parse(group.expirationDateTime);

  let result: Expected["result"] = "Pass";
  if (archived === true) result = "Archived";
  else if (ageDays < 30) result = "New";
  else if (activity === "Unknown" || (activity === "Inactive" && archived === null)) result = "Unknown";
  else if (activity === "Inactive" && (last === null || last.age > 180)) result = "Fail";
  else if (activity === "Inactive" || owners.state === "none" || gone) result = "Issues";

  return {
    result,
    activity,
    kind,
    archived,
    ownerState: owners.state,
    ownerCount: owners.count,
    activeOwnerCount: owners.active,
    warnings: pick([
      ["owner-none", owners.state === "none"],
      ["owner-inactive", gone],
      ["team-inactive", teamInactive],
      ["team-quiet", isTeam && !teamInactive && counts !== null && counts.posts + counts.replies + counts.meetings < 20],
      ["site-never-used", neverUsed],
      ["site-inactive", site !== null && !neverUsed && (site.age === null || site.age > 90)],
      ["mailbox-quiet", kind === "Group" && usage !== null && usage.received < 20],
    ]),
    notes: pick([
      ["owner-single", owners.active === 1],
      ["expires-soon", expires !== null && expires <= tenant.now.getTime() + 30 * DAY],
      ["members-none", usage?.members === 0],
      ["site-unmatched", site === null && (usage?.files ?? 0) > 0],
    ]),
    blockers: pick([
      ["licences", group.assignedLicenses.length > 0],
      ["role", group.isAssignableToRole === true],
      ["synced", group.onPremisesSyncEnabled === true],
      ["restricted", group.isManagementRestricted],
      ["security", group.securityEnabled],
    ]),
    lastActivitySource: last?.source ?? null,
    daysInactive: last?.age ?? null,
    siteId: site?.siteId ?? null,
  };
}

const pick = (codes: [string, boolean][]): string[] => codes.filter(([, holds]) => holds).map(([code]) => code);

function siteOf(group: SimGroup): SimGroup["sites"][number] | null {
  const addresses = group.proxyAddresses
    .filter((address) => /^smtp:/i.test(address))
    .map((address) => address.slice(5).toLowerCase());
  const rows = group.sites.filter(
    (row) => !row.deleted && row.template === "Group" && addresses.includes(row.ownerPrincipal.toLowerCase()),
  );
  return rows.toSorted((a, b) => (a.age ?? Infinity) - (b.age ?? Infinity) || b.bytes - a.bytes)[0] ?? null;
}

function ownersOf(
  tenant: Tenant,
  group: SimGroup,
  signIns: boolean,
): { state: Expected["ownerState"]; count: number | null; active: number | null } {
  if (group.visibility === "HiddenMembership") return { state: "unknown", count: null, active: null };
  const states = group.owners.map((owner) => stateOf(tenant, owner, signIns));
  const count = states.length;
  const all = (state: string): boolean => states.every((one) => one === state);
  const active = states.includes("unknown") ? null : states.filter((state) => state === "active").length;
  if (count === 0) return { state: "none", count, active: 0 };
  if (states.includes("active")) return { state: "ok", count, active };
  if (active === null) return { state: "unknown", count, active };
  return { state: all("disabled") ? "disabled" : all("guest") ? "guest" : "inactive", count, active };
}

function stateOf(tenant: Tenant, owner: SimOwner, signIns: boolean): "active" | "stale" | "disabled" | "guest" | "unknown" {
  if (owner.type !== "user") return "active";
  if (!owner.accountEnabled) return "disabled";
  if (owner.userType === "Guest") return "guest";
  const signIn = signIns ? owner.signInActivity : null;
  if (!signIn) return "unknown";
  const tries = [signIn.lastSignInDateTime, signIn.lastNonInteractiveSignInDateTime].filter((date) => date !== null);
  const date = signIn.lastSuccessfulSignInDateTime ?? tries.toSorted().at(-1);
  if (date === undefined) return "unknown";
  return tenant.now.getTime() - Date.parse(date) > 90 * DAY ? "stale" : "active";
}
