import { COLUMNS } from "../../src/report/columns";
import {
  beforeStart,
  DATA,
  DAY,
  daysBeforeData,
  facts,
  group,
  groupsUsage,
  ID,
  lastSeen,
  owner,
  rowOf,
  run,
  siteUsage,
  teamFacts,
  without,
} from "./facts";

const ownerless = { owners: { id: ID, owners: [] }, group: group({ owners: [] }) };

describe("reason", () => {
  test("a Fail tells its figures and ends with what no report can see", () => {
    const { reason } = rowOf(lastSeen(teamFacts(), 200));
    expect(reason).toContain(`No activity seen for 200 days (last on ${daysBeforeData(200)} in Teams, data of ${DATA})`);
    expect(reason).toMatch(/Not visible to any report: Planner, Loop, Power BI, Power Apps, calendar, use for permissions\.$/);
  });

  test.each([
    ["Pass", rowOf(facts()), "Activity seen on 2026-11-19 in SharePoint, 1 day before its data date; it has 2 active owners."],
    ["Issues", rowOf(lastSeen(facts(), 100)), "No activity seen for 100 days"],
    ["Issues", rowOf(facts(ownerless)), "but the group has no owner."],
    ["Fail", rowOf(lastSeen(facts(), null)), "No activity seen in any report that was read (data of 2026-11-20)."],
    ["Unknown", rowOf(lastSeen(facts(), null), run({ siteUsage: "concealed" })), "SharePoint site usage report concealed."],
    ["Unknown", rowOf(without(lastSeen(facts(), null), "groupsUsage")), "the groups usage report has no row for this group."],
    ["Unknown", rowOf(lastSeen(without(teamFacts(), "team"), 200)), "whether the team is archived could not be read."],
    [
      "Unknown",
      rowOf(lastSeen(without(teamFacts(), "team"), 200), run({ teams: "off" })),
      "whether the team is archived was not looked at: the feature teams is off.",
    ],
    [
      "New",
      rowOf(facts({ group: group({ createdDateTime: beforeStart(DAY) }) })),
      "Created 1 day before this run, on 2026-11-21",
    ],
    ["Archived", rowOf(teamFacts({ team: { id: ID, archived: true } })), "The team is archived, as read on 2026-11-22."],
  ])("the reason of %s says why", (result, row, words) => {
    expect(row.result).toBe(result);
    expect(row.reason).toContain(words);
    expect(row.reason).not.toMatch(/unused|obsolete/i);
  });
});

describe("columns", () => {
  test("a row holds the keys of the contract in its order", () => {
    expect(Object.keys(rowOf(teamFacts()))).toEqual(COLUMNS.map((column) => column.key));
  });

  test.each([
    ["posted", "Community"],
    ["read", "Community"],
    ["liked", "Community"],
    ["received", "Group"],
  ])("a group whose %s count is above 0 is a %s", (figure, kind) => {
    expect(rowOf(facts({ groupsUsage: groupsUsage({ [figure]: 1 }) })).kind).toBe(kind);
    expect(rowOf(teamFacts({ groupsUsage: groupsUsage({ [figure]: 1 }) })).kind).toBe("Team");
  });

  test("bytes become units with two decimals, and a known zero stays zero", () => {
    expect(rowOf(facts())).toMatchObject({ mailboxStorageMB: 19.4, siteStorageGB: 3 });
    expect(rowOf(facts({ siteUsage: siteUsage({ bytes: 0, files: 0 }) }))).toMatchObject({ siteStorageGB: 0, siteFiles: 0 });
  });

  test("without a site row the groups report fills files and storage", () => {
    const known = without(facts({ groupsUsage: groupsUsage({ siteBytes: 5_368_709_120 }) }), "siteUsage");
    const filled = { siteFiles: 61, siteActiveFiles: 7, siteStorageGB: 5, siteLastActivity: null, siteUrl: null };
    expect(rowOf(known)).toMatchObject(filled);
    expect(rowOf({ ...known, siteUsage: siteUsage() }, run({ siteUsage: "failed" }))).toMatchObject(filled);
  });

  test("the data date is the newest that was read and used", () => {
    const sources = run({
      siteUsage: { state: "complete", dataDate: "2026-11-21" },
      teamsUsage: { state: "failed", dataDate: "2026-11-22" },
    });
    expect(rowOf(facts(), sources).dataDate).toBe("2026-11-21");
  });

  test("dates, labels and blockers are written by the contract", () => {
    const known = group({
      labels: ["Confidential", "c0ffee"],
      renewedDateTime: "2026-01-05T03:00:11Z",
      expirationDateTime: "2027-06-30T23:59:59Z",
      blockers: ["security", "licences", "licences"],
    });
    expect(rowOf(facts({ group: known }))).toMatchObject({
      sensitivityLabel: "Confidential; c0ffee",
      created: "2024-02-11",
      renewed: "2026-01-05",
      expires: "2027-06-30",
      blockers: ["licences", "security"],
      notes: [],
    });
    expect(rowOf(facts()).sensitivityLabel).toBeNull();
  });
});

test("an owner without a name sorts first and keeps an empty place among the mails", () => {
  const owners = [
    owner("bert", { displayName: "bea" }),
    owner("x", { displayName: null, mail: null }),
    owner("anna", { displayName: "Änna" }),
  ];
  const row = rowOf(facts({ group: group({ owners }) }));
  expect(row.owners?.map((one) => one.id)).toEqual(["x", "anna", "bert"]);
  expect(row.ownerMails).toBe("; anna@contoso.com; bert@contoso.com");
});
