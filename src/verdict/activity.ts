import type { SourceName } from "../model/records";
import type { Day } from "../model/understood";
import { dayOf, daysBetween } from "../model/days";
import { isTrusted, usableRecord } from "./source-use";
import type { GroupFacts, ReportRow, RunFacts } from "../model/report";
import { mayBeInTeams, unseenIn } from "./unseen";

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
  /** What was not seen of this group, or not understood, in reports that were read; each a part of a sentence. */
  unseen: string[];
}

/**
 * Days from an activity to its row's own Report Refresh Date: the reports lag by days. Never to one later than the report's
 * own, which a single row may bear by mistake. Activity after that date counts as 0 days. A report without a date is never
 * complete (see assess.ts); its ages are counted to the run's start.
 */
export function daysToData(run: RunFacts, source: SourceName, row: { lastActivity: Day; refreshed?: Day }): number {
  return Math.max(0, daysBetween(row.lastActivity, dataDateOf(run, source, row.refreshed)));
}

function dataDateOf(run: RunFacts, source: SourceName, refreshed: Day | undefined): Day {
  const dataDate = run.sources[source].dataDate as Day | null;
  if (dataDate === null) return dayOf(run.startedAt) ?? ("1970-01-01" as Day);
  return refreshed !== undefined && refreshed < dataDate ? refreshed : dataDate;
}

function evidence(
  run: RunFacts,
  source: ActivitySource,
  name: SourceName,
  row: GroupFacts["teamsUsage" | "siteUsage" | "groupsUsage"],
): Evidence[] {
  const used = usableRecord(run, name, row);
  if (used === undefined || used.lastActivity === null || typeof used.lastActivity === "object") return [];
  const { lastActivity: date, refreshed } = used;
  const seen = { lastActivity: date, ...(refreshed === undefined ? {} : { refreshed }) };
  return [{ source, date, days: daysToData(run, name, seen), dataDate: dataDateOf(run, name, refreshed) }];
}

/** Active, Inactive or Unknown by docs/report.md, "Verdict", with what decided it. */
export function judgeActivity(facts: GroupFacts, run: RunFacts): ActivityFacts {
  const seen = [
    ...evidence(run, "Teams", "teamsUsage", facts.teamsUsage),
    ...evidence(run, "SharePoint", "siteUsage", facts.siteUsage),
    ...evidence(run, "Group", "groupsUsage", facts.groupsUsage),
  ];
  const last = seen.reduce<Evidence | null>((best, one) => (best === null || one.date > best.date ? one : best), null);
  const freshest = seen.reduce<Evidence | null>((best, one) => (best === null || one.days < best.days ? one : best), last);
  const unseen = unseenIn(facts, run);
  const found = { last, freshest, blindSources: [], unseen };
  if (freshest !== null && freshest.days <= run.thresholds.inactiveDays) return { ...found, activity: "Active" };

  const needed: SourceName[] = ["groupsUsage", "siteUsage", ...(mayBeInTeams(facts) ? (["teamsUsage"] as const) : [])];
  const blindSources = needed.filter((name) => !isTrusted(run.sources[name].state));
  const unknown = blindSources.length > 0 || unseen.length > 0;
  return { ...found, activity: unknown ? "Unknown" : "Inactive", blindSources };
}
