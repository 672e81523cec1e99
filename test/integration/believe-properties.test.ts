import * as fc from "fast-check";
import type { ReportRow } from "../../src/model/report";
import { type Item, REPORTS, tamperWith } from "./tampering";
import { makeReport, openWorld, type Report, type World } from "./world";

/**
 * The property of docs/report.md, "What may be believed", on whole runs: some cells, rows and items at once, one a source, are
 * replaced by anything. test/sources/believe-properties.test.ts tries the same of the reports' text a thousand times.
 */
let world: World;
let healthy: Report;

beforeAll(async () => {
  world = await openWorld({ groups: 60, seed: 7, settings: { FEATURES: "teams,signIns" } });
  healthy = await makeReport(world);
});
afterAll(() => world.close());

const harm = (row: ReportRow | undefined) => ["Issues", "Fail"].indexOf(row?.result ?? "");

const text = fc.constantFrom(
  '"',
  ",",
  '"a\nb"',
  "\n",
  "NaN",
  "-1",
  "12,345",
  "11/21/2026",
  "2026-13-45",
  "2099-01-01",
  "<b>",
  "x".repeat(40_000),
  "\u0000",
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, 7, -1, "", "NaN", "11/21/2026", "2099-01-01", [null], [7], {}, [[]], "x".repeat(40_000)),
  fc.jsonValue({ maxDepth: 2 }),
);
/** What Graph says of a group that is a claim of its own, and believed: no team, no member of a type, an owner less. */
const FIELDS = [
  "displayName",
  "description",
  "visibility",
  "createdDateTime",
  "renewedDateTime",
  "expirationDateTime",
  "assignedLabels",
  "assignedLicenses",
  "isAssignableToRole",
];
const OWNER_FIELDS = ["id", "@odata.type", "displayName", "mail", "accountEnabled", "userType"];

const spoiled = fc.record({
  rows: fc.record({ groups: fc.nat(), teams: fc.nat(), sites: fc.nat() }),
  column: fc.nat(),
  text,
  group: fc.record({ at: fc.nat(), field: fc.constantFrom(...FIELDS), value: value.filter((one) => !isClaim(one)) }),
  owner: fc.record({ at: fc.nat(), field: fc.constantFrom(...OWNER_FIELDS), value: value.filter((one) => !isClaim(one)) }),
  user: fc.record({ at: fc.nat(), value }),
});

/** A day, a yes or no, or a word that Graph uses is understood. */
function isClaim(one: unknown): boolean {
  return (
    typeof one === "boolean" ||
    (typeof one === "string" && /^(?:guest|private|public|\d{4}-\d\d-\d\d)/i.test(one) && one !== "2099-01-01")
  );
}

const at = <T>(items: readonly T[], place: number) => place % Math.max(1, items.length);

test("whatever cells, items and fields are replaced by anything, no group's result gets worse, and something says why", async () => {
  await fc.assert(
    fc.asyncProperty(spoiled, async ({ rows, column, text: cell, group, owner, user }) => {
      const change = (place: number) => (cells: Record<string, string>, row: number) => {
        if (row !== place % 40) return undefined;
        const names = Object.keys(cells);
        return { ...cells, [names[at(names, column)] as string]: cell };
      };
      tamperWith(world.simulator, {
        rows: Object.fromEntries(REPORTS.map((report) => [report, change(rows[report])])),
        lists: {
          "/groups": (page) => ({
            ...page,
            value: page.value.map((item, n) => {
              const owners = item["owners"] as Item[];
              const spoil = (one: Item, m: number) => (m === at(owners, owner.at) ? { ...one, [owner.field]: owner.value } : one);
              return {
                ...item,
                ...(n === at(page.value, group.at) ? { [group.field]: group.value } : {}),
                ...(n === at(page.value, owner.at) ? { owners: owners.map(spoil) } : {}),
              };
            }),
          }),
          "/users": (page) => ({
            ...page,
            value: page.value.map((item, n) => (n === at(page.value, user.at) ? { ...item, signInActivity: user.value } : item)),
          }),
        },
      });
      const found = await makeReport(world);
      expect(["Completed", "CompletedWithGaps"]).toContain(found.summary.status);
      const after = new Map(found.rows.map((row) => [row.id, row]));
      const worse = healthy.rows.filter((row) => harm(after.get(row.id)) > harm(row));
      expect(worse.map(({ id, reason }) => [id, reason, after.get(id)?.reason])).toEqual([]);
      const isTold = found.summary.sources.some(({ remedy, notUnderstood = 0 }) => remedy !== null || notUnderstood > 0);
      for (const row of healthy.rows) {
        const now = after.get(row.id);
        if (now?.result === row.result) continue;
        expect(isTold || /not understood|gives no date|no row/.test(now?.reason ?? "")).toBe(true);
      }
    }),
    { numRuns: 20, seed: 11, endOnFailure: true },
  );
}, 400_000);
