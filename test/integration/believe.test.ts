import type { ReportRow } from "../../src/report/types";
import type { SimGroup } from "../../src/simulator";
import {
  changeCell,
  changeItems,
  changeReport,
  changeRows,
  isGroups,
  type Item,
  isUsers,
  rawCells,
  type ReportName,
} from "./tampering";
import { makeReport, openWorld, type Report, type World } from "./world";

/** docs/report.md, "What may be believed": every kind of answer that is not what it should be, from the wire to the published report. */
let world: World;
let healthy: Report;

beforeAll(async () => {
  world = await openWorld({ groups: 60, settings: { FEATURES: "teams,signIns" } });
  healthy = await makeReport(world);
  expect([healthy.summary.status, healthy.rows.length]).toEqual(["Completed", 60]);
  expect(healthy.summary.sources.map(({ notUnderstood }) => notUnderstood)).toEqual(Array(8).fill(0));
});
afterAll(() => world.close());
afterEach(() => {
  world.simulator.tamper = undefined;
});

const HARM = ["Issues", "Fail"];
const harm = ({ result }: ReportRow) => HARM.indexOf(result);

/** Makes the report anew: no group may be worse off, and none is missing but those that are named. */
async function believe(missing: string[] = []): Promise<Report & { of: (id: string) => ReportRow }> {
  const report = await makeReport(world);
  const rows = new Map(report.rows.map((row) => [row.id, row]));
  const worse = healthy.rows.filter((row) => harm(rows.get(row.id) ?? row) > harm(row));
  expect(worse.map(({ id, result }) => [id, result, rows.get(id)?.result, rows.get(id)?.reason])).toEqual([]);
  expect(healthy.rows.filter(({ id }) => !rows.has(id)).map(({ id }) => id)).toEqual(missing);
  return { ...report, of: (id) => rows.get(id) as ReportRow };
}

const source = ({ summary }: Report, name: string) => summary.sources.find((one) => one.name === name);

/** A group of the simulated tenant that stands for a case. */
function scenario(name: string): SimGroup {
  const group = world.simulator.tenant.groups.find((one) => one.scenario === name);
  if (!group) throw new Error(`no group of the scenario ${name}`);
  return group;
}

const ID_COLUMN: Record<ReportName, string> = { groups: "Group Id", teams: "Team Id", sites: "Owner Principal Name" };
const SOURCE: Record<ReportName, string> = { groups: "groupsUsage", teams: "teamsUsage", sites: "siteUsage" };
const REPORTS: ReportName[] = ["groups", "teams", "sites"];
const ofGroup =
  ({ id, mail }: SimGroup) =>
  (cells: string[]) =>
    cells.includes(id) || cells.includes(mail ?? "");

describe("days", () => {
  test.each(
    REPORTS.flatMap((report) =>
      ["11/21/2026", "2026-13-45", "2026-02-30", "yesterday", "45982"].map((day) => [report, day] as const),
    ),
  )("a %s report whose dates are all %s fails no group, is partial and quotes it", async (report, day) => {
    changeCell(world.simulator, report, "Last Activity Date", day, () => true);
    const found = await believe();
    expect(source(found, SOURCE[report])).toMatchObject({
      state: "partial",
      remedy: expect.stringContaining(`Last Activity Date "${day}"`),
    });
    expect(source(found, SOURCE[report])?.notUnderstood).toBe(
      source(healthy, SOURCE[report])?.rows === 0 ? 0 : expect.any(Number),
    );
    expect(found.summary.status).toBe("CompletedWithGaps");
  });

  test.each(["11/21/2026", "2026-13-45", "2099-01-01", "1970-01-01"])(
    "one group's %s leaves it Unknown, in words",
    async (day) => {
      const group = scenario("team seen by Teams only");
      changeCell(world.simulator, "teams", "Last Activity Date", day, ofGroup(group));
      const found = await believe();
      expect(found.of(group.id)).toMatchObject({
        result: "Unknown",
        teamLastActivity: null,
        reason: expect.stringContaining(`Last Activity Date "${day}" in the Teams report was not understood`),
      });
      expect(source(found, "teamsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
    },
  );

  test("the year 1 stands for none, like a blank", async () => {
    const group = scenario("team never seen");
    changeCell(world.simulator, "teams", "Last Activity Date", "0001-01-01T00:00:00", ofGroup(group));
    const found = await believe();
    expect(found.of(group.id)).toMatchObject({ result: "Fail", daysInactive: null });
    expect(source(found, "teamsUsage")).toMatchObject({ notUnderstood: 0 });
  });

  test.each(REPORTS)("one row of the %s report that was refreshed in 2099 changes nothing else", async (report) => {
    changeCell(world.simulator, report, "Report Refresh Date", "2099-01-01", (_, at) => at === 3);
    const found = await believe();
    expect(source(found, SOURCE[report])).toMatchObject({
      state: "complete",
      notUnderstood: 1,
      dataDate: source(healthy, SOURCE[report])?.dataDate,
    });
    const changed = found.rows.filter((row) => row.result !== healthy.rows.find(({ id }) => id === row.id)?.result);
    expect(changed.length).toBeLessThanOrEqual(report === "sites" ? 3 : 1);
  });
});

describe("contradictions", () => {
  const blankDates: [ReportName, RegExp][] = [
    ["teams", /the Teams report counts \d+ (?:messages?|meetings?|active users?) but gives no date/],
    ["groups", /the groups usage report counts \d+ [\w ]+ but gives no date/],
  ];
  test.each(blankDates)("a blank date in the %s report beside counts is an unknown day", async (report, words) => {
    const group = scenario(report === "teams" ? "team seen by Teams only" : "community in use");
    changeCell(world.simulator, "sites", "Last Activity Date", "", () => false);
    changeCell(world.simulator, report, "Last Activity Date", "", ofGroup(group));
    const found = await believe();
    expect(found.of(group.id).reason).toMatch(words);
  });

  test.each(REPORTS)("a %s report without any date is partial", async (report) => {
    changeCell(world.simulator, report, "Last Activity Date", "", () => true);
    expect(source(await believe(), SOURCE[report])).toMatchObject({
      state: "partial",
      remedy: expect.stringContaining("the column Last Activity Date is blank in every row"),
    });
  });

  test.each(REPORTS)("a %s report of 7 days is partial", async (report) => {
    changeCell(world.simulator, report, "Report Period", "7", () => true);
    expect(source(await believe(), SOURCE[report])).toMatchObject({
      state: "partial",
      remedy: expect.stringContaining('Report Period "7"'),
    });
  });

  test.each(
    REPORTS.flatMap((report) =>
      ["Last Activity Date", ID_COLUMN[report], "Report Refresh Date"].map((column) => [report, column] as const),
    ),
  )("a %s report without its column %s makes no group worse, and is a gap", async (report, column) => {
    changeReport(world.simulator, report, (text) => text.replace(column, "Something Else"));
    expect(["partial", "failed"]).toContain(source(await believe(), SOURCE[report])?.state);
  });
});

describe("rows", () => {
  test("quotes that are not doubled cost their own row, never their neighbours'", async () => {
    changeRows(world.simulator, "teams", (rows) =>
      rows.map((row, at) => {
        const cells = rawCells(row);
        if (at === 3) cells[1] = '"Alpha';
        if (at === 8) cells[1] = 'Beta"';
        return cells.join(",");
      }),
    );
    const found = await believe();
    expect(source(found, "teamsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
    const lost = found.rows.filter(
      ({ id, teamMessages }) => teamMessages === null && healthy.rows.find((row) => row.id === id)?.teamMessages !== null,
    );
    expect(lost.length).toBeLessThanOrEqual(1);
  });

  test("a bare comma costs its own row, whose group is not seen", async () => {
    const group = scenario("team seen by Teams only");
    changeCell(world.simulator, "teams", "Team Name", "Sales, North", ofGroup(group));
    const found = await believe();
    expect(source(found, "teamsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
    expect(found.of(group.id)).toMatchObject({
      result: "Unknown",
      teamMessages: null,
      reason: expect.stringContaining("was not understood (19 cells where the heading has 18"),
    });
  });

  test("figures with separators are not known, never 0", async () => {
    const group = scenario("group in use");
    changeCell(world.simulator, "sites", "File Count", '"12,345"', ofGroup(group));
    const found = await believe();
    expect(found.of(group.id)).toMatchObject({
      siteFiles: null,
      warnings: [],
      reason: expect.stringContaining('File Count "12,345" in the site report was not understood'),
    });
  });

  test("figures of a site that are blank come from the groups usage report", async () => {
    const group = scenario("group in use");
    for (const column of ["File Count", "Storage Used (Byte)"]) {
      changeCell(world.simulator, "sites", column, "", ofGroup(group));
      const row = (await believe()).of(group.id);
      if (column === "File Count") expect(row.siteFiles).toBe(group.groupsUsage?.files);
      else expect(row.siteStorageGB).toBe(Math.round(((group.groupsUsage?.siteBytes ?? 0) / 1_073_741_824) * 100) / 100);
    }
  });

  test("a row that may be anybody's leaves every group without a row unseen", async () => {
    const group = scenario("team seen by Teams only");
    changeCell(world.simulator, "teams", "Team Id", "not-an-id", ofGroup(group));
    const found = await believe();
    expect(found.of(group.id).result).toBe("Unknown");
    expect(source(found, "teamsUsage")).toMatchObject({ notUnderstood: 1 });
  });
});

describe("small tenants and what is hidden", () => {
  test("most teams without a row make the report partial, and no team Fail by it", async () => {
    changeRows(world.simulator, "teams", (rows) => rows.slice(0, 2));
    expect(source(await believe(), "teamsUsage")).toMatchObject({ state: "partial" });
  });

  test.each<[ReportName, string]>([
    ["groups", "Group Id"],
    ["teams", "Team Id"],
    ["sites", "Owner Principal Name"],
  ])("<PII:…> in the %s report is a hidden name", async (report, column) => {
    changeCell(world.simulator, report, column, "<PII:H101(9f86d081884c)>", () => true);
    expect(source(await believe(), SOURCE[report])).toMatchObject({ state: "concealed" });
  });

  test("so is a site report in which no owner is an address", async () => {
    changeCell(world.simulator, "sites", "Owner Principal Name", "someone", () => true);
    expect(source(await believe(), "siteUsage")).toMatchObject({ state: "concealed" });
  });
});

describe("owners and sign-ins", () => {
  const list = (id: string) => (items: unknown[]) =>
    (items as Item[]).map((item) =>
      item["id"] === id
        ? {
            ...item,
            owners: Array.from({ length: 10 }, (_, n) => ({
              "@odata.type": "#microsoft.graph.user",
              id: `o-${n}`,
              accountEnabled: false,
            })),
            "owners@odata.nextLink": `${world.simulator.graphEndpoint}/v1.0/groups/${id}/owners?$skiptoken=x`,
          }
        : item,
    );

  test("owners that come in parts are read again, and judged by that alone", async () => {
    const group = scenario("team in use");
    changeItems(world.simulator, isGroups, list(group.id));
    const found = await believe();
    expect(found.of(group.id)).toMatchObject({
      ownerCount: group.owners.length,
      result: healthy.rows.find(({ id }) => id === group.id)?.result,
    });
  });

  test.each<[string, unknown]>([
    ["the year 1", "0001-01-01T00:00:00Z"],
    ["1601", "1601-01-01T00:00:00Z"],
    ["2099", "2099-01-01T00:00:00Z"],
    ["another form", "11/21/2020"],
    ["an object", { at: 1 }],
  ])("sign-ins of %s make no owner stale", async (_, date) => {
    changeItems(world.simulator, isUsers, (items) =>
      (items as Item[]).map((item) => ({
        ...item,
        signInActivity: { lastSuccessfulSignInDateTime: date, lastSignInDateTime: date, lastNonInteractiveSignInDateTime: date },
      })),
    );
    const found = await believe();
    expect(
      found.rows
        .filter(({ ownerState }) => ownerState === "inactive" || ownerState === "ok")
        .flatMap(({ reason }) => /without a sign-in/.exec(reason) ?? []),
    ).toEqual([]);
  });
});

describe("items of a list", () => {
  const change = (id: string, fields: Item) => (items: unknown[]) =>
    (items as Item[]).map((item) => (item["id"] === id ? { ...item, ...fields } : item));

  test.each<[string, Item]>([
    ["assignedLabels: [null]", { assignedLabels: [null] }],
    ["owners: [null]", { owners: [null] }],
    ["proxyAddresses: 7", { proxyAddresses: 7 }],
    ["mail: {}", { mail: {} }],
    ["groupTypes: [null]", { groupTypes: [null] }],
    ["displayName: []", { displayName: [] }],
    ["expirationDateTime: true", { expirationDateTime: true }],
  ])("%s costs its own field", async (_, fields) => {
    const group = scenario("group seen by SharePoint only");
    changeItems(world.simulator, isGroups, change(group.id, fields));
    expect((await believe()).summary.status).toBe("Completed");
  });

  test.each<[string, Item]>([
    ["no day", { createdDateTime: "long ago" }],
    ["null", { createdDateTime: null }],
    ["the year 1", { createdDateTime: "0001-01-01T00:00:00Z" }],
  ])("a new group whose creation is %s is not taken for old", async (_, fields) => {
    const group = scenario("new group without rows");
    changeItems(world.simulator, isGroups, change(group.id, fields));
    expect((await believe()).of(group.id)).toMatchObject({ result: "Unknown", ageDays: null, created: null });
  });

  test("an archived team that nobody can tell is one is not judged", async () => {
    const group = scenario("archived team");
    changeItems(world.simulator, isGroups, change(group.id, { resourceProvisioningOptions: null }));
    expect((await believe()).of(group.id)).toMatchObject({
      result: "Unknown",
      reason: expect.stringContaining("Whether it is a team was not understood"),
    });
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a text", "group"],
    ["one without an id", {}],
    ["one whose id is none", { id: "x".repeat(1_000_000) }],
  ])("an item that is %s costs its page nothing and is counted", async (_, item) => {
    const group = scenario("group in use");
    changeItems(world.simulator, isGroups, (items) => (items as Item[]).map((one) => (one["id"] === group.id ? item : one)));
    const found = await believe([group.id]);
    expect(source(found, "groups")).toMatchObject({ state: "complete", notUnderstood: 1 });
  });

  test.each([null, ""])("a next link that is %p ends the list", async (link) => {
    changeItems(world.simulator, isGroups, (items) => items, { "@odata.nextLink": link });
    expect((await believe()).summary.status).toBe("Completed");
    changeItems(world.simulator, isUsers, (items) => items, { "@odata.nextLink": link });
    expect((await believe()).summary.status).toBe("Completed");
  });
});
