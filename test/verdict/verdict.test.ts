import type { SourceState } from "../../src/model/records";
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
  previous,
  rowOf,
  run,
  siteUsage,
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

  test("a group whose creation nobody knows passes, but nothing is held against it: it may be new", () => {
    const known = facts({ group: group({ createdDateTime: null }) });
    expect(rowOf(known)).toMatchObject({ result: "Pass", ageDays: null, created: null });
    const reason = "When it was created was not understood: it may be new, so that nothing is held against it.";
    expect(rowOf(lastSeen(known, 200))).toMatchObject({ result: "Unknown", activity: "Inactive", reason });
    expect(rowOf({ ...known, ...ownerless, group: group({ createdDateTime: null, owners: [] }) })).toMatchObject({
      result: "Unknown",
      reason,
    });
  });

  test("what may be a team passes, but nothing is held against it: it may be archived", () => {
    const maybe = group({ isTeam: null });
    expect(rowOf(facts({ group: maybe }))).toMatchObject({ result: "Pass", kind: "Group", archived: null });
    expect(rowOf(teamFacts({ group: maybe }))).toMatchObject({ result: "Pass", kind: "Team" });
    const reason = "Whether it is a team was not understood, so that nothing is held against it.";
    expect(rowOf(lastSeen(facts({ group: maybe }), 200))).toMatchObject({ result: "Unknown", reason });
    expect(rowOf(facts({ ...ownerless, group: group({ isTeam: null, owners: [] }) }))).toMatchObject({
      result: "Unknown",
      reason,
    });
  });

  test("what was not understood is Unknown where it could decide, and a word in the reason where it could not", () => {
    const unclear = { unclear: "the Teams report counts 270 messages but gives no date" };
    const quiet = lastSeen(teamFacts(), 200);
    const known = {
      ...quiet,
      teamsUsage: teamsUsage({ lastActivity: unclear as never }),
      doubts: { teamsUsage: unclear.unclear },
    };
    expect(rowOf(known)).toMatchObject({
      result: "Unknown",
      warnings: ["site-inactive"],
      reason: expect.stringContaining("the Teams report counts 270 messages but gives no date"),
    });
    const active = { ...known, groupsUsage: groupsUsage() };
    expect(rowOf(active)).toMatchObject({
      result: "Pass",
      reason: expect.stringMatching(/\. Besides, the Teams report counts 270 messages but gives no date\.$/),
    });
    const failed = {
      ...quiet,
      teamsUsage: teamsUsage({ lastActivity: daysBeforeData(200), posts: null, unread: 'Post Messages "1,2"' }),
    };
    expect(rowOf(failed)).toMatchObject({
      result: "Fail",
      reason: expect.stringMatching(
        /Besides, Post Messages "1,2" in the Teams report was not understood\. Not visible to any report: .*\.$/,
      ),
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

  test("the Teams report decides nothing for a group that is no team and had no row in it", () => {
    const known = { ...lastSeen(facts(), 200), previous: previous({ inTeamsReport: false }) };
    expect(rowOf(known, run({ teamsUsage: "failed" })).result).toBe("Fail");
  });

  test("a group without a row in groups usage is unknown unless another report shows activity", () => {
    const missing = without(facts(), "groupsUsage");
    expect(rowOf(lastSeen(missing, 200))).toMatchObject({ result: "Unknown", members: null, guests: null, mailboxItems: null });
    expect(rowOf(lastSeen(missing, 90)).result).toBe("Pass");
  });

  test("a missing row in the Teams report, or in the site report, proves nothing but for teams where idle ones are listed, and groups with files", () => {
    const idle = run({ teamsUsage: { state: "complete", dataDate: DATA, listsIdle: true } });
    const noTeamsRow = lastSeen(without(teamFacts(), "teamsUsage"), 200);
    expect([rowOf(noTeamsRow).result, rowOf(noTeamsRow, idle).result]).toEqual(["Fail", "Unknown"]);
    expect(rowOf(noTeamsRow, idle)).toMatchObject({
      warnings: ["site-inactive"],
      reason: expect.stringContaining("no row for this one"),
    });
    const noSiteRow = lastSeen(without(teamFacts(), "siteUsage"), 200);
    const noFiles = { ...noSiteRow, groupsUsage: groupsUsage({ lastActivity: daysBeforeData(200), files: 0 }) };
    expect([rowOf(noSiteRow).result, rowOf(noFiles).result]).toEqual(["Unknown", "Fail"]);
    expect(rowOf(noSiteRow).reason).toContain("it has 61 files, but no row of the site report matches");
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
    const sources = run({ groupsUsage: state, teamsUsage: state, siteUsage: state });
    const row = rowOf(teamFacts(), sources);
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
