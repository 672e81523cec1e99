import * as fc from "fast-check";
import { assessReport, addCoverage, countCoverage } from "../../src/verdict/assess";
import { joinRecords, type StoredRecords } from "../../src/verdict/join";
import type { ReportRow, RunFacts } from "../../src/model/report";
import { judgeGroup } from "../../src/verdict/verdict";
import { GROUPS_REPORT } from "../../src/sources/groups-usage";
import type { GroupRecord, LeftOut, UsageRecord } from "../../src/model/records";
import { siteReport } from "../../src/sources/site-usage";
import { TEAMS_REPORT } from "../../src/sources/teams-usage";
import { type Day, latestDay, readDay, readGuid, readNumber } from "../../src/model/understood";
import { readCsv } from "../../src/sources/usage-csv";
import type { UsageReport, UsageSpec } from "../../src/sources/usage-spec";
import { HEADERS } from "../../simulator/reports/report-rows";
import { run as runOf, STARTED } from "../verdict/facts";
import { groupRecord, guid } from "./context";

/** The chain from the text of the usage reports to the results, without its wires: one cell, row or character replaced by anything. */
const LATEST = latestDay(STARTED);
const REFRESHED = "2026-11-20";
const day = (age: number | null) =>
  age === null ? "" : new Date(Date.parse(REFRESHED) - age * 86_400_000).toISOString().slice(0, 10);

interface Known {
  isTeam: boolean;
  /** Days since the last activity in Teams, the site and the group; undefined: no row; null: no date. */
  teams?: number | null;
  site?: number | null;
  group?: number | null;
  files: number;
}

/** Whoever is seen by one report alone, by none, or has no row. */
const KNOWN: Known[] = [
  { isTeam: true, teams: 2, site: 200, group: 200, files: 5 },
  { isTeam: true, teams: 200, site: 2, group: 200, files: 5 },
  { isTeam: true, teams: 200, site: 300, group: 2, files: 5 },
  { isTeam: true, teams: 120, site: 130, group: 140, files: 5 },
  { isTeam: true, teams: null, site: null, group: null, files: 0 },
  { isTeam: true, teams: null, site: null, group: null, files: 0 },
  { isTeam: true, site: null, group: 200, files: 0 },
  { isTeam: false, site: 2, group: 200, files: 5 },
  { isTeam: false, site: 3, group: 300, files: 0 },
  { isTeam: false, group: 2, files: 0 },
  { isTeam: false, group: 250, files: 0 },
  { isTeam: false, site: 100, group: 110, files: 5 },
  { isTeam: false, teams: 3, site: 200, group: 200, files: 5 },
  { isTeam: false, site: 20, files: 5 },
];
const LISTED = KNOWN.map((known, n) => ({
  ...known,
  id: guid(n, (n % 16).toString(16)),
  mail: `group${n}@contoso.com`,
  name: `Group ${n}`,
}));
const GROUPS: GroupRecord[] = LISTED.map(({ id, mail, name, isTeam }) =>
  groupRecord(id, { displayName: name, mail, addresses: [mail], isTeam }),
);

type Report = "groups" | "teams" | "sites";
const count = (age: number | null | undefined, n: number) => (age !== null && age !== undefined && age <= 180 ? n : "");

function rowsOf(report: Report): (string | number)[][] {
  return LISTED.flatMap(({ id, mail, name, files, ...known }, n): (string | number)[][] => {
    const age = { groups: known.group, teams: known.teams, sites: known.site }[report];
    if (age === undefined) return [];
    const c = count(age, 3);
    if (report === "groups")
      return [
        [
          REFRESHED,
          name,
          "False",
          "megan@contoso.com",
          day(age),
          "Private",
          4,
          "",
          c,
          c,
          "",
          "",
          "",
          9,
          900,
          files,
          1000,
          id,
          180,
        ],
      ];
    if (report === "teams") return [[REFRESHED, name, id, "Private", day(age), 180, c, c, "", "", c, c, c, c, "", "", "", ""]];
    return [[REFRESHED, guid(n + 100), "", `${name} Owners`, "False", day(age), files, c, c, c, 1000, 5000, "Group", mail, 180]];
  });
}

const REPORTS: Report[] = ["groups", "teams", "sites"];
const ROWS: Record<Report, (string | number)[][]> = { groups: rowsOf("groups"), teams: rowsOf("teams"), sites: rowsOf("sites") };
const textOf = (report: Report, lines: string[]) => `\uFEFF${[HEADERS[report], ...lines].join("\r\n")}\r\n`;
const honest = (report: Report) => ROWS[report].map((cells) => cells.join(","));

async function read<R extends UsageRecord, F extends string>(spec: UsageSpec<R, F>, text: string) {
  const records: (R | LeftOut)[] = [];
  async function* body() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
  }
  const found = await readCsv(body(), spec, LATEST, async (some) => void records.push(...some));
  return { ...found, records };
}

async function judge(
  texts: Record<Report, string>,
): Promise<{ rows: Map<string, ReportRow>; run: RunFacts; reports: UsageReport[] }> {
  const addresses = new Map(GROUPS.map(({ id, mail }) => [mail ?? "", id]));
  const [groups, teams, sites] = [
    await read(GROUPS_REPORT, texts.groups),
    await read(TEAMS_REPORT, texts.teams),
    await read(siteReport(addresses), texts.sites),
  ];
  const found = { groupsUsage: groups, teamsUsage: teams, siteUsage: sites } as const;
  const names = ["groupsUsage", "teamsUsage", "siteUsage"] as const;
  const dates = Object.fromEntries(names.map((name) => [name, found[name].report.dataDate])) as Record<
    (typeof names)[number],
    Day | null
  >;
  const stored: StoredRecords = {
    groups: GROUPS,
    teams: GROUPS.map(({ id }) => ({ id, archived: false })),
    groupsUsage: groups.records,
    teamsUsage: teams.records,
    siteUsage: sites.records,
  };
  const known = [...joinRecords(stored, dates).values()];
  const coverage = addCoverage([countCoverage(known, STARTED, 30)]);
  const states = names.map((name) => {
    const { report, end } = found[name];
    const { rowsRead: rows, dataDate, isUntold, listsIdle, isConcealed, faults } = report;
    const { state } = assessReport({ ...coverage[name], rows, dataDate, isDoubtful: faults.length > 0, startedAt: STARTED });
    const ended = end === "cut" ? "failed" : isConcealed ? "concealed" : state;
    return [name, { state: ended, dataDate, isUntold, listsIdle }] as const;
  });
  const run = runOf(Object.fromEntries(states));
  const rows = new Map(known.map((facts) => [facts.group.id, judgeGroup(facts, run).row]));
  return { rows, run, reports: names.map((name) => found[name].report) };
}

const harm = (row: ReportRow | undefined) => ["Issues", "Fail"].indexOf(row?.result ?? "");
let healthy: Awaited<ReturnType<typeof judge>>;
beforeAll(async () => {
  healthy = await judge({
    groups: textOf("groups", honest("groups")),
    teams: textOf("teams", honest("teams")),
    sites: textOf("sites", honest("sites")),
  });
});

test("the healthy tenant is the one that the property is about", () => {
  expect(LISTED.map(({ id }) => healthy.rows.get(id)?.result)).toEqual([
    "Pass",
    "Pass",
    "Pass",
    "Issues",
    "Fail",
    "Fail",
    "Unknown",
    "Pass",
    "Pass",
    "Pass",
    "Fail",
    "Issues",
    "Pass",
    "Pass",
  ]);
  expect(healthy.reports.map(({ notUnderstood, faults }) => [notUnderstood, faults])).toEqual(REPORTS.map(() => [0, []]));
});

async function expectNoneWorse(report: Report, lines: string[]): Promise<void> {
  const texts = Object.fromEntries(REPORTS.map((name) => [name, textOf(name, name === report ? lines : honest(name))])) as Record<
    Report,
    string
  >;
  const found = await judge(texts);
  const worse = LISTED.filter(({ id }) => harm(found.rows.get(id)) > harm(healthy.rows.get(id)));
  expect(worse.map(({ id, name }) => [name, healthy.rows.get(id)?.reason, found.rows.get(id)?.reason])).toEqual([]);
  for (const { id } of LISTED) {
    const [before, after] = [healthy.rows.get(id) as ReportRow, found.rows.get(id) as ReportRow];
    expect(after.reason.replaceAll(/"[^"]*"/g, "")).not.toMatch(/NaN|undefined/);
    if (after.daysInactive !== null) expect(after.daysInactive).toBeGreaterThanOrEqual(0);
    if (before.result === after.result) continue;
    const isTold = Object.values(found.run.sources).some(({ state }) => ["partial", "failed", "concealed"].includes(state));
    const why =
      /not understood|no row|gives no date|is of another kind|more than a week older|cells where|without activity too|has no column/;
    expect(isTold || why.test(after.reason) || found.reports.some(({ notUnderstood }) => notUnderstood > 0)).toBe(true);
  }
}

const nasty = fc.constantFrom(
  '"',
  '""',
  '"x',
  'x"',
  ",",
  ",,",
  "\n",
  "\r\n",
  '"\n"',
  "\r",
  " ",
  "NaN",
  "Infinity",
  "-1",
  "1e9",
  "0x1F",
  "12,345",
  '"12,345"',
  "1.2.3",
  "11/21/2026",
  "2026-13-45",
  "2026-02-30",
  "9999-12-31",
  "1999-01-01",
  "2026-11-20 08:00",
  "45982",
  "null",
  "undefined",
  "=1+1",
  "<b>x</b>",
  "<PII:H1(x)>",
  "00000000-0000-0000-0000-000000000000",
  "7D3654B07E126BBD0D18174368FC243F",
  "x".repeat(40_000),
  "\u0000",
  "\u202E",
  "True",
  "Falsch",
  "Team Channel",
  "someone",
);
const anything = fc.oneof(nasty, nasty, fc.string({ maxLength: 30 }), fc.string({ unit: "grapheme", maxLength: 12 }));

/** A claim that is understood is believed: the property is about what is none. */
function isUnderstood(report: Report, column: string, cell: string): boolean {
  const text = /^".*"$/s.test(cell.trim()) ? cell.trim().slice(1, -1) : cell;
  if (column.endsWith("Date"))
    return (
      readDay(text, LATEST).kind === "understood" || (column === "Last Activity Date" && readDay(text, LATEST).kind === "blank")
    );
  if (column === "Is Deleted") return /^\s*true\s*$/i.test(text);
  if (column === "Owner Principal Name") return report === "sites" && text.includes("@");
  if (column.endsWith(" Id")) return readGuid(text).kind === "understood";
  return /Count|Used|Users|Channels|Messages|Organized|Period/.test(column) && readNumber(text).kind !== "unclear";
}

const place = fc.constantFrom(...REPORTS).chain((report) =>
  fc.record({
    report: fc.constant(report),
    row: fc.nat({ max: ROWS[report].length - 1 }),
    column: fc.nat({ max: HEADERS[report].split(",").length - 1 }),
  }),
);

test("whatever stands in the place of one cell, as it is or in quotes, no group's result gets worse, and something says why", async () => {
  await fc.assert(
    fc.asyncProperty(place, anything, fc.boolean(), async ({ report, row, column }, text, isQuoted) => {
      const cell = isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
      fc.pre(!isUnderstood(report, HEADERS[report].split(",")[column] ?? "", cell));
      // A bare comma beside an understood claim makes another claim: the cells after it are what they say.
      const lines = ROWS[report].map((cells, at) => (at === row ? cells.with(column, cell) : cells).join(","));
      await expectNoneWorse(report, lines);
    }),
    { numRuns: 2000 },
  );
});

test("whatever stands in the place of a row, no group's result gets worse", async () => {
  const torn = fc.oneof(
    anything,
    fc.array(anything, { maxLength: 25 }).map((cells) => cells.join(",")),
  );
  await fc.assert(
    fc.asyncProperty(place, torn, async ({ report, row }, text) => {
      // Blank lines at the end are no rows, and nothing is missing.
      fc.pre(text.trim() !== "" || row < ROWS[report].length - 1);
      await expectNoneWorse(report, honest(report).with(row, text));
    }),
    { numRuns: 700 },
  );
});

test("however a row is cut, no group's result gets worse", async () => {
  await fc.assert(
    fc.asyncProperty(place, fc.nat({ max: 140 }), anything, async ({ report, row }, at, text) => {
      const lines = honest(report);
      const line = `${(lines[row] as string).slice(0, at)}${text.replace(/[\dTt-]/g, "")}`;
      fc.pre(line.trim() !== "" || row < lines.length - 1);
      await expectNoneWorse(report, lines.with(row, line));
    }),
    // An id that was cut, and whose last digit is another's.
    { numRuns: 1500, examples: [[{ report: "teams", row: 6, column: 0 }, 55, "e"]] },
  );
});
