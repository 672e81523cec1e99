import type { SourceName } from "../sources/records";
import { dayOf, daysBetween } from "./days";
import { isTrusted, usableRecord } from "./source-use";
import type { GroupFacts, ReportRow, RunFacts } from "./types";

type ActivitySource = NonNullable<ReportRow["lastActivitySource"]>;

/** A date of activity and how old it was when its own report was made. */
export interface Evidence {
  source: ActivitySource;
  date: string;
  days: number;
  /** The Report Refresh Date that `days` is counted to. */
  dataDate: string;
}

export interface ActivityFacts {
  activity: ReportRow["activity"];
  /** The latest date of all; on a tie the first of Teams, SharePoint, Group. */
  last: Evidence | null;
  /** The least aged date. It differs from `last` only where the reports are of different days. */
  freshest: Evidence | null;
  /** Why activity could be there unseen: the sources that could not show it. Empty unless activity is Unknown. */
  blindSources: SourceName[];
  /** The groups usage report was read, and this group is not in it. */
  rowMissing: boolean;
}

/**
 * Days from an activity to its source's Report Refresh Date: the reports lag by days. Activity after that date counts
 * as 0 days. A report without a date is never complete (see assess.ts); its ages are counted to the run's start.
 */
export function daysToData(run: RunFacts, source: SourceName, date: string): number {
  return Math.max(0, daysBetween(date, dataDateOf(run, source)));
}

function dataDateOf(run: RunFacts, source: SourceName): string {
  return run.sources[source].dataDate ?? dayOf(run.startedAt) ?? run.startedAt;
}

function evidence(run: RunFacts, source: ActivitySource, name: SourceName, date: string | null | undefined): Evidence[] {
  if (date === null || date === undefined) return [];
  return [{ source, date, days: daysToData(run, name, date), dataDate: dataDateOf(run, name) }];
}

/** Active, Inactive or Unknown by the contract's "activity", with what decided it. */
export function judgeActivity(facts: GroupFacts, run: RunFacts): ActivityFacts {
  const groupsUsage = usableRecord(run, "groupsUsage", facts.groupsUsage);
  const seen = [
    ...evidence(run, "Teams", "teamsUsage", usableRecord(run, "teamsUsage", facts.teamsUsage)?.lastActivity),
    ...evidence(run, "SharePoint", "siteUsage", usableRecord(run, "siteUsage", facts.siteUsage)?.lastActivity),
    ...evidence(run, "Group", "groupsUsage", groupsUsage?.lastActivity),
  ];
  const last = seen.reduce<Evidence | null>((best, one) => (best === null || one.date > best.date ? one : best), null);
  const freshest = seen.reduce<Evidence | null>((best, one) => (best === null || one.days < best.days ? one : best), last);
  const found = { last, freshest, blindSources: [], rowMissing: false };
  if (freshest !== null && freshest.days <= run.thresholds.inactiveDays) return { ...found, activity: "Active" };

  // The Team flag is missing from some old teams (graph-facts §2), whose Teams row counts too. Such a group must not be
  // accused when that report is lost: it is needed for whatever has, or may have, a row in it.
  const mayHaveTeamsRow = facts.group.isTeam || facts.previous?.inTeamsReport !== false;
  const needed: SourceName[] = ["groupsUsage", "siteUsage", ...(mayHaveTeamsRow ? (["teamsUsage"] as const) : [])];
  const blindSources = needed.filter((name) => !isTrusted(run.sources[name].state));
  const rowMissing = isTrusted(run.sources.groupsUsage.state) && groupsUsage === undefined;
  const unknown = blindSources.length > 0 || rowMissing;
  return { ...found, activity: unknown ? "Unknown" : "Inactive", blindSources, rowMissing };
}
