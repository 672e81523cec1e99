import { makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, parseCsv, read, type Client } from "./client";

const now = new Date("2026-11-23T08:30:00Z");
const tenant = makeTenant({ groups: 120, now });
const GROUPS = "getOffice365GroupsActivityDetail";
const TEAMS = "getTeamsTeamActivityDetail";
const SITES = "getSharePointSiteUsageDetail";

let time = now.getTime();
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  time = now.getTime();
  sim = await startSimulator({ tenant, clock: () => time });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const rowOf = (csv: string, column: string, value: string) => parseCsv(csv).find((row) => row[column] === value)!;

describe("usage reports", () => {
  test("graph.md#usage-reports: 302 to another host; an Authorization header there is refused", async () => {
    const { redirect } = await client.report(GROUPS);
    expect(redirect.status).toBe(302);
    const location = redirect.headers.get("location")!;
    expect(new URL(location).origin).toBe(sim.downloadEndpoint);
    expect(sim.downloadEndpoint).not.toBe(sim.graphEndpoint);
    expect((await fetch(location, { headers: { authorization: "Bearer x" } })).status).toBe(400);
  });

  test("graph.md#usage-reports: the URL expires after minutes, and a guessed one is not found", async () => {
    const location = (await client.get(`/reports/${TEAMS}(period='D180')`)).headers.get("location")!;
    time += 6 * 60_000;
    expect((await fetch(location)).status).toBe(403);
    expect((await fetch(`${sim.downloadEndpoint}/data/v1.0/download?token=x`)).status).toBe(404);
    sim.switches.reportUrlExpired = 2;
    expect([
      (await client.report(TEAMS)).status,
      (await client.report(TEAMS)).status,
      (await client.report(TEAMS)).status,
    ]).toEqual([403, 404, 200]);
  });

  test("graph.md#usage-reports: the CSV has a BOM, CRLF, quoted commas, and rows of deleted groups", async () => {
    const { csv } = await client.report(GROUPS);
    expect(csv.startsWith("\uFEFFReport Refresh Date,Group Display Name,Is Deleted,")).toBe(true);
    expect(csv.endsWith(",180\r\n")).toBe(true);
    expect(csv).toContain('"Sales, Nordic, and Baltic"');
    expect(csv).toContain('"Line one\nline two"');
    const rows = parseCsv(csv);
    expect(rows).toHaveLength(tenant.groups.filter((group) => group.groupsUsage).length + tenant.deletedGroups.length);
    expect(rows.filter((row) => row["Is Deleted"] === "True")).toHaveLength(tenant.deletedGroups.length);
  });

  test("graph.md#report-columns: each report says what the tenant's rows say, dated from its own refresh date", async () => {
    const group = tenant.groups.find((one) => one.scenario === "last seen 90 days ago")!;
    const usage = rowOf((await client.report(GROUPS)).csv, "Group Id", group.id);
    expect(usage).toMatchObject({
      "Report Refresh Date": "2026-11-21",
      "Member Count": String(group.groupsUsage!.members),
      "SharePoint Total File Count": String(group.groupsUsage!.files),
      "Report Period": "180",
    });
    const teams = rowOf((await client.report(TEAMS)).csv, "Team Id", group.id);
    expect(teams).toMatchObject({ "Report Refresh Date": "2026-11-22", "Last Activity Date": "2026-08-24" });
    const site = rowOf((await client.report(SITES)).csv, "Site Id", group.expected.siteId!);
    expect(site).toMatchObject({
      "Report Refresh Date": "2026-11-20",
      "Owner Principal Name": group.mail,
      "Root Web Template": "Group",
    });
  });

  test("graph.md#report-columns: a group never seen has an empty date and empty numbers in a row that exists", async () => {
    const group = tenant.groups.find((one) => one.scenario === "group never seen")!;
    const row = parseCsv((await client.report(GROUPS)).csv).find((one) => one["Group Id"] === group.id)!;
    expect([row["Last Activity Date"], row["Exchange Received Email Count"]]).toEqual(["", ""]);
  });

  test("graph.md#concealed-names: concealed reports have zero ids and 32 hex digits for names, and the setting says so", async () => {
    sim.switches.concealed = true;
    const [row] = parseCsv((await client.report(GROUPS)).csv);
    expect(row).toMatchObject({
      "Group Id": "00000000-0000-0000-0000-000000000000",
      "Group Display Name": expect.stringMatching(/^[0-9A-F]{32}$/),
    });
    expect((await client.get("/admin/reportSettings")).json.displayConcealedNames).toBe(true);
    sim.switches.reportSettingsWrapped = true;
    expect((await client.get("/admin/reportSettings")).json.value.displayConcealedNames).toBe(true);
  });

  test("graph.md#empty-site-addresses: Site URL is empty in no, some or all rows, while getAllSites knows it", async () => {
    const urls = async () => parseCsv((await client.report(SITES)).csv).map((row) => row["Site URL"]);
    const hidden = tenant.groups.find((one) => one.scenario === "site URL empty")!;
    expect((await urls()).filter((url) => url === "")).toHaveLength(
      tenant.groups.flatMap((group) => group.sites).filter((site) => site.urlHidden).length,
    );
    sim.switches.emptySiteUrl = "some";
    const some = (await urls()).filter((url) => url === "").length;
    expect(some).toBeGreaterThan(10);
    sim.switches.emptySiteUrl = "all";
    expect(new Set(await urls())).toEqual(new Set([""]));
    const { items } = await client.all("/sites/getAllSites?$select=sharepointIds&$top=10000");
    expect(items.find((item) => item.sharepointIds.siteId === hidden.expected.siteId).sharepointIds.siteUrl).toBe(
      hidden.sites[0]!.url,
    );
  });

  test("graph.md#usage-reports: a stale report is older as a whole, for one report or for all", async () => {
    sim.switches.staleReportDays = { teams: 9 };
    expect(parseCsv((await client.report(TEAMS)).csv)[0]!["Report Refresh Date"]).toBe("2026-11-13");
    expect(parseCsv((await client.report(GROUPS)).csv)[0]!["Report Refresh Date"]).toBe("2026-11-21");
  });

  test("graph.md#throttling-limits: 14 requests in 10 minutes for each report, then 429 with the rest of the window", async () => {
    sim.switches.reportThrottle = true;
    for (let i = 0; i < 14; i++) expect((await client.get(`/reports/${GROUPS}(period='D180')`)).status).toBe(302);
    time += 60_000;
    const refused = await client.get(`/reports/${GROUPS}(period='D180')`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "540"]);
    expect((await client.get(`/reports/${TEAMS}(period='D180')`)).status).toBe(302);
    time += 540_000;
    expect((await client.get(`/reports/${GROUPS}(period='D180')`)).status).toBe(302);
  });

  test("graph.md#usage-reports: a cut CSV ends within a line though the transfer ends well; once a report, or always", async () => {
    sim.switches.csvCut = "once";
    const cut = await client.report(GROUPS);
    expect(cut.status).toBe(200);
    expect(cut.csv.endsWith("\r\n")).toBe(false);
    expect((await client.report(GROUPS)).csv.endsWith("\r\n")).toBe(true);
    sim.switches.csvCut = { sites: "always" };
    expect((await client.report(SITES)).csv.endsWith("\r\n")).toBe(false);
    expect((await client.report(SITES)).csv.endsWith("\r\n")).toBe(false);
    expect((await client.report(TEAMS)).csv.endsWith("\r\n")).toBe(true);
  });

  test("a report may hold a header alone, or a part of its rows", async () => {
    sim.switches.csvHeaderOnly = { teams: true };
    sim.switches.csvThin = { groups: 0.5 };
    expect(parseCsv((await client.report(TEAMS)).csv)).toEqual([]);
    const rows = parseCsv((await client.report(GROUPS)).csv).length;
    expect(rows).toBeGreaterThan(30);
    expect(rows).toBeLessThan(95);
  });

  test("graph.md#report-columns: the header may say Guest Count", async () => {
    sim.switches.guestCountHeader = true;
    expect((await client.report(GROUPS)).csv).toContain(",Member Count,Guest Count,");
  });

  test("graph.md#usage-reports: only D7, D30, D90 and D180 are periods", async () => {
    expect((await client.get(`/reports/${GROUPS}(period='D14')`)).status).toBe(400);
    const location = (await client.get(`/reports/${GROUPS}(period='D30')`)).headers.get("location")!;
    expect((await read(await fetch(location))).text.endsWith(",30\r\n")).toBe(true);
  });
});
