import { addCoverage, assessReport, countCoverage } from "../../src/verdict/assess";
import { assessGroupsList } from "../../src/sources/groups";
import { remedyFor } from "../../src/verdict/remedies";
import { SOURCE_NAMES, SOURCE_STATES } from "../../src/model/records";
import { beforeStart, DATA, DAY, facts, group, groupsUsage, STARTED, teamFacts, without } from "./facts";

const reading = { expected: 100, matched: 100, rows: 120, dataDate: DATA, startedAt: STARTED };

describe("the state of a report", () => {
  test.each([
    ["every group has a row", {}, "complete", 1],
    ["90 % of the groups have a row", { matched: 90 }, "complete", 0.9],
    ["fewer than 90 % have a row", { matched: 89 }, "partial", 0.89],
    ["2 of 4 have a row: two may lack it by chance", { expected: 4, matched: 2 }, "complete", 0.5],
    ["3 of 9 have a row", { expected: 9, matched: 3 }, "partial", 1 / 3],
    ["18 of 20 have a row", { expected: 20, matched: 18 }, "complete", 0.9],
    ["17 of 20 have a row", { expected: 20, matched: 17 }, "partial", 0.85],
    ["there is no group to judge by", { expected: 0, matched: 0 }, "complete", null],
    ["too much of it was not understood", { isDoubtful: true }, "partial", 1],
    ["there is a header alone", { expected: 0, matched: 0, rows: 0, dataDate: null }, "partial", null],
    ["the data is 7 days old", { dataDate: "2026-11-15" }, "complete", 1],
    ["the data is 8 days old", { dataDate: "2026-11-14" }, "stale", 1],
    ["the data is old and rows are missing", { dataDate: "2026-10-01", matched: 10 }, "partial", 0.1],
    ["the report names no date", { dataDate: null }, "partial", 1],
  ])("where %s", (_, changes, state, coverage) => {
    expect(assessReport({ ...reading, ...changes })).toEqual({ state, coverage });
  });
});

test("coverage counts groups that are old enough, teams among them, and sites of groups with files", () => {
  const young = group({ createdDateTime: beforeStart(30 * DAY - 1) });
  const groups = [
    facts(),
    without(teamFacts(), "siteUsage"),
    without(teamFacts(), "teamsUsage", "groupsUsage"),
    facts({ groupsUsage: groupsUsage({ files: 0 }) }),
    facts({ group: young }),
    facts({ group: group({ createdDateTime: beforeStart(30 * DAY) }) }),
  ];
  const counts = countCoverage(groups, STARTED, 30);
  expect(counts).toEqual({
    groupsUsage: { expected: 5, matched: 4 },
    teamsUsage: { expected: 2, matched: 1 },
    siteUsage: { expected: 3, matched: 2 },
  });
  expect(addCoverage([counts, counts]).siteUsage).toEqual({ expected: 6, matched: 4 });
});

test.each([
  [1000, 1000, 1000, "complete"],
  [995, 1000, 1000, "complete"],
  [994, 1000, 1000, "failed"],
  [1005, 1000, 1000, "complete"],
  [1006, 1000, 1000, "failed"],
  [1003, 1000, 1010, "complete"],
  [98, 100, 100, "complete"],
  [97, 100, 100, "failed"],
  [0, 2, 2, "complete"],
  [0, 0, 3, "complete"],
])("a list of %s groups, with %s counted before and %s after, is %s", (listed, before, after, state) => {
  expect(assessGroupsList(listed, before, after)).toBe(state);
});

const GAPS = SOURCE_STATES.filter((state) => state !== "complete" && state !== "off" && state !== "skipped");

test("every gap has a remedy, and what is no gap has none", () => {
  for (const name of SOURCE_NAMES) {
    for (const state of GAPS) expect(remedyFor(name, { [name]: state })).toMatch(/^[A-Z][^\n]{80,}\.$/);
    for (const state of ["complete", "off", "skipped"] as const) expect(remedyFor(name, { [name]: state })).toBeNull();
  }
  expect(remedyFor("groupsUsage", { groupsUsage: "concealed" })).toContain(
    "Display concealed user, group, and site names in all reports",
  );
  expect(remedyFor("users", { users: "notPermitted" })).toContain("AuditLog.Read.All");
  expect(remedyFor("teams", { teams: "notPermitted" })).toContain("TeamSettings.Read.All");
});
