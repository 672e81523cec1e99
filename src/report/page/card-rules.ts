import { NOTE_LEGEND, warningLegend } from "../code-definitions";
import { daysBetween } from "../days";
import type { Result } from "../types";
import { isTrusted } from "../source-use";
import { SOURCE_TITLES, STATE_TITLES } from "../wording";
import { figure } from "../figure";
import { type Data, codesOf, codedText, dayOf, numberOf } from "./data";

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
      days: date === null ? null : Math.max(0, daysBetween(date, until)),
      source: `${SOURCE_TITLES[name]}${source && !isTrusted(source.state) ? `, ${STATE_TITLES[source.state]}` : ""}`,
      dataDate,
      counts: counted === title,
    };
  });
}

const days = (value: number | null) => (value === null ? "not known" : `${figure(value)} ${value === 1 ? "day" : "days"}`);

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
  const seen = idle === null ? "no activity known" : `${days(idle)} without activity`;
  const isTeam = codedText(data, "kind", row) === "Team";
  const ownersFail = ["none", "disabled", "inactive", "guest"].includes(ownerState);
  const rules: Rule[] = [
    {
      rule: "Archived",
      figure: archived === null ? "not known" : archived === "true" ? "archived" : "not archived",
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
      figure: `activity ${(activity ?? "unknown").toLowerCase()}`,
      threshold: "a source that could show activity was not complete, or whether the team is archived is not known",
      isMet: activity === "Unknown" || (activity === "Inactive" && archived === null && isTeam),
    },
    {
      rule: "Fail",
      figure: seen,
      threshold: `more than ${failDays} days, or none known`,
      isMet: activity === "Active" ? false : idle === null || idle > failDays,
    },
    {
      rule: "Issues",
      figure: seen,
      threshold: `more than ${inactiveDays} days`,
      isMet: activity !== "Active",
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

/** Every warning and note with its figure; those that are raised come first. */
export function evidenceRules(data: Data, row: number): Rule[] {
  const { thresholds } = data.facts;
  const legend = warningLegend(thresholds);
  const warnings = codesOf(data, "warnings", row);
  const notes = codesOf(data, "notes", row);
  const counted = (key: Parameters<typeof numberOf>[1], unit: string) => {
    const value = numberOf(data, key, row);
    return value === null ? `${unit}: not known` : `${figure(value)} ${unit}`;
  };
  const lastSeen = (title: Reading["title"]) => {
    const reading = readingsOf(data, row).find((one) => one.title === title);
    return reading?.days === null || reading === undefined ? "no activity known" : `${days(reading.days)} without activity`;
  };
  const messages = numberOf(data, "teamMessages", row);
  const meetings = numberOf(data, "teamMeetings", row);
  const posted =
    messages === null && meetings === null ? "not known" : `${(messages ?? 0) + (meetings ?? 0)} messages and meetings`;
  const figures: Record<string, string> = {
    "owner-none": counted("ownerCount", "owners"),
    "owner-inactive": counted("activeOwnerCount", "active owners"),
    "team-inactive": lastSeen("Teams"),
    "team-quiet": posted,
    "site-never-used": counted("siteFiles", "files"),
    "site-inactive": lastSeen("SharePoint"),
    "mailbox-quiet": counted("mailboxReceived", "messages received"),
    "owner-single": counted("activeOwnerCount", "active owners"),
    "expires-soon": dayOf(data, "expires", row) ?? "no date",
    "members-none": counted("members", "members"),
    "site-unmatched": counted("siteFiles", "files"),
  };
  const rules = (codes: Record<string, string>, raised: readonly string[]) =>
    Object.entries(codes).map(([rule, threshold]): Rule => ({
      rule,
      figure: figures[rule] ?? "",
      threshold,
      isMet: raised.includes(rule),
    }));
  const all = [...rules(legend, warnings), ...rules(NOTE_LEGEND, notes)];
  return [...all.filter(({ isMet }) => isMet), ...all.filter(({ isMet }) => !isMet)];
}
