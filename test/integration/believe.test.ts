import type { ReportRow } from "../../src/model/report";
import type { SimGroup } from "../../simulator";
import { type Cells, type Item, REPORTS, type ReportName, type RowChange, tamperWith } from "./tampering";
import { makeReport, openWorld, type Report, type World } from "./world";

/** docs/report.md, "What may be believed": each kind of answer that is not what it should be, from the wire to the published report. */
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
const SOURCE: Record<ReportName, string> = { groups: "groupsUsage", teams: "teamsUsage", sites: "siteUsage" };

interface Believed extends Report {
  of: (group: SimGroup) => ReportRow;
  source: (name: string) => Report["summary"]["sources"][number] | undefined;
}

/** Makes the report anew: no group may be worse off, and none is missing but those that are named. */
async function believe(missing: SimGroup[] = []): Promise<Believed> {
  const report = await makeReport(world);
  const rows = new Map(report.rows.map((row) => [row.id, row]));
  const worse = healthy.rows.filter((row) => harm(rows.get(row.id) ?? row) > harm(row));
  expect(worse.map(({ id, result, reason }) => [id, result, reason, rows.get(id)?.result, rows.get(id)?.reason])).toEqual([]);
  expect(healthy.rows.filter(({ id }) => !rows.has(id)).map(({ id }) => id)).toEqual(missing.map(({ id }) => id));
  return {
    ...report,
    of: ({ id }) => rows.get(id) as ReportRow,
    source: (name) => report.summary.sources.find((one) => one.name === name),
  };
}

/** The group of the simulated tenant that stands for a case. */
function scenario(name: string): SimGroup {
  const group = world.simulator.tenant.groups.find((one) => one.scenario === name);
  if (!group) throw new Error(`no group of the scenario ${name}`);
  return group;
}

const isOf = ({ id, mail }: SimGroup, cells: Cells) => Object.values(cells).some((cell) => cell === id || cell === mail);
const changing =
  (group: SimGroup, change: Cells): RowChange =>
  (cells) =>
    isOf(group, cells) ? { ...cells, ...change } : undefined;
const everywhere =
  (change: Cells): RowChange =>
  (cells) => ({ ...cells, ...change });
const all = (change: RowChange) => Object.fromEntries(REPORTS.map((report) => [report, change]));

const DATE = "Last Activity Date";
/** Each is seen by one report alone. */
const SEEN_BY: Record<ReportName, string> = {
  teams: "team seen by Teams only",
  groups: "team seen by the group's mailbox only",
  sites: "group seen by SharePoint only",
};
const TITLES: Record<ReportName, string> = {
  teams: "the Teams report",
  groups: "the groups usage report",
  sites: "the site report",
};

describe("days", () => {
  test.each(["11/21/2026", "2026-13-45"])(
    "dates like %s in all rows fail no group; the reports are partial and quote one",
    async (day) => {
      tamperWith(world.simulator, { rows: all(everywhere({ [DATE]: day })) });
      const found = await believe();
      for (const report of REPORTS) {
        const source = found.source(SOURCE[report]);
        expect(source).toMatchObject({ state: "partial", remedy: expect.stringContaining(`${DATE} "${day}"`) });
        expect(source?.notUnderstood).toBeGreaterThan(20);
      }
      expect([found.summary.status, found.summary.byResult.Fail]).toEqual(["CompletedWithGaps", 0]);
    },
  );

  test("one group's day that is none leaves it Unknown, in words; the year 1 is a blank", async () => {
    const never = scenario("team never seen");
    const days = { teams: "2099-01-01", groups: "2026-02-30", sites: "21.11.2026" };
    const rows = Object.fromEntries(
      REPORTS.map((report): [ReportName, RowChange] => [report, changing(scenario(SEEN_BY[report]), { [DATE]: days[report] })]),
    ) as Record<ReportName, RowChange>;
    const teams = rows.teams;
    tamperWith(world.simulator, {
      rows: {
        ...rows,
        teams: (cells, at) => (isOf(never, cells) ? { ...cells, [DATE]: "0001-01-01T00:00:00" } : teams(cells, at)),
      },
    });
    const found = await believe();
    for (const report of REPORTS) {
      const why = `${DATE} "${days[report]}" in ${TITLES[report]} was not understood`;
      expect(found.of(scenario(SEEN_BY[report]))).toMatchObject({ result: "Unknown", reason: expect.stringContaining(why) });
      expect(found.source(SOURCE[report])).toMatchObject({ state: "complete", notUnderstood: 1 });
    }
    expect(found.of(never)).toMatchObject({ result: "Fail", daysInactive: null, warnings: ["team-inactive", "site-never-used"] });
  });

  test("a row that was refreshed in 2099 changes nothing else", async () => {
    tamperWith(world.simulator, {
      rows: all((cells, at) => (at === 5 ? { ...cells, "Report Refresh Date": "2099-01-01" } : undefined)),
    });
    const found = await believe();
    for (const report of REPORTS) {
      const { dataDate, ...source } = found.source(SOURCE[report]) ?? {};
      expect(source).toMatchObject({ state: "complete", notUnderstood: 1 });
      expect(dataDate).toBe(healthy.summary.sources.find(({ name }) => name === SOURCE[report])?.dataDate);
    }
    const before = new Map(healthy.rows.map((row) => [row.id, row.result]));
    expect(found.rows.filter(({ id, result }) => result !== before.get(id)).length).toBeLessThanOrEqual(3);
  });

  test("a row is aged by its own date, and not used a week later", async () => {
    const [teams, groups] = [scenario(SEEN_BY.teams), scenario(SEEN_BY.groups)];
    const earlier = (cells: Cells, days: number) =>
      new Date(Date.parse(cells["Report Refresh Date"] ?? "") - days * 86_400_000).toISOString().slice(0, 10);
    const older =
      (group: SimGroup, days: number): RowChange =>
      (cells) =>
        isOf(group, cells) ? { ...cells, "Report Refresh Date": earlier(cells, days) } : undefined;
    tamperWith(world.simulator, { rows: { teams: older(teams, 5), groups: older(groups, 8) } });
    const found = await believe();
    const age = teams.teamsUsage?.age ?? 0;
    expect(found.of(teams)).toMatchObject({ result: "Pass", daysInactive: Math.max(0, age - 5) });
    expect(found.of(groups)).toMatchObject({
      result: "Unknown",
      members: null,
      reason: expect.stringContaining("more than a week older than the report"),
    });
    expect(found.source("groupsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
  });
});

describe("contradictions", () => {
  test("a blank date beside counts is activity on an unknown day", async () => {
    const counts: Record<ReportName, Cells> = {
      teams: { "Post Messages": "250", "Reply Messages": "20" },
      groups: { "Exchange Received Email Count": "4" },
      sites: { "Active File Count": "", "Page View Count": "12" },
    };
    const rows = Object.fromEntries(
      REPORTS.map((report) => [report, changing(scenario(SEEN_BY[report]), { [DATE]: "", ...counts[report] })]),
    );
    tamperWith(world.simulator, { rows });
    const found = await believe();
    const words = { teams: "counts 270 messages", groups: "counts 4 received mails", sites: "counts 12 page views" };
    for (const report of REPORTS) {
      expect(found.of(scenario(SEEN_BY[report]))).toMatchObject({
        result: "Unknown",
        activity: "Unknown",
        reason: expect.stringContaining(`${TITLES[report]} ${words[report]} but gives no date`),
      });
      expect(found.source(SOURCE[report])).toMatchObject({ state: "complete", notUnderstood: 0 });
    }
  });

  test.each<[string, Cells, string]>([
    ["no date in any row", { [DATE]: "" }, `the column ${DATE} is blank in every row`],
    ["another period", { "Report Period": "7" }, 'Report Period "7"'],
  ])("reports with %s are partial, and say so", async (_, change, words) => {
    tamperWith(world.simulator, { rows: all(everywhere(change)) });
    const found = await believe();
    for (const report of REPORTS)
      expect(found.source(SOURCE[report])).toMatchObject({ state: "partial", remedy: expect.stringContaining(words) });
  });

  test.each([
    [DATE, DATE, DATE],
    ["Report Refresh Date", "Report Refresh Date", "Root Web Template"],
    ["Group Id", "Team Id", "Owner Principal Name"],
  ])("reports without their columns %s, %s and %s are gaps, and make nobody worse", async (groups, teams, sites) => {
    const without = (column: string) => (text: string) => text.replace(column, "Something Else");
    tamperWith(world.simulator, { texts: { groups: without(groups), teams: without(teams), sites: without(sites) } });
    const found = await believe();
    for (const report of REPORTS) expect(["partial", "failed"]).toContain(found.source(SOURCE[report])?.state);
  });
});

describe("rows", () => {
  test("quotes that are not doubled cost their own row, never their neighbours'", async () => {
    const quotes: Record<number, string> = { 3: '"Alpha', 8: 'Beta"' };
    tamperWith(world.simulator, {
      rows: { teams: (cells, at) => ({ ...cells, "Team Name": quotes[at] ?? cells["Team Name"] ?? "" }) },
    });
    const found = await believe();
    expect(found.source("teamsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
    const had = new Map(healthy.rows.map((row) => [row.id, row.teamMessages]));
    expect(found.rows.filter(({ id, teamMessages }) => teamMessages !== had.get(id)).length).toBeLessThanOrEqual(1);
  });

  test("a bare comma costs its own row; figures with separators are not known; blanks of a site come from the groups report", async () => {
    const [comma, separators] = [scenario(SEEN_BY.teams), scenario("group in use")];
    const blank = scenario("team in use");
    tamperWith(world.simulator, {
      rows: {
        teams: changing(comma, { "Team Name": "Sales, North" }),
        sites: (cells) => {
          if (isOf(separators, cells)) return { ...cells, "File Count": '"12,345"' };
          return isOf(blank, cells) ? { ...cells, "File Count": "", "Storage Used (Byte)": "" } : undefined;
        },
      },
    });
    const found = await believe();
    expect(found.source("teamsUsage")).toMatchObject({ state: "complete", notUnderstood: 1 });
    expect(found.of(comma)).toMatchObject({
      result: "Unknown",
      teamMessages: null,
      reason: expect.stringContaining("its row in the Teams report was not understood"),
    });
    expect(found.of(separators)).toMatchObject({
      result: "Pass",
      siteFiles: null,
      reason: expect.stringContaining('File Count "12,345"'),
    });
    expect(found.of(blank)).toMatchObject({ siteFiles: blank.groupsUsage?.files });
    expect(found.of(blank).siteStorageGB).toBeCloseTo((blank.groupsUsage?.siteBytes ?? 0) / 1_073_741_824, 2);
  });

  test("a row that may be anybody's leaves every group without a row unseen", async () => {
    tamperWith(world.simulator, {
      rows: {
        teams: changing(scenario(SEEN_BY.teams), { "Team Id": "not-an-id" }),
        sites: changing(scenario(SEEN_BY.sites), { "Owner Principal Name": "nobody" }),
      },
    });
    const found = await believe();
    for (const report of ["teams", "sites"] as const) {
      expect(found.of(scenario(SEEN_BY[report])).result).toBe("Unknown");
      expect(found.source(SOURCE[report])).toMatchObject({ state: "complete", notUnderstood: 1 });
    }
  });
});

describe("small tenants, and what is hidden", () => {
  test("most teams without a row make the report partial, and no team Fail by it", async () => {
    tamperWith(world.simulator, { texts: { teams: (text) => `${text.split("\r\n").slice(0, 9).join("\r\n")}\r\n` } });
    expect((await believe()).source("teamsUsage")).toMatchObject({ state: "partial" });
  });

  test("<PII:…> is a hidden name, and so is a site report in which no owner is an address", async () => {
    const hidden = "<PII:H101(9f86d081884c)>";
    tamperWith(world.simulator, {
      rows: {
        groups: everywhere({ "Group Id": hidden }),
        teams: everywhere({ "Team Id": hidden }),
        sites: everywhere({ "Owner Principal Name": "someone" }),
      },
    });
    const found = await believe();
    for (const report of REPORTS) expect(found.source(SOURCE[report])).toMatchObject({ state: "concealed" });
  });
});

const items =
  (change: (item: Item) => unknown): ((page: { value: Item[] }) => Record<string, unknown>) =>
  (page) => ({ ...page, value: page.value.map(change) });

describe("owners and sign-ins", () => {
  test("owners that come in parts are read again, and judged by that alone", async () => {
    const group = scenario("team in use");
    const ten = Array.from({ length: 10 }, (_, n) => ({
      "@odata.type": "#microsoft.graph.user",
      id: `o-${n}`,
      accountEnabled: false,
    }));
    const rest = `${world.simulator.graphEndpoint}/v1.0/groups/${group.id}/owners?$skiptoken=x`;
    const inParts = items((item) => (item["id"] === group.id ? { ...item, owners: ten, "owners@odata.nextLink": rest } : item));
    tamperWith(world.simulator, { lists: { "/groups": inParts } });
    const before = healthy.rows.find(({ id }) => id === group.id);
    expect((await believe()).of(group)).toMatchObject({
      ownerCount: group.owners.length,
      ownerState: before?.ownerState,
      result: before?.result,
    });
  });

  test("sign-ins of the year 1, of the future or of no day make no owner stale", async () => {
    const dates = ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "11/21/2020", { at: 1 }, 7];
    let n = 0;
    const spoil = items((item) => {
      const date = dates[n++ % dates.length];
      const signInActivity = {
        lastSuccessfulSignInDateTime: date,
        lastSignInDateTime: date,
        lastNonInteractiveSignInDateTime: date,
      };
      return { ...item, signInActivity };
    });
    tamperWith(world.simulator, { lists: { "/users": spoil } });
    const found = await believe();
    expect(found.rows.filter(({ reason }) => reason.includes("without a sign-in"))).toEqual([]);
  });
});

describe("items of a list", () => {
  test("a field that can't be read costs itself; a group that may be new, or an archived team, is not judged", async () => {
    const spoiled: [string, Item][] = [
      ["group in use", { assignedLabels: [null] }],
      ["team in use", { owners: [null] }],
      ["community in use", { proxyAddresses: 7, mail: {} }],
      ["mailbox quiet", { groupTypes: [null] }],
      ["team quiet", { displayName: [], expirationDateTime: true, visibility: 1 }],
      ["new group without rows", { createdDateTime: "long ago" }],
      ["new team without rows", { createdDateTime: null }],
      ["group never seen", { createdDateTime: "0001-01-01T00:00:00Z" }],
      ["archived team", { resourceProvisioningOptions: null }],
    ];
    const fields = new Map(spoiled.map(([name, change]) => [scenario(name).id as unknown, change]));
    tamperWith(world.simulator, { lists: { "/groups": items((item) => ({ ...item, ...fields.get(item["id"]) })) } });
    const found = await believe();
    expect(found.summary.status).toBe("Completed");
    for (const name of ["new group without rows", "new team without rows", "group never seen"])
      expect(found.of(scenario(name))).toMatchObject({ result: "Unknown", ageDays: null, created: null });
    expect(found.of(scenario("group never seen")).reason).toContain("When it was created was not understood");
    // An earlier run has read that it is archived.
    expect(found.of(scenario("archived team"))).toMatchObject({ result: "Archived", kind: "Team" });
  });

  test("an item without an id costs its page nothing and is counted", async () => {
    const lost = [scenario("group in use"), scenario("team in use")];
    const long = "x".repeat(1_000_000);
    tamperWith(world.simulator, {
      lists: {
        "/groups": items((item) =>
          item["id"] === lost[0]?.id ? null : item["id"] === lost[1]?.id ? { ...item, id: long } : item,
        ),
      },
    });
    const inOrder = healthy.rows.flatMap(({ id }) => lost.filter((group) => group.id === id));
    const found = await believe(inOrder);
    expect(found.source("groups")).toMatchObject({ state: "complete", notUnderstood: 2 });
  });

  test.each([null, ""])("a next link that is %p ends the list", async (link) => {
    const ended = (page: object) => ({ ...page, "@odata.nextLink": link });
    tamperWith(world.simulator, { lists: { "/groups": ended, "/users": ended } });
    expect((await believe()).summary.status).toBe("Completed");
  });
});
