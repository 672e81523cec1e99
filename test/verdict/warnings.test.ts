import type { SourceName, SourceState } from "../../src/model/records";
import type { GroupFacts } from "../../src/model/report";
import {
  beforeStart,
  DAY,
  daysBeforeData,
  facts,
  group,
  groupsUsage,
  lastSeen,
  rowOf,
  run,
  siteUsage,
  teamFacts,
  teamsUsage,
  without,
} from "./facts";

const warned = (known: GroupFacts, states: Partial<Record<SourceName, SourceState>> = {}) => rowOf(known, run(states)).warnings;
const noted = (known: GroupFacts, states: Partial<Record<SourceName, SourceState>> = {}) => rowOf(known, run(states)).notes;

describe("team-inactive and team-quiet", () => {
  test.each([
    ["was active 90 days before the data", teamsUsage({ lastActivity: daysBeforeData(90) }), []],
    ["was active 91 days before the data", teamsUsage({ lastActivity: daysBeforeData(91) }), ["team-inactive"]],
    ["has no date in its row", teamsUsage({ lastActivity: null }), ["team-inactive"]],
    ["has 20 messages and meetings", teamsUsage({ posts: 10, replies: 5, meetings: 5 }), []],
    ["has 19 messages and meetings", teamsUsage({ posts: 10, replies: 5, meetings: 4 }), ["team-quiet"]],
    ["is inactive as well as quiet", teamsUsage({ lastActivity: null, posts: 0, replies: 0, meetings: 0 }), ["team-inactive"]],
  ])("a team that %s", (_, row, warnings) => {
    expect(warned(teamFacts({ teamsUsage: row }))).toEqual(warnings);
  });

  test("a team without a row is inactive in a report that was read, and nothing in any other", () => {
    expect(warned(without(teamFacts(), "teamsUsage"))).toEqual(["team-inactive"]);
    expect(warned(without(teamFacts(), "teamsUsage"), { teamsUsage: "stale" })).toEqual(["team-inactive"]);
    for (const state of ["partial", "failed", "concealed", "notPermitted", "skipped", "off"] as const) {
      expect(warned(without(teamFacts(), "teamsUsage"), { teamsUsage: state })).toEqual([]);
    }
  });

  test("a group that is no team gets neither", () => {
    expect(warned(facts({ teamsUsage: teamsUsage({ lastActivity: daysBeforeData(300), posts: 0 }) }))).toEqual([]);
  });
});

describe("site-never-used and site-inactive", () => {
  const empty = groupsUsage({ files: 0, activeFiles: 0 });
  const emptySite = siteUsage({ lastActivity: null, files: 0 });

  test("a site without a date and without files was never used", () => {
    expect(warned(facts({ groupsUsage: empty, siteUsage: emptySite }))).toEqual(["site-never-used"]);
    expect(warned(without(facts({ groupsUsage: empty }), "siteUsage"))).toEqual(["site-never-used"]);
  });

  test.each([
    [
      "the site has a date",
      { groupsUsage: empty, siteUsage: siteUsage({ lastActivity: daysBeforeData(91), files: 0 }) },
      ["site-inactive"],
    ],
    ["the site has files", { groupsUsage: empty, siteUsage: siteUsage({ lastActivity: null, files: 1 }) }, ["site-inactive"]],
    [
      "the groups report shows files",
      { groupsUsage: groupsUsage({ files: 1, activeFiles: 0 }), siteUsage: emptySite },
      ["site-inactive"],
    ],
    [
      "the groups report shows active files",
      { groupsUsage: groupsUsage({ files: 0, activeFiles: 1 }), siteUsage: emptySite },
      ["site-inactive"],
    ],
    ["the site was active 90 days before the data", { siteUsage: siteUsage({ lastActivity: daysBeforeData(90) }) }, []],
  ])("it is not called never used where %s", (_, known, warnings) => {
    expect(warned(facts(known))).toEqual(warnings);
  });

  test("never used needs both reports, inactive the site's alone", () => {
    const known = facts({ groupsUsage: empty, siteUsage: emptySite });
    expect(warned(known, { groupsUsage: "partial" })).toEqual(["site-inactive"]);
    expect(warned(known, { siteUsage: "partial" })).toEqual([]);
    expect(warned(without(known, "groupsUsage"))).toEqual(["site-inactive"]);
    expect(warned(without(known, "groupsUsage", "siteUsage"))).toEqual([]);
  });
});

describe("mailbox-quiet", () => {
  test("a plain group below 20 received mails is quiet", () => {
    expect(warned(facts({ groupsUsage: groupsUsage({ received: 19 }) }))).toEqual(["mailbox-quiet"]);
    expect(warned(facts({ groupsUsage: groupsUsage({ received: 20 }) }))).toEqual([]);
  });

  test("teams and communities are not, nor a group of a partial report or without a row", () => {
    expect(warned(teamFacts({ groupsUsage: groupsUsage({ received: 0 }) }))).toEqual([]);
    expect(warned(facts({ groupsUsage: groupsUsage({ received: 0, read: 1 }) }))).toEqual([]);
    expect(warned(facts({ groupsUsage: groupsUsage({ received: 0 }) }), { groupsUsage: "partial" })).toEqual([]);
    expect(warned(without(facts(), "groupsUsage"))).toEqual([]);
  });
});

describe("notes", () => {
  test.each([
    [beforeStart(-30 * DAY), ["expires-soon"]],
    [beforeStart(-30 * DAY - 1000), []],
    [beforeStart(DAY), ["expires-soon"]],
    [null, []],
  ])("a group that expires %s", (expirationDateTime, notes) => {
    expect(noted(facts({ group: group({ expirationDateTime }) }))).toEqual(notes);
  });

  test("no members are noted, members that nobody knows are not", () => {
    expect(noted(facts({ groupsUsage: groupsUsage({ members: 0 }) }))).toEqual(["members-none"]);
    expect(noted(without(facts(), "groupsUsage"))).toEqual([]);
  });

  test("files without a matching site are noted where the site report can be trusted", () => {
    const unmatched = without(facts(), "siteUsage");
    expect(noted(unmatched)).toEqual(["site-unmatched"]);
    expect(noted(unmatched, { siteUsage: "stale" })).toEqual(["site-unmatched"]);
    expect(noted(unmatched, { siteUsage: "partial" })).toEqual([]);
    expect(noted(unmatched, { groupsUsage: "failed" })).toEqual([]);
    expect(noted(without(facts({ groupsUsage: groupsUsage({ files: 0 }) }), "siteUsage"))).toEqual([]);
  });
});

test("warnings and notes stand in the contract's order and are counted", () => {
  const known = lastSeen(teamFacts({ group: group({ isTeam: true, owners: [] }), owners: { id: group().id, owners: [] } }), 200);
  const row = rowOf({ ...known, groupsUsage: groupsUsage({ members: 0, lastActivity: null }) });
  expect(row).toMatchObject({
    warnings: ["owner-none", "team-inactive", "site-inactive"],
    warningCount: 3,
    notes: ["members-none"],
  });
});
