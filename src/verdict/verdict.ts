import { judgeActivity } from "./activity";
import { judgeArchived } from "./archived";
import { dayOf, wholeDaysSince } from "../model/days";
import { compareWithPrevious, continueHistory } from "./history";
import { judgeOwners } from "./owner-state";
import { reasonFor, type ReasonFacts } from "./reason";
import { isTrusted, newestDataDate } from "./source-use";
import type { GroupFacts, JudgedGroup, ReportRow, Result, RunFacts } from "../model/report";
import { isInDoubt, unreadIn } from "./unseen";
import { kindOf, siteBytesOf, usageColumns } from "./usage-columns";
import { collectNotes, collectWarnings } from "./warnings";

const BLOCKER_ORDER = ["licences", "role", "synced", "restricted", "security"] as const;

/**
 * The first rule that holds decides. Unknown stands before Fail: what could not be seen is never held against a group, nor
 * anything against one that may be new, or an archived team, for all that was understood.
 */
function resultOf(facts: ReasonFacts, run: RunFacts): Result {
  const result = resultByRules(facts, run);
  const isAccused = result === "Fail" || result === "Issues";
  return isAccused && (facts.ageDays === null || facts.isTeam === null) ? "Unknown" : result;
}

function resultByRules({ ageDays, archived, activity, owners }: ReasonFacts, run: RunFacts): Result {
  const { failDays, newGroupDays } = run.thresholds;
  if (archived === true) return "Archived";
  if (ageDays !== null && ageDays < newGroupDays) return "New";
  if (activity.activity === "Unknown") return "Unknown";
  if (activity.activity === "Inactive") {
    if (archived === null) return "Unknown";
    return activity.last === null || activity.last.days > failDays ? "Fail" : "Issues";
  }
  return owners.ownerState === "ok" || owners.ownerState === "unknown" ? "Pass" : "Issues";
}

/**
 * A group's row, and what the next run carries over. Pure: the same facts give the same row, whatever the day.
 * The keys are written in the contract's order, which is the order in report.json.
 */
export function judgeGroup(facts: GroupFacts, run: RunFacts): JudgedGroup {
  const { group } = facts;
  const kind = kindOf(facts, run);
  const usage = usageColumns(facts, run);
  const owners = judgeOwners(facts, run);
  const activity = judgeActivity(facts, run);
  const { tally: _, ...ownerColumns } = owners;
  const decided: ReasonFacts = {
    kind,
    isTeam: group.isTeam,
    unread: unreadIn(facts, run),
    created: dayOf(group.createdDateTime),
    ageDays: wholeDaysSince(group.createdDateTime, run.startedAt),
    ...judgeArchived(facts, run, activity.activity),
    activity,
    owners,
  };
  const result = resultOf(decided, run);
  const forWarnings = { ...ownerColumns, kind, members: usage.members, siteFiles: usage.siteFiles };
  const warnings = collectWarnings(facts, run, forWarnings);
  const { members, guests, ...laterUsage } = usage;
  const row: ReportRow = {
    id: group.id,
    displayName: group.displayName,
    mail: group.mail,
    kind,
    result,
    reason: reasonFor(result, decided, run),
    activity: activity.activity,
    lastActivity: activity.last?.date ?? null,
    lastActivitySource: activity.last?.source ?? null,
    daysInactive: activity.last?.days ?? null,
    ...ownerColumns,
    members,
    guests,
    visibility: group.visibility,
    membership: group.membership,
    description: group.description,
    sensitivityLabel: group.labels.length > 0 ? group.labels.join("; ") : null,
    created: decided.created,
    ageDays: decided.ageDays,
    renewed: dayOf(group.renewedDateTime),
    expires: dayOf(group.expirationDateTime),
    archived: decided.archived,
    archivedAsOf: decided.archivedAsOf,
    ...laterUsage,
    warnings,
    warningCount: warnings.length,
    notes: collectNotes(facts, run, forWarnings),
    blockers: BLOCKER_ORDER.filter((blocker) => group.blockers.includes(blocker)),
    ...compareWithPrevious(result, facts.previous, run),
    runId: run.runId,
    dataDate: newestDataDate(run.sources),
  };
  const isKnown =
    isTrusted(run.sources.teamsUsage.state) && (facts.teamsUsage !== undefined || !isInDoubt(facts, run, "teamsUsage"));
  const inTeamsReport = isKnown ? facts.teamsUsage !== undefined : (facts.previous?.inTeamsReport ?? null);
  return { row, history: continueHistory(result, facts.previous, run), inTeamsReport, siteBytes: siteBytesOf(facts, run) };
}
