import { statesOf } from "../../src/verdict/source-use";
import { runStatus, summarise } from "../../src/verdict/summary";
import { SOURCE_NAMES, type SourceName, type SourceState } from "../../src/model/records";
import type { ReportRow } from "../../src/model/report";
import { compareRows } from "../../src/verdict/sort";
import { beforeStart, DAY, facts, group, groupsUsage, ID, lastSeen, rowOf, siteUsage, teamFacts, without } from "./facts";

const HEALTHY = statesOf(SOURCE_NAMES.map((name) => ({ name, state: "complete" })));

const rows: ReportRow[] = [
  rowOf(facts({ siteUsage: siteUsage({ bytes: 107_374_182 }) })),
  rowOf(facts({ siteUsage: siteUsage({ bytes: 214_748_365 }), groupsUsage: groupsUsage({ liked: 1, guests: 5 }) })),
  rowOf(teamFacts({ team: { id: ID, archived: true } })),
  rowOf(
    lastSeen(facts({ owners: { id: ID, owners: [] }, group: group({ owners: [], expirationDateTime: beforeStart(-DAY) }) }), 200),
  ),
  rowOf(without(lastSeen(facts(), null), "groupsUsage", "siteUsage")),
];

function figuresOf(some: readonly ReportRow[]) {
  const summary = summarise(HEALTHY);
  for (const row of some) summary.add({ row, siteBytes: (row.siteStorageGB ?? 0) * 1_073_741_824 });
  return summary.figures();
}

test("the summary counts what the rows say, zeros included", () => {
  expect(figuresOf(rows)).toEqual({
    groups: 5,
    teams: 1,
    communities: 1,
    archivedTeams: 1,
    guestMemberships: 11,
    withoutActiveOwner: 1,
    expiresSoon: 1,
    storageGB: 6.3,
    failStorageGB: 3,
    byResult: { Pass: 2, Issues: 0, Fail: 1, Unknown: 1, New: 0, Archived: 1 },
    byWarning: {
      "owner-none": 1,
      "owner-inactive": 0,
      "team-inactive": 0,
      "team-quiet": 0,
      "site-never-used": 0,
      "site-inactive": 1,
      "mailbox-quiet": 0,
    },
    byNote: { "owner-single": 0, "expires-soon": 1, "members-none": 0, "site-unmatched": 0 },
    notKnown: Object.fromEntries(
      [
        ["communities", 4],
        ["guestMemberships", 5],
        ["mailbox-quiet", 3],
        ["members-none", 5],
        ["site-never-used", 5],
        ["site-unmatched", 5],
      ].map(([name, of]) => [name, { groups: 1, of }]),
    ),
  });
});

test("storage is summed as it was read and rounded last", () => {
  const summary = summarise(HEALTHY);
  const row = rowOf(facts());
  for (let n = 0; n < 1000; n++) summary.add({ row: { ...row, siteStorageGB: 0 }, siteBytes: 4_000_000 });
  expect(summary.figures().storageGB).toBe(3.73);
});

test("figures taken early do not change later", () => {
  const summary = summarise(HEALTHY);
  const before = summary.figures();
  for (const row of rows) summary.add({ row, siteBytes: null });
  expect(before.byResult.Pass).toBe(0);
});

function sources(states: Partial<Record<SourceName, SourceState>> = {}) {
  return SOURCE_NAMES.map((name) => ({ name, state: states[name] ?? ("complete" as const) }));
}

test.each<[string, Partial<Record<SourceName, SourceState>>, string]>([
  ["every source is complete", {}, "Completed"],
  ["a source is off by choice", { users: "off", sites: "off", owners: "skipped" }, "Completed"],
  ["a source is stale", { teamsUsage: "stale" }, "CompletedWithGaps"],
  ["a source is partial", { siteUsage: "partial" }, "CompletedWithGaps"],
  ["a source is not permitted", { teams: "notPermitted" }, "CompletedWithGaps"],
  ["the list of groups failed", { groups: "failed" }, "Failed"],
  ["the list of groups is not permitted", { groups: "notPermitted" }, "Failed"],
])("where %s", (_, states, status) => {
  expect(runStatus(sources(states), 100, 100).status).toBe(status);
});

test("a fall of the number of groups by more than 20 % is a gap and says so", () => {
  expect(runStatus(sources(), 80, 100)).toEqual({ status: "Completed", messages: [] });
  expect(runStatus(sources(), 79, 100)).toEqual({
    status: "CompletedWithGaps",
    messages: [expect.stringContaining("79 groups")],
  });
  expect(runStatus(sources(), 0, null).status).toBe("Completed");
});

test("rows sort by name without regard to case, then by id", () => {
  const names: [string | null, string][] = [
    ["beta", "1"],
    ["Alpha", "3"],
    ["alpha", "2"],
    [null, "9"],
    ["Émile", "5"],
    ["emil", "6"],
    ["zz", "7"],
    ["ALPHA", "1"],
  ];
  const sorted = names.map(([displayName, id]) => ({ displayName, id })).toSorted(compareRows);
  expect(sorted.map((row) => `${row.displayName} ${row.id}`)).toEqual([
    "null 9",
    "ALPHA 1",
    "alpha 2",
    "Alpha 3",
    "beta 1",
    "emil 6",
    "Émile 5",
    "zz 7",
  ]);
});
