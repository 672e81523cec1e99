import { FIGURES, type FigureName, NOTES, type Summary, WARNINGS } from "../../src/model/report";
import { defaultSwitches, type Switches } from "../../simulator";
import { figureOf, figureNote } from "../../src/verdict/figure-words";
import { PLACES, readingsOf } from "../verdict/figure-places";
import { makeReport, openWorld, readOutput, type World } from "./world";

/** Each figure under each lost source, as it comes out of a whole run: report.json, the page, the workbook, the terminal. */
let world: World;

beforeAll(async () => {
  world = await openWorld({ groups: 150, settings: { FEATURES: "all" } });
});
afterAll(() => world.close());
afterEach(() => {
  Object.assign(world.simulator.switches, defaultSwitches());
});

const NAMES: FigureName[] = [...FIGURES, ...WARNINGS, ...NOTES];
const TEAM: FigureName[] = ["team-inactive", "team-quiet"];
const GROUPS: FigureName[] = ["communities", "guestMemberships", "mailbox-quiet", "members-none"];
const SITE: FigureName[] = ["site-never-used", "site-inactive", "site-unmatched"];
const ALL_REPORTS: FigureName[] = [...GROUPS, ...TEAM, ...SITE, "storageGB", "failStorageGB"];

const without = (...taken: string[]): Partial<Switches> => ({
  permissions: new Set([...defaultSwitches().permissions].filter((role) => !taken.includes(role))),
});

async function readReport() {
  const { runId, rows } = await makeReport(world);
  const read = async (format: "html" | "xlsx" | "json") => (await readOutput(world.services, runId, format)) ?? Buffer.alloc(0);
  const { summary } = JSON.parse((await read("json")).toString("utf8")) as { summary: Summary };
  return { rows, summary, readings: readingsOf(summary, (await read("html")).toString("utf8"), await read("xlsx")) };
}

test.each<[name: string, switches: Partial<Switches>, unknown: FigureName[], partly: FigureName[]]>([
  ["nothing is lost", {}, [], []],
  ["names are concealed", { concealed: true }, ALL_REPORTS, []],
  ["the reports are not permitted", without("Reports.Read.All"), ALL_REPORTS, []],
  [
    "the groups report is cut",
    { csvCut: { groups: "always" } },
    [...GROUPS, "site-never-used", "site-unmatched", "failStorageGB"],
    ["storageGB"],
  ],
  [
    "the groups report is empty",
    { csvHeaderOnly: { groups: true } },
    [...GROUPS, "site-never-used", "site-unmatched", "failStorageGB"],
    ["storageGB"],
  ],
  // No run before this one knows which groups have no row there.
  ["the Teams report is cut", { csvCut: { teams: "always" } }, TEAM, ["failStorageGB"]],
  ["the site report is cut", { csvCut: { sites: "always" } }, [...SITE, "failStorageGB"], ["storageGB"]],
  [
    "every report has half of its rows",
    { csvThin: 0.5 },
    [...TEAM, ...SITE, "mailbox-quiet", "failStorageGB"],
    ["guestMemberships", "communities", "storageGB", "members-none"],
  ],
  [
    "the archived flag is not permitted",
    without("TeamSettings.Read.All", "Group.Read.All"),
    ["archivedTeams"],
    ["failStorageGB"],
  ],
  ["sign-ins are not permitted", without("AuditLog.Read.All"), [], ["withoutActiveOwner", "owner-inactive", "owner-single"]],
])("%s", async (_name, switches, unknown, partly) => {
  Object.assign(world.simulator.switches, switches);
  const { summary, readings, rows } = await readReport();
  const known = NAMES.filter((name) => !unknown.includes(name));
  expect(unknown.filter((name) => figureOf(summary, name) !== null)).toEqual([]);
  expect(known.filter((name) => figureOf(summary, name) === null)).toEqual([]);
  for (const name of unknown)
    expect([name, figureNote(summary, name)]).toEqual([name, expect.stringMatching(/concealed|failed|partial|not permitted/)]);
  for (const name of partly)
    expect([name, figureNote(summary, name)]).toEqual([name, expect.stringMatching(/^not known for \d+ of \d+ groups: /)]);
  for (const [figure, place, read] of PLACES) {
    const text = read(readings);
    if (unknown.includes(figure)) expect([figure, place, text]).toEqual([figure, place, expect.stringContaining("not known")]);
    else if (!partly.includes(figure))
      expect([figure, place, text]).toEqual([figure, place, expect.not.stringContaining("not known")]);
  }
  expect(summary.byResult.Fail).toBe(rows.filter(({ result }) => result === "Fail").length);
  expect(readings.html.match(/<li class="banner">/g) ?? []).toHaveLength(summary.gaps?.length ?? 0);
});

test("a run that makes no report knows no figure", async () => {
  world.simulator.switches.groupsDenied = true;
  const { summary } = await makeReport(world);
  expect(summary.status).toBe("Failed");
  expect([
    summary.groups,
    summary.teams,
    ...NAMES.map((name) => figureOf(summary, name)),
    ...Object.values(summary.byResult),
  ]).toEqual(Array.from({ length: NAMES.length + 8 }, () => null));
});
