import * as fc from "fast-check";
import { guardCell } from "../../src/report/csv-cell";
import { toCsv } from "../../src/web/report/export-csv";
import { writeCsv } from "../../src/report/write-csv";
import { formulasIn, unguarded } from "./naive-spreadsheet";
import { hostileRow, streamed, summaryOf, textOf } from "./reports";

const SEPARATORS = [",", ";", "\t", "|"];
const STARTERS = [..."=+-@＝＋－＠﹦﹢﹣﹫−"];
const BLANKS = [...' \t\r\n\v\f\u00a0\u3000\u2003\ufeff\u200b\u200e\u2060\u00ad\u2028\u2029\u0085\0\u001b"', "\r\n"];
/** Texts of all that matters: rarely would a random one hold two of these side by side. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...SEPARATORS), fc.constantFrom(...STARTERS), fc.constantFrom(...BLANKS, "'", "a", "1")),
  maxLength: 12,
});

test.each(
  STARTERS.flatMap((starter) =>
    ["", ...BLANKS, ...SEPARATORS.flatMap((separator) => [`x${separator}`, `x${separator} "`]), "x\n", "x\r\n\t"].map(
      (before) => [before, starter],
    ),
  ),
)("before %j and %j stands a quote", (before, starter) => {
  const guarded = guardCell(`${before}${starter}1`);
  expect(guarded).toContain(`'${starter}1`);
  expect(unguarded(guarded)).toBe(`${before}${starter}1`);
});

test.each([
  ["\ta", "'\ta"],
  ["\ra", "'\ra"],
  [" \u00a0\ta", " \u00a0'\ta"],
  ["a;\tb", "a;'\tb"],
  ["a\t\rb", "a\t'\rb"],
  ["a|\r=b", "a|'\r'=b"],
])("a cell that begins with a tab or a carriage return is guarded: %j", (given, expected) =>
  expect(guardCell(given)).toBe(expected),
);

test.each(["a-b", "1 = 1", "a\r\n\r\nb", "x: -1", "", "'", "a'", "'a", "O'Brien; Ann", "a\tb", "https://x.example/?a=b&c=+d"])(
  "%j stays as it is",
  (given) => expect(guardCell(given)).toBe(given),
);

test("numbers and what is not known are no text", () => {
  expect([guardCell(-5), guardCell(0), guardCell(true), guardCell(null)]).toEqual(["-5", "0", "true", ""]);
});

test("the guard can be taken away again, whatever the text", () => {
  fc.assert(
    fc.property(text, (given) => expect(unguarded(guardCell(given))).toBe(given)),
    { numRuns: 5000 },
  );
});

test("no two texts become the same cell", () => {
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(text, (given) => {
      const cell = guardCell(given);
      expect(seen.get(cell) ?? given).toBe(given);
      seen.set(cell, given);
    }),
    { numRuns: 5000 },
  );
});

test.each(SEPARATORS)(
  "split at %j and line ends, no cell of report.csv or of the page's CSV begins a formula",
  async (separator) => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (names) => {
        const file = await textOf(writeCsv(summaryOf([]), streamed(names.map((name) => hostileRow(name)))));
        expect(formulasIn(file, separator)).toEqual([]);
        expect(formulasIn(toCsv(["Name", "=Heading"], [names, names.toReversed()]), separator)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  },
);

test("a long text of nothing but blanks or quotes is read once", () => {
  for (const sign of ["\t", " ", "'", "\r\n", ";", '"']) {
    const long = sign.repeat(500_000);
    expect(unguarded(guardCell(long))).toBe(long);
  }
});
