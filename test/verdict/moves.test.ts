import * as fc from "fast-check";
import { countMoves, flowInWords, flowOf, movesInWords } from "../../src/verdict/moves";
import { RESULTS, type Result } from "../../src/model/report";

const moved = (...pairs: [Result | null, Result | null][]) => {
  const counter = countMoves();
  for (const [from, to] of pairs) counter.add(from, to);
  return counter.moves();
};

test("who came into Fail is told with where from, and who left with where to", () => {
  const moves = moved(
    ["New", "Fail"],
    ["New", "Fail"],
    ["Unknown", "Fail"],
    ["Fail", "Pass"],
    ["Fail", null],
    [null, "Issues"],
    ["Pass", "Pass"],
  );
  expect(flowInWords(moves, "Fail")).toBe(
    "3 came into Fail (2 from New, 1 from Unknown), 2 left it (1 to Pass, 1 no longer listed)",
  );
  expect(flowInWords(moves, "Issues")).toBe("1 came into Issues (newly listed)");
  expect(flowInWords(moves, "New")).toBe("2 left New (to Fail)");
  expect(flowInWords(moves, "Archived")).toBe("none came into Archived or left it");
  expect(movesInWords(moves)).toBe(
    "Since the last report: 3 came into Fail (2 from New, 1 from Unknown), 2 left it (1 to Pass, 1 no longer listed); 1 came into Issues (newly listed).",
  );
  expect([movesInWords(null), movesInWords(undefined)]).toEqual([undefined, undefined]);
});

test("before, plus who came, less who left, is now: of every result", () => {
  const place = fc.option(fc.constantFrom(...RESULTS), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place)), (groups) => {
      const moves = moved(...groups);
      for (const result of RESULTS) {
        const count = (at: 0 | 1) => groups.filter((group) => group[at] === result).length;
        const { came, left } = flowOf(moves, result);
        expect(count(0) + came - left).toBe(count(1));
      }
    }),
  );
});
