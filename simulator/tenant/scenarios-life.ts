import { daysBefore, minutesBefore } from "./dates";
import { USUAL_OWNERS, type Scenario } from "./scenario";

/** New, archived, vanished and half-known groups, and what stands in the directory beside them. */
const owners = USUAL_OWNERS;
const lately = { plus: [5, 60] } as const;
const unused = { plus: [5, 90] } as const;
const inUse = { kind: "Team", lead: [0, 22], teams: { age: "lead" }, usage: { age: lately } } as const;
const teamWarnings = ["team-inactive", "site-inactive"];

export const LIFE: Scenario[] = [
  {
    name: "new group without rows",
    weight: 8,
    kind: "Group",
    created: [1, 28],
    owners,
    expect: { result: "New", activity: "Unknown", source: null },
  },
  {
    name: "new team without rows",
    weight: 8,
    kind: "Team",
    created: [1, 28],
    owners,
    expect: { result: "New", activity: "Unknown", source: null },
  },
  {
    name: "new team in use",
    weight: 8,
    kind: "Team",
    created: [14, 28],
    lead: [0, 3],
    teams: { age: "lead" },
    usage: { age: { plus: [4, 6] } },
    sites: [{ age: { plus: [4, 6] } }],
    owners,
    expect: { result: "New", activity: "Active", source: "Teams" },
  },
  {
    // One minute past its 30th day: no longer new.
    ...inUse,
    sites: [{ age: { plus: [5, 7] } }],
    usage: { age: { plus: [5, 7] } },
    lead: [0, 5],
    name: "thirty days old",
    weight: 1,
    owners,
    shape: (group, now) => {
      group.createdDateTime = group.renewedDateTime = minutesBefore(now, 30 * 24 * 60 + 1);
    },
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    name: "archived team",
    weight: 30,
    kind: "Team",
    created: [1000, 3000],
    lead: [120, 800],
    teams: { age: "lead" },
    usage: { age: unused },
    sites: [{ age: unused }],
    owners,
    archived: true,
    expect: { result: "Archived", activity: "Inactive", source: "Teams", warnings: teamWarnings },
    withoutFeatures: "Unknown",
  },
  {
    ...inUse,
    sites: [{ age: lately }],
    name: "archived team, seen lately",
    weight: 3,
    owners,
    archived: true,
    expect: { result: "Archived", activity: "Active", source: "Teams" },
    withoutFeatures: "Pass",
  },
  {
    name: "archived team, new",
    weight: 1,
    kind: "Team",
    created: [1, 28],
    owners,
    archived: true,
    expect: { result: "Archived", activity: "Unknown", source: null },
    withoutFeatures: "New",
  },
  {
    name: "Team flag, but no team",
    weight: 2,
    kind: "Team",
    lead: [92, 170],
    teams: { age: "lead" },
    usage: { age: unused },
    sites: [{ age: unused }],
    owners,
    teamMissing: true,
    expect: { result: "Unknown", activity: "Inactive", source: "Teams", warnings: teamWarnings },
  },
  {
    // Known issue 13633: very old teams lack the flag (graph.md#groups).
    ...inUse,
    sites: [{ age: lately }],
    usage: { age: lately, received: [25, 300] },
    name: "Teams row without the Team flag",
    weight: 2,
    kind: "Group",
    owners,
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    ...inUse,
    sites: [{ age: lately }],
    name: "dynamic membership",
    weight: 20,
    owners,
    shape: (group) => {
      group.groupTypes = ["Unified", "DynamicMembership"];
      group.membershipRule = `(user.department -eq "${group.displayName.split(" ")[0] ?? "Sales"}")`;
    },
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    ...inUse,
    sites: [{ age: lately }],
    name: "expires soon",
    weight: 15,
    owners,
    shape: (group, now, dice) => {
      group.expirationDateTime = daysBefore(now, -dice.int(1, 29));
    },
    expect: { result: "Pass", activity: "Active", source: "Teams", notes: ["expires-soon"] },
  },
  {
    name: "no members",
    weight: 4,
    kind: "Group",
    created: [1000, 3000],
    lead: [200, 700],
    usage: { age: "lead", received: 0, members: 0 },
    sites: [{ age: unused }],
    owners: "none",
    expect: {
      result: "Fail",
      activity: "Inactive",
      source: "Group",
      warnings: ["site-inactive", "mailbox-quiet"],
      notes: ["members-none"],
    },
  },
];

/** Groups that a usage report has no row for. Last, so that a small tenant's reports are not taken for partial. */
export const ROWLESS: Scenario[] = [
  {
    name: "no row in groups usage",
    weight: 3,
    kind: "Group",
    lead: [120, 400],
    sites: [{ age: "lead" }],
    owners,
    expect: { result: "Unknown", activity: "Unknown", source: "SharePoint", warnings: ["site-inactive"] },
  },
  {
    name: "no row in groups usage, team in use",
    weight: 2,
    kind: "Team",
    lead: [0, 22],
    teams: { age: "lead" },
    sites: [{ age: lately }],
    owners,
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    // The report lists teams without activity too: this one was not seen.
    name: "team without a Teams row",
    weight: 3,
    kind: "Team",
    lead: [92, 170],
    usage: { age: "lead" },
    sites: [{ age: unused }],
    owners,
    expect: { result: "Unknown", activity: "Unknown", source: "Group", warnings: ["site-inactive"] },
  },
];
