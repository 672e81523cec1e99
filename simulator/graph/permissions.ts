/** The app roles that the simulated app holds at first: the least-privileged set of graph.md#permissions for this report. */
export const APP_ROLES = [
  "GroupMember.Read.All",
  "User.Read.All",
  "Reports.Read.All",
  "ReportSettings.Read.All",
  "TeamSettings.Read.All",
  "Team.ReadBasic.All",
  "AuditLog.Read.All",
  "Sites.Read.All",
  "Organization.Read.All",
] as const;

/** Of each row one role is enough (PERM, the microsoft-graph-devx-content table behind graph.md#permissions). */
export const ROLES = {
  organization: ["Organization.Read.All", "User.Read.All", "Directory.Read.All"],
  groups: ["GroupMember.Read.All", "Group.Read.All", "Group.ReadBasic.All", "Directory.Read.All"],
  owners: ["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"],
  members: ["GroupMember.ReadBasic.All", "GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"],
  users: ["User.Read.All", "User.ReadBasic.All", "Directory.Read.All"],
  userDetails: ["User.Read.All", "Directory.Read.All"],
  signIns: ["AuditLog.Read.All"],
  teams: ["Team.ReadBasic.All", "TeamSettings.Read.All", "Group.Read.All", "Directory.Read.All"],
  /** Team.ReadBasic.All alone: unverified whether it tells isArchived, so the simulator refuses it. */
  team: ["TeamSettings.Read.All", "Group.Read.All"],
  sites: ["Sites.Read.All"],
  reports: ["Reports.Read.All"],
  reportSettings: ["ReportSettings.Read.All", "ReportSettings.ReadWrite.All"],
  hidden: ["Member.Read.Hidden"],
  policies: ["Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"],
  policiesWrite: ["Policy.ReadWrite.ApplicationConfiguration"],
  applications: ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"],
  assignRoles: ["AppRoleAssignment.ReadWrite.All"],
} satisfies Record<string, readonly string[]>;

export function holdsAny(granted: ReadonlySet<string>, wanted: readonly string[]): boolean {
  return wanted.some((role) => granted.has(role));
}
