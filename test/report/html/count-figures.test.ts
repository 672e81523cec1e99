import { writtenDay } from "../../../src/model/days";
import { ageBands, GUEST_BANDS, inactivityBands } from "../../../src/verdict/bands";
import { isCandidate } from "../../../src/verdict/candidates";
import { countFigures } from "../../../src/report/html/count-figures";
import type { ReportRow } from "../../../src/model/report";
import { facts, group, lastSeen, rowOf, run, teamFacts, teamsUsage } from "../../verdict/facts";
import { judgedOf } from "../html-report";
import { summaryOf } from "../reports";

function figuresOf(rows: readonly ReportRow[], states: Parameters<typeof summaryOf>[1] = {}) {
  const summary = summaryOf(rows, states);
  const sources = summary.sources.map((source) => ({ ...source, dataDate: "2026-11-20" }));
  const counter = countFigures({ ...summary, sources });
  for (const row of rows) counter.add(judgedOf(row));
  return counter.figures();
}

test("no band of inactivity mixes two results", () => {
  const bands = inactivityBands(run().thresholds);
  expect(bands.codes).toEqual(["0-30", "31-90", "91-180", "181-364", "365-", "none"]);
  expect([0, 30, 31, 90, 91, 180, 181, 364, 365, 9999, null].map((days) => bands.codes[bands.of(days)])).toEqual([
    "0-30",
    "0-30",
    "31-90",
    "31-90",
    "91-180",
    "91-180",
    "181-364",
    "181-364",
    "365-",
    "365-",
    "none",
  ]);
  expect(inactivityBands({ ...run().thresholds, inactiveDays: 30, failDays: 400 }).codes).toEqual([
    "0-30",
    "31-364",
    "365-400",
    "401-",
    "none",
  ]);
});

test("bands say their ranges in words", () => {
  expect(ageBands(run().thresholds).labels).toEqual([
    "0–29 days",
    "30–179 days",
    "180–364 days",
    "1 year",
    "2–4 years",
    "5+ years",
    "not known",
  ]);
  expect(GUEST_BANDS.labels).toEqual(["0", "1–10", "11–50", "51+", "not known"]);
});

test("a candidate is a Fail without activity for a year, or without any and a year old, that nothing blocks", () => {
  const known = { result: "Fail", daysInactive: 365, ageDays: 2000, blockers: [] } as const;
  expect(isCandidate(known)).toBe(true);
  expect(isCandidate({ ...known, daysInactive: 364 })).toBe(false);
  expect(isCandidate({ ...known, daysInactive: null, ageDays: 365 })).toBe(true);
  expect(isCandidate({ ...known, daysInactive: null, ageDays: 364 })).toBe(false);
  expect(isCandidate({ ...known, daysInactive: null, ageDays: null })).toBe(false);
  expect(isCandidate({ ...known, blockers: ["security"] })).toBe(false);
  expect(isCandidate({ ...known, result: "Unknown" })).toBe(false);
});

test("the charts count each group once, by kind, age, inactivity and storage", () => {
  const rows = [rowOf(facts()), rowOf(teamFacts()), rowOf(lastSeen(facts(), 400))];
  const figures = figuresOf(rows);
  expect(figures.byKind).toMatchObject({ Team: { Pass: 1 }, Group: { Pass: 1, Fail: 1 }, Community: { Pass: 0 } });
  expect(figures.ageByInactivity.flat().reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(figures.ageByInactivity[4]?.[4]).toBe(1);
  expect(figures.storageGB).toMatchObject({ Pass: 6, Fail: 3 });
  expect(figures.candidates).toEqual({ groups: 1, storageGB: 3 });
  expect(figures.groupsWithGuests).toBe(3);
});

test("a workload counts the groups that it could show: teams, and groups with a row in the Teams report", () => {
  const rows = [
    rowOf(facts()),
    rowOf(teamFacts({ teamsUsage: teamsUsage({ lastActivity: null }) })),
    rowOf(facts({ group: group(), teamsUsage: teamsUsage({ lastActivity: writtenDay("2026-08-01") }) })),
  ];
  const [teams, sites, groups] = figuresOf(rows).byWorkload;
  expect(teams).toEqual([0, 0, 1, 0, 0, 1]);
  expect(sites).toEqual([3, 0, 0, 0, 0, 0]);
  expect(groups).toEqual([3, 0, 0, 0, 0, 0]);
  expect(figuresOf(rows, { teamsUsage: "concealed" }).byWorkload[0]).toBeNull();
});
