import { judgeGroup } from "../../src/verdict/verdict";
import { daysBeforeData, facts, lastSeen, previous, rowOf, run, without } from "./facts";

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
