import type { ActivityFacts, Evidence } from "./activity";
import type { OwnerFacts } from "./owner-state";
import { newestDataDate } from "./source-use";
import { NOT_VISIBLE, SOURCE_TITLES, STATE_TITLES } from "./wording";
import type { ReportRow, Result, RunFacts } from "../model/report";

/** What the verdict was reached from. */
export interface ReasonFacts extends Pick<ReportRow, "kind" | "ageDays" | "created" | "archived" | "archivedAsOf"> {
  activity: ActivityFacts;
  owners: OwnerFacts;
  /** Null where it was not understood. */
  isTeam: boolean | null;
  /** What was not understood of the group, whether it decided or not; parts of a sentence. */
  unread: string[];
}

const PLACE = { Teams: "in Teams", SharePoint: "in SharePoint", Group: "in the group" } as const;

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function lastSeen(last: Evidence): string {
  return `last on ${last.date} ${PLACE[last.source]}, data of ${last.dataDate}`;
}

/** "No activity seen", never "unused": a report that sees nothing proves nothing. */
function noActivity({ last }: ActivityFacts, run: RunFacts): string {
  const dataDate = newestDataDate(run.sources);
  if (last === null) return `No activity seen in any report that was read${dataDate === null ? "" : ` (data of ${dataDate})`}`;
  return `No activity seen for ${count(last.days, "day")} (${lastSeen(last)})`;
}

function ownersInWords({ ownerState, ownerCount, activeOwnerCount, tally }: OwnerFacts, run: RunFacts): string {
  if (ownerState === "none") return "the group has no owner";
  if (ownerState === "ok") {
    return `it has ${activeOwnerCount === null ? "at least one active owner" : count(activeOwnerCount, "active owner")}`;
  }
  if (ownerState === "unknown" || tally === null) {
    return ownerCount === null
      ? "its owners could not be read"
      : `whether any of its ${count(ownerCount, "owner")} is active is not known`;
  }
  const parts = [
    tally.disabled > 0 ? `${tally.disabled} disabled` : "",
    tally.guest > 0 ? count(tally.guest, "guest") : "",
    tally.stale > 0 ? `${tally.stale} without a sign-in for more than ${run.thresholds.ownerInactiveDays} days` : "",
  ];
  return `none of its ${count(ownerCount ?? 0, "owner")} is active (${parts.filter(Boolean).join(", ")})`;
}

function blindness({ activity }: ReasonFacts, run: RunFacts): string {
  const sources = activity.blindSources.map((name) => `${SOURCE_TITLES[name]} ${STATE_TITLES[run.sources[name].state]}`);
  return [...sources, ...activity.unseen].join(", ");
}

/** One sentence with the figures that decided, one with what was not understood; a Fail's ends with what no report can see. */
export function reasonFor(result: Result, facts: ReasonFacts, run: RunFacts): string {
  const sentence = decided(result, facts, run);
  const unread = facts.unread.filter((part) => !sentence.includes(part));
  const told = unread.length === 0 ? sentence : `${sentence} Besides, ${unread.join("; ")}.`;
  return result === "Fail" ? `${told} ${NOT_VISIBLE}` : told;
}

function decided(result: Result, facts: ReasonFacts, run: RunFacts): string {
  const { activity, owners } = facts;
  const { inactiveDays, newGroupDays } = run.thresholds;
  switch (result) {
    case "Archived":
      return `The team is archived, as read on ${facts.archivedAsOf ?? "an earlier day"}.`;
    case "New":
      return `Created ${count(facts.ageDays ?? 0, "day")} before this run, on ${facts.created}: groups younger than ${count(newGroupDays, "day")} are not judged.`;
    case "Unknown":
      if (activity.activity === "Unknown")
        return `${noActivity(activity, run)}, but not all of it could be seen: ${blindness(facts, run)}.`;
      if (facts.isTeam === null) return "Whether it is a team was not understood, so that nothing is held against it.";
      if (facts.ageDays === null && (facts.archived !== null || activity.activity === "Active"))
        return "When it was created was not understood: it may be new, so that nothing is held against it.";
      return `${noActivity(activity, run)}, but whether the team is archived ${run.sources.teams.state === "off" ? "was not looked at: the feature teams is off" : "could not be read"}.`;
    case "Fail":
      return `${noActivity(activity, run)}.`;
    case "Issues":
      if (activity.activity === "Inactive")
        return `${noActivity(activity, run)}, which is more than ${inactiveDays}; ${ownersInWords(owners, run)}.`;
      return `${activeInWords(activity)}, but ${ownersInWords(owners, run)}.`;
    case "Pass":
      return `${activeInWords(activity)}; ${ownersInWords(owners, run)}.`;
  }
}

function activeInWords({ freshest }: ActivityFacts): string {
  if (freshest === null) return "Activity seen";
  return `Activity seen on ${freshest.date} ${PLACE[freshest.source]}, ${count(freshest.days, "day")} before its data date`;
}
