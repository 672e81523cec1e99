import { daysBetween, writtenDay } from "../../model/days";
import type { Result } from "../../model/report";
import { isTrusted } from "../../verdict/source-use";
import { SOURCE_TITLES, STATE_TITLES } from "../../verdict/wording";
import { figure } from "../../verdict/figure";
import { type Data, codedText, dayOf, numberOf } from "./data";

/** A rule as it stands for one group. */
export interface Rule {
  rule: string;
  figure: string;
  threshold: string;
  /** Null: it could not be told. */
  isMet: boolean | null;
  /** The first that holds gives the result. */
  decides?: boolean;
}

export interface Reading {
  title: string;
  date: string | null;
  /** Days from the date to the report's own. */
  days: number | null;
  /** The date of the report, or why there is none. */
  source: string;
  dataDate: string | null;
  /** The latest of all, which Last Activity comes from. */
  counts: boolean;
}

const READINGS = [
  { title: "Teams", name: "teamsUsage", date: "teamLastActivity" },
  { title: "SharePoint", name: "siteUsage", date: "siteLastActivity" },
  { title: "Group", name: "groupsUsage", date: "groupLastActivity" },
] as const;

/** The three dates of activity, with the one that counted. */
export function readingsOf(data: Data, row: number): Reading[] {
  const counted = codedText(data, "lastActivitySource", row);
  return READINGS.map(({ title, name, date: key }) => {
    const source = data.facts.sources.find((one) => one.name === name);
    const date = dayOf(data, key, row);
    const dataDate = source?.dataDate ?? null;
    const until = dataDate ?? data.facts.startedAt.slice(0, 10);
    return {
      title,
      date,
      days: date === null ? null : Math.max(0, daysBetween(writtenDay(date), writtenDay(until))),
      source: `${SOURCE_TITLES[name]}${source && !isTrusted(source.state) ? `, ${STATE_TITLES[source.state]}` : ""}`,
      dataDate,
      counts: counted === title,
    };
  });
}

const days = (value: number | null) => (value === null ? "not known" : `${figure(value)} ${value === 1 ? "day" : "days"}`);

export function idleText(idle: number | null): string {
  return idle === null ? "no activity known" : `${days(idle)} without activity`;
}

/** Days since the freshest activity. It is not always the latest by date: the reports are of different days. */
function freshestOf(data: Data, row: number): number | null {
  const known = readingsOf(data, row).flatMap(({ days: idle }) => (idle === null ? [] : [idle]));
  return known.length === 0 ? null : Math.min(...known);
}

/** The rules of the result, in the order in which they are asked. */
export function resultRules(data: Data, row: number): Rule[] {
  const { inactiveDays, failDays, newGroupDays } = data.facts.thresholds;
  const result = codedText(data, "result", row) as Result;
  const archived = codedText(data, "archived", row);
  const age = numberOf(data, "ageDays", row);
  const idle = numberOf(data, "daysInactive", row);
  const activity = codedText(data, "activity", row);
  const ownerState = codedText(data, "ownerState", row) ?? "unknown";
  const active = numberOf(data, "activeOwnerCount", row);
  // Where activity is not known, neither rule about its lack was asked.
  const isIdle = activity === "Unknown" ? null : activity === "Inactive";
  const seen = idleText(isIdle === false ? freshestOf(data, row) : idle);
  const isTeam = codedText(data, "kind", row) === "Team";
  const ownersFail = ["none", "disabled", "inactive", "guest"].includes(ownerState);
  const rules: Rule[] = [
    {
      rule: "Archived",
      figure: archived === null ? "not known" : archived === "true" ? "archived" : isTeam ? "not archived" : "not a team",
      threshold: "the team is archived",
      isMet: archived === null ? null : archived === "true",
    },
    {
      rule: "New",
      figure: days(age),
      threshold: `younger than ${newGroupDays} days`,
      isMet: age === null ? null : age < newGroupDays,
    },
    {
      rule: "Unknown",
      figure: `activity ${(activity ?? "unknown").toLowerCase()}${isTeam && archived === null ? ", archived not known" : ""}`,
      threshold: "no activity seen, but a source was not complete or lacks the group, or it may be new, or an archived team",
      // What was not understood of a group can be read in its reason.
      isMet: result === "Unknown" || isIdle === null || (isIdle && archived === null && isTeam),
    },
    {
      rule: "Fail",
      figure: seen,
      threshold: `more than ${failDays} days, or none known`,
      isMet: isIdle && (idle === null || idle > failDays),
    },
    {
      rule: "Issues",
      figure: seen,
      threshold: `more than ${inactiveDays} days`,
      isMet: isIdle,
    },
    {
      rule: "Issues",
      figure: `owners ${ownerState}${active === null ? "" : `, ${active} active`}`,
      threshold: "nobody active answers for it",
      isMet: ownerState === "unknown" ? null : ownersFail,
    },
    { rule: "Pass", figure: "", threshold: "none of these", isMet: result === "Pass" },
  ];
  const decisive = rules.find(({ rule, isMet }) => rule === result && isMet === true);
  if (decisive) decisive.decides = true;
  return rules;
}
