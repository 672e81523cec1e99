import type { SourceName, SourceState } from "../sources/records";
import { isGap } from "./source-use";

const CONCEALED_SETTING =
  'Microsoft 365 admin center > Settings > Org settings > Services > Reports, clear "Display concealed user, group, and site names in all reports" (Global Administrator); it takes some minutes to apply';

const RUN_AGAIN =
  "run the report again; if it fails again, look at the run's log and at Microsoft 365 admin center > Health > Service health";

const WAIT_FOR_ROWS =
  "nothing is to be set: Microsoft's report lacks rows for more than a tenth of the groups concerned; if it stays so for a week, open a support request for Microsoft 365 usage reports";

const REPORTS: ReadonlySet<SourceName> = new Set(["groupsUsage", "teamsUsage", "siteUsage"]);

const ALL_UNKNOWN = "groups without activity elsewhere are Unknown instead of Issues or Fail";

/** What the report lacks while the source is a gap. */
const LOST: Record<SourceName, string> = {
  groups: "No report can be made without the list of groups; the last published report stays as it is",
  owners: "Owners are not known for groups whose owners came back empty or at the limit of 20; their owner state is unknown",
  groupsUsage: `Members, guests, mailbox, Viva Engage and group activity are missing; ${ALL_UNKNOWN}`,
  teamsUsage:
    "Team activity, messages and meetings are missing; teams without activity elsewhere are Unknown instead of Issues or Fail",
  siteUsage: `Site activity is missing and files and storage come from the groups usage report; ${ALL_UNKNOWN}`,
  users:
    "Owners' sign-ins are missing; enabled owners who are no guests count as unknown, and no group gets an issue for inactive owners",
  teams:
    "Whether a team is archived is missing; teams without activity are Unknown instead of Issues or Fail, and archived ones are not told apart",
  sites: "Site addresses are missing where the site usage report leaves them empty; no verdict depends on them",
};

/** Application permissions with admin consent that the source needs. */
export const PERMISSIONS: Record<SourceName, readonly string[]> = {
  groups: ["GroupMember.Read.All", "User.Read.All"],
  owners: ["GroupMember.Read.All", "User.Read.All"],
  groupsUsage: ["Reports.Read.All"],
  teamsUsage: ["Reports.Read.All"],
  siteUsage: ["Reports.Read.All"],
  users: ["AuditLog.Read.All", "User.Read.All"],
  teams: ["TeamSettings.Read.All"],
  sites: ["Sites.Read.All"],
};

/** The feature that a source belongs to, for "leave it out of FEATURES". */
const FEATURE: Partial<Record<SourceName, string>> = { users: "signIns", teams: "teams", sites: "sites" };

function grant(name: SourceName): string {
  const permissions = PERMISSIONS[name];
  const feature = FEATURE[name];
  const licence = name === "users" ? ", and make sure that the tenant has Microsoft Entra ID P1 or P2" : "";
  const orNot = feature === undefined ? "" : `, or leave ${feature} out of FEATURES`;
  const noun = permissions.length > 1 ? "permissions" : "permission";
  return `grant the application ${noun} ${permissions.join(" and ")} with admin consent${licence}${orNot}; a managed identity may need up to 24 hours to see it`;
}

function whatToDo(name: SourceName, state: SourceState): string {
  switch (state) {
    case "notPermitted":
      return grant(name);
    case "concealed":
      return `in ${CONCEALED_SETTING}`;
    case "partial":
      return REPORTS.has(name) ? WAIT_FOR_ROWS : RUN_AGAIN;
    case "stale":
      return "look for an advisory on usage reports under Microsoft 365 admin center > Health > Service health, and run again when the report is renewed";
    default:
      return RUN_AGAIN;
  }
}

function whatIsLost(name: SourceName, state: SourceState): string {
  if (state === "stale")
    return "The data is more than 7 days old; groups are judged as of its date, and later activity is not seen";
  if (state === "partial" && REPORTS.has(name))
    return `Rows that are there are shown and count as activity, but raise no warning; ${ALL_UNKNOWN}`;
  return LOST[name];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For an administrator: what is lost meanwhile and what to do; null where there is no gap. */
export function remedyFor(name: SourceName, state: SourceState): string | null {
  if (!isGap(state)) return null;
  return `${whatIsLost(name, state)}. ${capitalised(whatToDo(name, state))}.`;
}
