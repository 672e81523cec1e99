import { SOURCE_NAMES, type SourceName, type SourceState } from "../model/records";
import { isGap, isUsable, type SourceStates, statesOf } from "./source-use";
import type { Gap, Summary } from "../model/report";
import { SOURCE_TITLES, STATE_TITLES } from "./wording";

const CONCEALED_SETTING =
  'Microsoft 365 admin center > Settings > Org settings > Services > Reports, clear "Display concealed user, group, and site names in all reports" (Global Administrator); it takes some minutes to apply';

const RUN_AGAIN =
  "run the report again; if it fails again, look at the run's log and at Microsoft 365 admin center > Health > Service health";

const WAIT_FOR_ROWS =
  "nothing is to be set: Microsoft's report lacks rows for more than a tenth of the groups concerned; if it stays so for a week, open a support request for Microsoft 365 usage reports";

const REPORTS = ["groupsUsage", "teamsUsage", "siteUsage"] as const satisfies readonly SourceName[];
const isReport = (name: SourceName) => REPORTS.some((report) => report === name);

/** What a source's own part of the report lacks while it is a gap. No word of what comes from elsewhere instead, if that is lost too. */
function missing(name: SourceName, lost: (name: SourceName) => boolean): string {
  switch (name) {
    case "groups":
      return "no report can be made without the list of groups; the last published report stays as it is";
    case "owners":
      return "owners are not known for groups whose owners came back empty or at the limit of 20; their owner state is unknown";
    case "groupsUsage":
      return "members, guests, mailbox, Viva Engage and group activity are missing, and communities are not told from groups";
    case "teamsUsage":
      return "team activity, messages and meetings are missing";
    case "siteUsage":
      return lost("groupsUsage")
        ? "site activity, files and storage are missing"
        : "site activity is missing, and files and storage come from the groups usage report";
    case "users":
      return "owners' sign-ins are missing; enabled owners who are no guests count as unknown, and no group gets an issue for inactive owners";
    case "teams":
      return "whether a team is archived is missing; teams without activity are Unknown instead of Issues or Fail, and archived ones are not told apart";
    case "sites":
      return `site addresses are missing${lost("siteUsage") ? "" : " where the site usage report leaves them empty"}; no verdict depends on them`;
  }
}

/** What the lack of usage reports does to the results, by all that are lost and not only by these. */
function consequence(names: readonly SourceName[], lost: (name: SourceName) => boolean): string[] {
  const reports = names.filter(isReport);
  if (reports.length === 0) return [];
  if (REPORTS.every(lost)) return ["no activity can be seen, so that every group that is neither New nor Archived is Unknown"];
  const whose = reports.every((name) => name === "teamsUsage") ? "teams" : "groups";
  return [`${whose} without activity elsewhere are Unknown instead of Issues or Fail`];
}

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
      return isReport(name) ? WAIT_FOR_ROWS : RUN_AGAIN;
    case "stale":
      return "look for an advisory on usage reports under Microsoft 365 admin center > Health > Service health, and run again when the report is renewed";
    default:
      return RUN_AGAIN;
  }
}

/** What is lost with sources that one remedy stands for; sentences without their points. */
function whatIsLost(names: readonly SourceName[], states: SourceStates): string[] {
  const lost = (name: SourceName) => !isUsable(states[name] ?? "failed");
  const stale = names.filter((name) => states[name] === "stale");
  const thin = names.filter((name) => states[name] === "partial" && isReport(name));
  const gone = names.filter((name) => !stale.includes(name) && !thin.includes(name));
  const clauses = [
    ...(stale.length > 0
      ? ["the data is more than 7 days old; groups are judged as of its date, and later activity is not seen"]
      : []),
    ...(thin.length > 0 ? ["rows that are there are shown and count as activity, but raise no warning"] : []),
    ...gone.map((name) => missing(name, lost)),
    ...consequence([...thin, ...gone], lost),
  ];
  return clauses.map(capitalised);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For an administrator: what is lost meanwhile and what to do; null where there is no gap. `states` are those of all sources. */
export function remedyFor(name: SourceName, states: SourceStates): string | null {
  const state = states[name];
  return state === undefined || !isGap(state) ? null : remedyOf([name], states);
}

function remedyOf(names: readonly SourceName[], states: SourceStates): string {
  const todo = names[0] === undefined ? "" : whatToDo(names[0], states[names[0]] ?? "failed");
  return `${[...whatIsLost(names, states), capitalised(todo)].join(". ")}.`;
}

/**
 * The gaps, each remedy once with all the sources that it stands for.
 * @param messages what Graph or the reader of a source said, by source.
 */
export function gapsOf(states: SourceStates, messages: Partial<Record<SourceName, string>> = {}): Gap[] {
  const byTodo = new Map<string, SourceName[]>();
  for (const name of SOURCE_NAMES) {
    const state = states[name];
    if (state === undefined || !isGap(state)) continue;
    const todo = whatToDo(name, state);
    byTodo.set(todo, [...(byTodo.get(todo) ?? []), name]);
  }
  return [...byTodo.values()].map((names) => {
    const said = new Set(names.flatMap((name) => messages[name] ?? []));
    return { sources: names, remedy: remedyOf(names, states) + [...said].map((message) => ` (${message})`).join("") };
  });
}

/** A gap as readers show it. */
export interface ShownGap extends Gap {
  /** `Groups usage report, Teams usage report`. */
  names: string;
  /** `concealed`, or each of several states. */
  state: string;
  /** `Groups usage report, Teams usage report: concealed`. */
  title: string;
}

/** The gaps of a summary; in one of an older version each source has a remedy of its own. */
export function gapsIn({ gaps, sources }: Pick<Summary, "gaps" | "sources">): ShownGap[] {
  const states = statesOf(sources);
  const stateOf = (name: SourceName) => STATE_TITLES[states[name] ?? "failed"];
  const titles = (names: readonly SourceName[]) => names.map((name) => SOURCE_TITLES[name]).join(", ");
  const found =
    gaps ?? sources.filter(({ state }) => isGap(state)).map(({ name, remedy }) => ({ sources: [name], remedy: remedy ?? "" }));
  return found.map((gap) => {
    const all = [...new Set(gap.sources.map(stateOf))];
    const parts = all.map((state) => `${titles(gap.sources.filter((name) => stateOf(name) === state))}: ${state}`);
    return { ...gap, names: titles(gap.sources), state: all.join(", "), title: parts.join("; ") };
  });
}
