import { daysToData } from "./activity";
import { isWithinDays } from "../model/days";
import { isTrusted, usableRecord } from "./source-use";
import type { UsageRecord } from "../model/records";
import type { GroupFacts, Note, ReportName, ReportRow, RunFacts, Warning } from "../model/report";
import { isInDoubt } from "./unseen";
import { sumOf } from "./usage-columns";

const EXPIRES_SOON_DAYS = 30;

type Columns = Pick<ReportRow, "kind" | "ownerState" | "activeOwnerCount" | "members" | "siteFiles">;

function ownerWarning({ ownerState }: Columns): Warning[] {
  if (ownerState === "none") return ["owner-none"];
  return ownerState === "disabled" || ownerState === "inactive" || ownerState === "guest" ? ["owner-inactive"] : [];
}

function teamWarning(facts: GroupFacts, run: RunFacts): Warning[] {
  if (!facts.group.isTeam || !isTrusted(run.sources.teamsUsage.state) || isInDoubt(facts, run, "teamsUsage")) return [];
  const row = facts.teamsUsage;
  const { inactiveDays, teamMinMessages } = run.thresholds;
  if (row === undefined) return run.sources.teamsUsage.listsIdle ? [] : ["team-inactive"];
  if (isOld(run, "teamsUsage", row, inactiveDays)) return ["team-inactive"];
  const messages = sumOf(row.posts, row.replies, row.meetings);
  return messages !== null && messages < teamMinMessages ? ["team-quiet"] : [];
}

function siteWarning(facts: GroupFacts, run: RunFacts, { siteFiles }: Columns): Warning[] {
  if (!isTrusted(run.sources.siteUsage.state) || isInDoubt(facts, run, "siteUsage")) return [];
  const site = facts.siteUsage;
  if (site === undefined && facts.group.hasUnreadAddress) return [];
  const isKnown = isTrusted(run.sources.groupsUsage.state) && !isInDoubt(facts, run, "groupsUsage");
  const inGroups = isKnown ? facts.groupsUsage : undefined;
  if (!site?.lastActivity && siteFiles === 0 && inGroups?.files === 0 && inGroups.activeFiles === 0) return ["site-never-used"];
  if (site === undefined) return [];
  return isOld(run, "siteUsage", site, run.thresholds.inactiveDays) ? ["site-inactive"] : [];
}

/** No date at all, or one that is too old. One that is not known is neither. */
function isOld(run: RunFacts, name: ReportName, { lastActivity, refreshed }: UsageRecord, days: number): boolean {
  if (lastActivity === null) return true;
  if (typeof lastActivity === "object") return false;
  return daysToData(run, name, { lastActivity, ...(refreshed === undefined ? {} : { refreshed }) }) > days;
}

function mailboxWarning(facts: GroupFacts, run: RunFacts, { kind }: Columns): Warning[] {
  if (kind !== "Group" || facts.group.isTeam === null || !isTrusted(run.sources.groupsUsage.state)) return [];
  if (facts.groupsUsage === undefined || isInDoubt(facts, run, "groupsUsage")) return [];
  const { received } = facts.groupsUsage;
  return received !== null && received < run.thresholds.mailboxMinReceived ? ["mailbox-quiet"] : [];
}

/** The evidence, in the contract's order. It decides nothing by its number; a source that is not complete (or stale) raises none. */
export function collectWarnings(facts: GroupFacts, run: RunFacts, columns: Columns): Warning[] {
  return [
    ...ownerWarning(columns),
    ...teamWarning(facts, run),
    ...siteWarning(facts, run, columns),
    ...mailboxWarning(facts, run, columns),
  ];
}

export function collectNotes(facts: GroupFacts, run: RunFacts, columns: Columns): Note[] {
  const notes: Note[] = [];
  if (columns.activeOwnerCount === 1) notes.push("owner-single");
  if (isWithinDays(facts.group.expirationDateTime, run.startedAt, EXPIRES_SOON_DAYS)) notes.push("expires-soon");
  if (columns.members === 0) notes.push("members-none");
  const files = usableRecord(run, "groupsUsage", facts.groupsUsage)?.files ?? 0;
  const isUnmatched = facts.siteUsage === undefined && facts.doubts?.siteUsage === undefined;
  if (isTrusted(run.sources.siteUsage.state) && isUnmatched && files > 0) notes.push("site-unmatched");
  return notes;
}
