import { facts, ID, lastSeen, previous, rowOf, run, STARTED, teamFacts, without } from "./facts";

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

  test.each(["failed", "partial"] as const)(
    "where the source %s, the last reading stands but a carried false decides nothing",
    (state) => {
      const sources = run({ teams: state });
      expect(rowOf({ ...unread, previous: archived }, sources)).toMatchObject({ archived: true, result: "Archived" });
      expect(rowOf({ ...unread, previous: read }, sources)).toMatchObject({
        archived: false,
        archivedAsOf: "2026-11-18",
        result: "Pass",
      });
      expect(rowOf({ ...lastSeen(unread, 200), previous: read }, sources)).toMatchObject({
        archived: null,
        archivedAsOf: null,
        result: "Unknown",
      });
      expect(rowOf({ ...lastSeen(unread, 200), previous: read })).toMatchObject({ archived: false, result: "Fail" });
    },
  );

  test("readings of a source that failed are not used", () => {
    expect(rowOf(teamFacts({ team: { id: ID, archived: true } }), run({ teams: "failed" }))).toMatchObject({
      archived: null,
      result: "Pass",
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
