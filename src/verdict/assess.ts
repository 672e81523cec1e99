import type { SourceState } from "../model/records";
import { dayOf, daysBetween, wholeDaysSince } from "../model/days";
import type { GroupFacts, SourceSummary } from "../model/report";

/** So few groups without a row may lack it by chance, whatever their share. */
const MOST_MISSING = 2;
const STALE_DAYS = 7;

/** What coverage is counted in: groups that a report should know, and how many of them it has a row for. */
export interface CoverageCounts {
  groupsUsage: Share;
  teamsUsage: Share;
  siteUsage: Share;
}

export interface Share {
  /** Groups old enough to be judged by; for teamsUsage the teams, for siteUsage those whose groups usage row shows files. */
  expected: number;
  matched: number;
}

function share(expected: boolean, row: unknown): Share {
  return { expected: expected ? 1 : 0, matched: expected && row !== undefined ? 1 : 0 };
}

/** Counts a shard's groups. Hand over only records that may be used: a failed groups usage report proves no files. */
export function countCoverage(groups: Iterable<GroupFacts>, startedAt: string, newGroupDays: number): CoverageCounts {
  const counts = [...groups].map((facts): CoverageCounts => {
    const age = wholeDaysSince(facts.group.createdDateTime, startedAt);
    const old = age !== null && age >= newGroupDays;
    return {
      groupsUsage: share(old, facts.groupsUsage),
      teamsUsage: share(old && facts.group.isTeam === true, facts.teamsUsage),
      siteUsage: share(old && (facts.groupsUsage?.files ?? 0) > 0, facts.siteUsage),
    };
  });
  return addCoverage(counts);
}

/** Adds up the shards' counts. */
export function addCoverage(counts: Iterable<CoverageCounts>): CoverageCounts {
  const total: CoverageCounts = {
    groupsUsage: { expected: 0, matched: 0 },
    teamsUsage: { expected: 0, matched: 0 },
    siteUsage: { expected: 0, matched: 0 },
  };
  for (const one of counts) {
    for (const name of ["groupsUsage", "teamsUsage", "siteUsage"] as const) {
      total[name].expected += one[name].expected;
      total[name].matched += one[name].matched;
    }
  }
  return total;
}

export interface ReportReading extends Share {
  /** Rows in the CSV at all, whether they belong to a group or not. */
  rows: number;
  dataDate: string | null;
  /** What was not understood of it is more than may be passed over (sources/usage-tally.ts). */
  isDoubtful?: boolean;
  /** Date-time of the run's start. */
  startedAt: string;
}

/**
 * The state of a usage report that was downloaded whole. Partial outranks stale. A report that names no
 * Report Refresh Date is partial too: an age that nobody can count must not end in a Fail.
 */
export function assessReport(reading: ReportReading): { state: SourceState; coverage: SourceSummary["coverage"] } {
  const { expected, matched, rows, dataDate, isDoubtful = false, startedAt } = reading;
  const coverage = expected > 0 ? matched / expected : null;
  // In whole numbers: 0.9 has no exact binary form.
  const thin = matched * 10 < expected * 9 && expected - matched > MOST_MISSING;
  const [data, today] = [dayOf(dataDate), dayOf(startedAt)];
  if (rows === 0 || data === null || today === null || thin || isDoubtful) return { state: "partial", coverage };
  const age = daysBetween(data, today);
  return { state: age > STALE_DAYS ? "stale" : "complete", coverage };
}
