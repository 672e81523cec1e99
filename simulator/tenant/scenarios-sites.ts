import { USUAL_OWNERS, type Scenario } from "./scenario";

/** How a site is found, which of several rows counts, and what its figures say. */
const owners = USUAL_OWNERS;
const lately = { plus: [5, 60] } as const;
const team = { kind: "Team", lead: [0, 22], teams: { age: "lead" }, usage: { age: lately }, owners } as const;

export const SITES: Scenario[] = [
  {
    ...team,
    name: "site never used",
    weight: 15,
    usage: { age: lately, files: 0 },
    sites: [{ age: "blank", files: 0 }],
    expect: { result: "Pass", activity: "Active", source: "Teams", warnings: ["site-never-used"] },
  },
  {
    ...team,
    name: "site with files and no date",
    weight: 2,
    sites: [{ age: "blank", files: [3, 40] }],
    expect: { result: "Pass", activity: "Active", source: "Teams", warnings: ["site-inactive"] },
  },
  {
    name: "no site row and no files",
    weight: 5,
    kind: "Group",
    lead: [0, 22],
    usage: { age: "lead", files: 0 },
    owners,
    expect: { result: "Pass", activity: "Active", source: "Group", warnings: ["site-never-used"] },
  },
  {
    ...team,
    name: "several site rows",
    weight: 2,
    sites: [
      { age: { plus: 70 }, bytes: 9e11, counts: false },
      { age: { plus: 30 }, bytes: 2e6, counts: false },
      { age: { plus: 30 }, bytes: 4e6 },
    ],
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    // Both rows that look alive are none of this group's: one is deleted, the other a private channel's.
    name: "only foreign and deleted site rows look alive",
    weight: 1,
    kind: "Group",
    lead: [100, 170],
    usage: { age: "lead", received: [0, 19] },
    sites: [
      { age: 1, deleted: true, counts: false },
      { age: 2, template: "Team Channel", counts: false },
      { age: { plus: [5, 40] } },
    ],
    owners,
    expect: { result: "Issues", activity: "Inactive", source: "Group", warnings: ["site-inactive", "mailbox-quiet"] },
  },
  {
    ...team,
    name: "site known by an old address in capitals",
    weight: 6,
    sites: [{ age: lately, address: "oldInCapitals" }],
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    ...team,
    name: "site URL empty",
    weight: 4,
    sites: [{ age: lately, urlHidden: true }],
    expect: { result: "Pass", activity: "Active", source: "Teams" },
  },
  {
    name: "no mail address",
    weight: 1,
    kind: "Group",
    lead: [0, 22],
    usage: { age: "lead", files: 0 },
    owners,
    shape: (group) => {
      group.mail = null;
      group.mailEnabled = false;
      group.proxyAddresses = [];
    },
    expect: { result: "Pass", activity: "Active", source: "Group", warnings: ["site-never-used"] },
  },
  {
    ...team,
    name: "site without a row",
    weight: 5,
    sites: [],
    expect: { result: "Pass", activity: "Active", source: "Teams", notes: ["site-unmatched"] },
  },
  {
    ...team,
    name: "site deleted",
    weight: 1,
    sites: [{ age: 3, deleted: true, counts: false }],
    expect: { result: "Pass", activity: "Active", source: "Teams", notes: ["site-unmatched"] },
  },
];
