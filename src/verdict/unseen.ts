import type { SourceName } from "../model/records";
import { isTrusted } from "./source-use";
import type { GroupFacts, ReportName, RunFacts } from "../model/report";

const TITLES: Record<ReportName, string> = {
  groupsUsage: "the groups usage report",
  teamsUsage: "the Teams report",
  siteUsage: "the site report",
};

/**
 * Why activity of the group may be there although no date shows it: what was not understood, and rows that should be there
 * (docs/report.md, "What may be believed" and "Verdict"). Absence of data is never evidence.
 */
export function unseenIn(facts: GroupFacts, run: RunFacts): string[] {
  return [...inGroupsReport(facts, run), ...inTeamsReport(facts, run), ...inSiteReport(facts, run)];
}

/** Was the group's own row in this report not understood, or may one be among the rows that nobody can place? */
export function isInDoubt(facts: GroupFacts, run: RunFacts, name: ReportName): boolean {
  if (facts.doubts?.[name] !== undefined) return true;
  return facts[name] === undefined && run.sources[name].isUntold === true;
}

function doubtOf(facts: GroupFacts, run: RunFacts, name: ReportName): string[] | undefined {
  if (!isTrusted(run.sources[name].state)) return [];
  const doubt = facts.doubts?.[name];
  return doubt === undefined ? undefined : [doubt];
}

function untold(run: RunFacts, name: ReportName): string[] {
  if (!run.sources[name].isUntold) return [];
  return [`${TITLES[name]} has a row that was not understood, and nobody can say which group's it is`];
}

function inGroupsReport(facts: GroupFacts, run: RunFacts): string[] {
  const doubt = doubtOf(facts, run, "groupsUsage");
  if (doubt) return doubt;
  return facts.groupsUsage === undefined ? ["the groups usage report has no row for this group"] : [];
}

function inTeamsReport(facts: GroupFacts, run: RunFacts): string[] {
  const doubt = doubtOf(facts, run, "teamsUsage");
  if (doubt) return doubt;
  if (facts.teamsUsage !== undefined || !mayBeInTeams(facts)) return [];
  const { isTeam } = facts.group;
  if (isTeam !== false && run.sources.teamsUsage.listsIdle)
    return ["the Teams report lists teams without activity too, but has no row for this one"];
  return untold(run, "teamsUsage");
}

function inSiteReport(facts: GroupFacts, run: RunFacts): string[] {
  const doubt = doubtOf(facts, run, "siteUsage");
  if (doubt) return doubt;
  if (facts.siteUsage !== undefined) return [];
  const inGroups = isTrusted(run.sources.groupsUsage.state) ? facts.groupsUsage : undefined;
  if (inGroups && inGroups.files === null) return ["whether it has files is not known, and no row of the site report matches"];
  if (inGroups && inGroups.files !== null && inGroups.files > 0)
    return [`it has ${inGroups.files} ${inGroups.files === 1 ? "file" : "files"}, but no row of the site report matches`];
  if (facts.group.hasUnreadAddress) return ["an address of it was not understood, and no row of the site report matches"];
  return untold(run, "siteUsage");
}

/** What was not understood but decided nothing, or was overruled: for the reason, so that nothing passes in silence. */
export function unreadIn(facts: GroupFacts, run: RunFacts): string[] {
  return (Object.keys(TITLES) as ReportName[]).flatMap((name: ReportName & SourceName) => {
    if (!isTrusted(run.sources[name].state) && run.sources[name].state !== "partial") return [];
    const doubt = facts.doubts?.[name];
    if (doubt !== undefined) return [doubt];
    const unread = facts[name]?.unread;
    return unread === undefined ? [] : [`${unread} in ${TITLES[name]} was not understood`];
  });
}

/**
 * The Team flag is missing from some old teams (https://learn.microsoft.com/graph/known-issues), whose Teams row counts
 * too. Such a group must not be accused when that report is lost: it is needed for whatever has, or may have, a row in it.
 */
export function mayBeInTeams({ group, previous }: GroupFacts): boolean {
  return group.isTeam !== false || previous?.inTeamsReport !== false;
}
