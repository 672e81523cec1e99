import * as fc from "fast-check";
import { createTally } from "../../src/verdict/figures";
import { figureOr } from "../../src/verdict/figure";
import { gapsIn, gapsOf, remedyFor } from "../../src/verdict/remedies";
import { isGap, isUsable } from "../../src/verdict/source-use";
import { type Figure, FIGURES, type FigureName, NOTES, type Summary, WARNINGS } from "../../src/model/report";
import { writeXlsx } from "../../src/report/write-xlsx";
import { SOURCE_NAMES, SOURCE_STATES, type SourceName, type SourceState } from "../../src/model/records";
import { facts, lastSeen, rowOf, run, teamFacts } from "./facts";
import { PLACES, type Readings, readingsOf, tileOf } from "./figure-places";
import { htmlOf, judgedOf } from "../report/html-report";
import { streamed, summaryOf } from "../report/reports";

/** Every place where a figure stands, with figures that nobody knows, and with honest zeros. */
const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 400)), rowOf(teamFacts())];
const NAMES: FigureName[] = [...FIGURES, ...WARNINGS, ...NOTES];

function withFigures(value: Figure, states: Parameters<typeof summaryOf>[1] = {}): Summary {
  const all = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Figure>;
  return summaryOf(rows, states, { ...all(FIGURES), byWarning: all(WARNINGS), byNote: all(NOTES), notKnown: {} });
}

async function readAll(summary: Summary): Promise<Readings> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeXlsx(summary, streamed(rows))) pieces.push(piece);
  return readingsOf(summary, await htmlOf(rows.map(judgedOf), summary), Buffer.concat(pieces));
}

test("every figure stands in the page and in the workbook", () => {
  for (const name of NAMES)
    expect([name, PLACES.filter(([figure]) => figure === name).length]).toEqual([name, expect.any(Number)]);
  for (const name of NAMES) expect(PLACES.filter(([figure]) => figure === name).length).toBeGreaterThanOrEqual(2);
});

test("a figure that nobody knows is written as such, and as 0 nowhere", async () => {
  const readings = await readAll(withFigures(null));
  for (const [figure, place, read] of PLACES) {
    expect([figure, place, read(readings)]).toEqual([figure, place, expect.stringContaining("not known")]);
    if (place !== "the table of codes")
      expect([figure, place, read(readings)]).toEqual([figure, place, expect.not.stringMatching(/\b0\b/)]);
  }
  expect(figureOr(null, " GB")).toBe("not known");
});

test("an honest 0 stays 0", async () => {
  const readings = await readAll(withFigures(0));
  for (const [figure, place, read] of PLACES.filter((one) => one[1] !== "the chart of results")) {
    expect([figure, place, read(readings)]).toEqual([figure, place, expect.stringMatching(/\b0\b/)]);
    expect([figure, place, read(readings)]).toEqual([figure, place, expect.not.stringContaining("not known")]);
  }
});

test("a figure is null if nothing is known of any group, else a sum with how many groups it lacks", () => {
  const part = fc.constantFrom(null, undefined, 0, 1, 7);
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const tally = createTally();
      for (const one of parts) tally.add(one);
      const known = parts.filter((one) => typeof one === "number");
      const unknown = parts.filter((one) => one === null).length;
      const sum = known.reduce<number>((total, one) => total + one, 0);
      expect(tally.sum()).toBe(known.length === 0 && unknown > 0 ? null : sum);
      expect(tally.notKnown()).toEqual(unknown > 0 ? { groups: unknown, of: known.length + unknown } : undefined);
    }),
  );
});

const LOST: readonly SourceState[] = ["concealed", "failed", "notPermitted"];

test.each(LOST)(
  "with the reports %s neither Fail nor candidates read as a clean bill, and the remedy stands once",
  async (state) => {
    const states = { groupsUsage: state, teamsUsage: state, siteUsage: state };
    const judged = [rowOf(facts(), run(states)), rowOf(lastSeen(facts(), 400), run(states)), rowOf(teamFacts(), run(states))];
    const summary = summaryOf(judged, states);
    const pieces: Uint8Array[] = [];
    for await (const piece of writeXlsx(summary, streamed(judged))) pieces.push(piece);
    const { html, gapsSheet, terminal, summarySheet } = readingsOf(
      summary,
      await htmlOf(judged.map(judgedOf), summary),
      Buffer.concat(pieces),
    );
    for (const title of ["Fail", "Issues", "Candidates"])
      expect([title, tileOf(html, title)]).toEqual([
        title,
        expect.objectContaining({
          value: "0 seen",
          lack: expect.stringContaining("3 groups could not be judged: groups report"),
        }),
      ]);
    expect(terminal).toContain("Fail 0 seen");
    expect(summarySheet.find(([label]) => label === "Result: Fail")).toEqual([
      "Result: Fail",
      "0",
      expect.stringContaining("3 groups could not"),
    ]);
    expect(html.match(/<li class="banner">/g)).toHaveLength(1);
    expect(terminal.match(/^Gap: /gm)).toHaveLength(1);
    expect(gapsSheet).toHaveLength(2);
    for (const text of [html, terminal, gapsSheet.flat().join()])
      expect(text).toContain("Groups usage report, Teams usage report, SharePoint site usage report");
  },
);

const anyStates = fc.record(
  Object.fromEntries(SOURCE_NAMES.map((name) => [name, fc.constantFrom(...SOURCE_STATES)])) as Record<
    SourceName,
    fc.Arbitrary<SourceState>
  >,
);
const REPORT_WORDS = {
  groupsUsage: "the groups usage report",
  siteUsage: "the site usage report",
  teamsUsage: "the Teams usage report",
};

test("whatever is lost: each gap is told once, with all its sources, and no remedy leads to a source that is lost too", () => {
  fc.assert(
    fc.property(anyStates, (states) => {
      const gaps = gapsOf(states);
      const lost = SOURCE_NAMES.filter((name) => isGap(states[name]));
      expect(gaps.flatMap(({ sources }) => sources).toSorted()).toEqual(lost.toSorted());
      const todo = gaps.map(({ remedy }) => remedy.split(". ").slice(-1)[0]);
      expect(new Set(todo).size).toBe(todo.length);
      const texts = [...gaps.map(({ remedy }) => remedy), ...lost.map((name) => remedyFor(name, states) ?? "")];
      for (const text of texts) {
        expect(text).toMatch(/^[A-Z][^\n]{40,}\.$/);
        for (const [name, words] of Object.entries(REPORT_WORDS))
          if (!isUsable(states[name as SourceName])) expect(text).not.toContain(words);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a summary of an older version has a remedy a source, and figures without what is not known", async () => {
  const { gaps: _, moves: _moves, notKnown: _notKnown, ...older } = summaryOf(rows, { users: "notPermitted", sites: "failed" });
  expect(gapsIn(older).map(({ title }) => title)).toEqual(["Owner sign-ins: not permitted", "Site addresses: failed"]);
  const { html, terminal } = await readAll(older);
  expect(html).toContain("AuditLog.Read.All");
  expect(terminal).not.toContain("Since the last report");
});
