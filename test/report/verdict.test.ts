import { judgeGroup } from "../../src/report/verdict";
import { COLUMNS } from "../../src/report/columns";
import type { SourceState } from "../../src/sources/records";
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
  previous,
  rowOf,
  run,
  siteUsage,
  STARTED,
  teamFacts,
  teamsUsage,
  without,
} from "./facts";

const ownerless = { owners: { id: ID, owners: [] }, group: group({ owners: [] }) };
const LOST: SourceState[] = ["notPermitted", "concealed", "partial", "failed", "off", "skipped"];

describe("result", () => {
  test("a group that is used and owned passes", () => {
    expect(rowOf(facts())).toMatchObject({ result: "Pass", activity: "Active", daysInactive: 1, warnings: [], change: null });
  });

  test.each([
    [90, "Active", "Pass"],
    [91, "Inactive", "Issues"],
    [180, "Inactive", "Issues"],
    [181, "Inactive", "Fail"],
    [null, "Inactive", "Fail"],
  ])("last activity %s days before the data makes a group %s and its result %s", (days, activity, result) => {
    expect(rowOf(lastSeen(facts(), days))).toMatchObject({ activity, result, daysInactive: days });
    expect(rowOf(lastSeen(teamFacts(), days))).toMatchObject({ activity, result, daysInactive: days });
  });

  test.each([
    [29, "New"],
    [30, "Fail"],
  ])("a group without activity that is %s days old is %s", (days, result) => {
    const young = group({ createdDateTime: beforeStart(days * DAY) });
    expect(rowOf(lastSeen(facts({ group: young }), null))).toMatchObject({ result, ageDays: days });
  });

  test("age is counted in whole 24-hour periods and is never negative", () => {
    expect(rowOf(facts({ group: group({ createdDateTime: beforeStart(30 * DAY - 1) }) })).ageDays).toBe(29);
    expect(rowOf(facts({ group: group({ createdDateTime: beforeStart(-5000) }) }))).toMatchObject({ ageDays: 0, result: "New" });
  });

  test("a group whose creation nobody knows is judged, not new", () => {
    expect(rowOf(facts({ group: group({ createdDateTime: null }) }))).toMatchObject({
      result: "Pass",
      ageDays: null,
      created: null,
    });
  });

  test("archived stands before new, and new before unknown", () => {
    const young = group({ isTeam: true, createdDateTime: beforeStart(DAY) });
    expect(rowOf(teamFacts({ group: young, team: { id: ID, archived: true } })).result).toBe("Archived");
    expect(
      rowOf(teamFacts({ group: young }), run({ groupsUsage: "failed", teamsUsage: "failed", siteUsage: "failed" })).result,
    ).toBe("New");
  });

  test.each(LOST)("a group without activity is unknown, not failed, where groups usage is %s", (state) => {
    expect(rowOf(lastSeen(facts(), 200), run({ groupsUsage: state }))).toMatchObject({ result: "Unknown", activity: "Unknown" });
    expect(rowOf(lastSeen(facts(), 200), run({ siteUsage: state }))).toMatchObject({ result: "Unknown", activity: "Unknown" });
    expect(rowOf(lastSeen(teamFacts(), 200), run({ teamsUsage: state }))).toMatchObject({
      result: "Unknown",
      activity: "Unknown",
    });
  });

  test("the Teams report decides nothing for a group that is no team", () => {
    expect(rowOf(lastSeen(facts(), 200), run({ teamsUsage: "failed" })).result).toBe("Fail");
  });

  test("a group without a row in groups usage is unknown unless another report shows activity", () => {
    const missing = without(facts(), "groupsUsage");
    expect(rowOf(lastSeen(missing, 200))).toMatchObject({ result: "Unknown", members: null, guests: null, mailboxItems: null });
    expect(rowOf(lastSeen(missing, 90)).result).toBe("Pass");
  });

  test("a missing row in the Teams or the site report does not make a group unknown", () => {
    expect(rowOf(lastSeen(without(teamFacts(), "teamsUsage", "siteUsage"), 200)).result).toBe("Fail");
  });

  test("a team without activity is unknown where its archived flag could not be read", () => {
    expect(rowOf(lastSeen(without(teamFacts(), "team"), 200))).toMatchObject({
      result: "Unknown",
      activity: "Inactive",
      archived: null,
    });
    expect(rowOf(lastSeen(teamFacts({ team: { id: ID, archived: null } }), 200)).result).toBe("Unknown");
    expect(rowOf(lastSeen(without(teamFacts(), "team"), 5)).result).toBe("Pass");
  });

  test("a stale source counts as complete, as of its own date", () => {
    const old = { state: "stale", dataDate: daysBeforeData(60) } as const;
    const sources = run({ groupsUsage: old, siteUsage: old });
    expect(rowOf(lastSeen(facts(), 150), sources)).toMatchObject({ activity: "Active", daysInactive: 90, result: "Pass" });
    expect(rowOf(lastSeen(facts(), 151), sources)).toMatchObject({ activity: "Inactive", daysInactive: 91, result: "Issues" });
    expect(rowOf(lastSeen(facts(), 241), sources)).toMatchObject({ result: "Fail", warnings: ["site-inactive"] });
  });

  test("the age of an activity is counted to the date of the report that it comes from", () => {
    const sources = run({ siteUsage: { state: "stale", dataDate: daysBeforeData(60) } });
    const known = facts({
      groupsUsage: groupsUsage({ lastActivity: daysBeforeData(120) }),
      siteUsage: siteUsage({ lastActivity: daysBeforeData(130) }),
    });
    const row = rowOf(known, sources);
    expect(row).toMatchObject({
      activity: "Active",
      lastActivity: daysBeforeData(120),
      lastActivitySource: "Group",
      daysInactive: 120,
    });
    expect(row).toMatchObject({
      result: "Pass",
      reason: expect.stringContaining(`${daysBeforeData(130)} in SharePoint, 70 days`),
    });
  });

  test("activity after the report's date counts as today", () => {
    expect(rowOf(lastSeen(facts(), -2))).toMatchObject({ daysInactive: 0, activity: "Active" });
  });

  test("rows of a partial source show activity and fill columns, but raise no warning", () => {
    const sources = run({ groupsUsage: "partial", teamsUsage: "partial", siteUsage: "partial" });
    expect(rowOf(teamFacts(), sources)).toMatchObject({
      result: "Pass",
      activity: "Active",
      members: 12,
      teamMessages: 42,
      siteFiles: 70,
    });
    const quiet = lastSeen(teamFacts({ groupsUsage: groupsUsage({ members: 0 }) }), 200);
    expect(rowOf(quiet, sources)).toMatchObject({ result: "Unknown", warnings: [], daysInactive: 200, notes: ["members-none"] });
  });

  test.each(["failed", "concealed", "notPermitted"] as const)("rows of a %s source are not used at all", (state) => {
    const sources = run({ groupsUsage: state, teamsUsage: state, siteUsage: state, sites: state });
    const row = rowOf(teamFacts({ siteUrl: { id: ID, url: "https://x" } }), sources);
    const empty = { teamLastActivity: null, siteLastActivity: null, groupLastActivity: null, members: null, siteFiles: null };
    expect(row).toMatchObject({
      ...empty,
      teamMessages: null,
      siteStorageGB: null,
      siteUrl: null,
      lastActivity: null,
      daysInactive: null,
    });
    expect(row).toMatchObject({ dataDate: null, result: "Unknown", warnings: [] });
  });

  test("a Teams row of a group without the Team flag counts as activity", () => {
    const row = rowOf({ ...lastSeen(facts(), 200), teamsUsage: teamsUsage({ lastActivity: daysBeforeData(5) }) });
    expect(row).toMatchObject({ kind: "Group", result: "Pass", lastActivitySource: "Teams", teamMessages: 42, archived: false });
  });

  test("on a tie the activity is named after Teams, then SharePoint, then the group", () => {
    expect(rowOf(teamFacts()).lastActivitySource).toBe("Teams");
    expect(rowOf(facts()).lastActivitySource).toBe("SharePoint");
    expect(rowOf(without(facts(), "siteUsage")).lastActivitySource).toBe("Group");
  });

  test("a used group that nobody answers for has issues, and with owners unknown it passes", () => {
    expect(rowOf(facts(ownerless))).toMatchObject({ result: "Issues", ownerState: "none", warnings: ["owner-none"] });
    expect(rowOf(without(facts(), "signIns"))).toMatchObject({ result: "Pass", ownerState: "unknown" });
  });
});

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

  test("a site address that the report leaves empty comes from the sites source", () => {
    const siteUrl = { id: ID, url: "https://contoso.sharepoint.com/sites/found" };
    expect(rowOf(facts({ siteUsage: siteUsage({ url: null }), siteUrl })).siteUrl).toBe(siteUrl.url);
    expect(rowOf(facts({ siteUsage: siteUsage({ url: "" }), siteUrl })).siteUrl).toBe(siteUrl.url);
    expect(rowOf(facts({ siteUrl })).siteUrl).toBe("https://contoso.sharepoint.com/sites/hr");
    expect(rowOf(facts({ siteUsage: siteUsage({ url: null }), siteUrl }), run({ sites: "off" })).siteUrl).toBeNull();
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

describe("archived", () => {
  const read = previous({ archived: false, archivedAsOf: "2026-11-18" });
  const archived = previous({ archived: true, archivedAsOf: "2026-11-18" });
  const unread = without(teamFacts(), "team");

  test("a reading of this run has the day of its start", () => {
    expect(rowOf(teamFacts({ previous: archived }))).toMatchObject({ archived: false, archivedAsOf: STARTED.slice(0, 10) });
  });

  test.each(["complete", "partial", "stale", "skipped"] as const)(
    "a team not read tonight keeps its last reading while the source is %s",
    (state) => {
      expect(rowOf({ ...unread, previous: archived }, run({ teams: state }))).toMatchObject({
        archived: true,
        archivedAsOf: "2026-11-18",
      });
      expect(rowOf({ ...unread, previous: read }, run({ teams: state }))).toMatchObject({
        archived: false,
        archivedAsOf: "2026-11-18",
      });
    },
  );

  test.each(["off", "notPermitted"] as const)("nothing is carried over while the source is %s", (state) => {
    expect(rowOf(teamFacts({ previous: archived }), run({ teams: state }))).toMatchObject({ archived: null, archivedAsOf: null });
  });

  test("where the source failed, only a carried archived stands", () => {
    expect(rowOf({ ...unread, previous: archived }, run({ teams: "failed" }))).toMatchObject({
      archived: true,
      result: "Archived",
    });
    expect(rowOf({ ...lastSeen(unread, 200), previous: read }, run({ teams: "failed" }))).toMatchObject({
      archived: null,
      result: "Unknown",
    });
  });

  test("a team that Graph does not find is not known, whatever was read before", () => {
    const row = rowOf(teamFacts({ team: { id: ID, archived: null }, previous: archived }));
    expect(row).toMatchObject({ archived: null, archivedAsOf: null });
  });

  test("other kinds are not archived, and no reading is claimed", () => {
    expect(rowOf(facts({ previous: archived }), run({ teams: "off" }))).toMatchObject({ archived: false, archivedAsOf: null });
  });
});

describe("change", () => {
  const again = run({}, { hasPrevious: true });

  test.each([
    ["Pass", "same"],
    ["Issues", "better"],
    ["Fail", "better"],
    ["Unknown", "changed"],
    ["New", "changed"],
    ["Archived", "changed"],
  ] as const)("a group that was %s and passes now is %s", (result, change) => {
    expect(rowOf(facts({ previous: previous({ result }) }), again).change).toBe(change);
  });

  test("a fall from Pass to Issues or Fail is worse, and to Unknown changed", () => {
    expect(rowOf(lastSeen(facts({ previous: previous() }), 100), again).change).toBe("worse");
    expect(rowOf(lastSeen(facts({ previous: previous({ result: "Issues" }) }), 200), again).change).toBe("worse");
    expect(rowOf(without(lastSeen(facts({ previous: previous() }), 200), "groupsUsage"), again).change).toBe("changed");
  });

  test("without a published run there is no change, and a group that it did not list is new", () => {
    expect(rowOf(facts()).change).toBeNull();
    expect(rowOf(facts(), again)).toMatchObject({ change: "new", resultSince: "2026-11-22" });
  });

  test("a result lasts since the first run of its unbroken row", () => {
    expect(rowOf(facts({ previous: previous() }), again).resultSince).toBe("2026-10-01");
    expect(rowOf(facts({ previous: previous({ result: "Issues" }) }), again).resultSince).toBe("2026-11-22");
  });

  test("the last twelve results are carried over", () => {
    const history = Array.from({ length: 12 }, (_, day) => ({ date: daysBeforeData(12 - day), result: "Fail" as const }));
    const judged = judgeGroup(facts({ previous: previous({ history }) }), again);
    expect(judged.history).toEqual([...history.slice(1), { date: "2026-11-22", result: "Pass" }]);
    expect(history).toHaveLength(12);
    expect(judgeGroup(facts(), run()).history).toEqual([{ date: "2026-11-22", result: "Pass" }]);
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
