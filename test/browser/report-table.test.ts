import { parse } from "csv-parse/sync";
import type { Browser } from "playwright-core";
import { cellOf, COLUMNS } from "../../src/report/columns";
import { guardCell } from "../../src/report/csv-cell";
import type { ReportRow } from "../../src/model/report";
import { isCandidate } from "../../src/verdict/candidates";
import { htmlOf, judgedOf } from "../report/html-report";
import { HOSTILE, hostileRow } from "../report/reports";
import { launchChromium } from "./chromium";
import { columnTexts, countText, downloaded, openReport, type OpenReport, serveReport, type Site } from "./open-report";
import { realisticGroups } from "./realistic-groups";
import { compareRows } from "../../src/verdict/sort";

let browser: Browser;
let site: Site;
let open: OpenReport;
const { summary, groups } = realisticGroups(400);
const judged = [...groups, ...HOSTILE.map((text, number) => judgedOf(hostileRow(text, number)))].toSorted((a, b) =>
  compareRows(a.row, b.row),
);
const rows: ReportRow[] = judged.map(({ row }) => row);

beforeAll(async () => {
  browser = await launchChromium();
  site = await serveReport(await htmlOf(judged, { ...summary, groups: rows.length }));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(async () => {
  expect(open.complaints).toEqual([]);
  await open.close();
});

async function at(fragment: string, address = site.url): Promise<OpenReport["page"]> {
  open = await openReport(browser, address, fragment);
  return open.page;
}

const named = (row: ReportRow) => row.displayName || "(no name)";

test("the table shows every group in the report's order, and only rows in sight are in the document", async () => {
  const page = await at("#view=groups");
  expect(await countText(page)).toBe(`${rows.length} groups`);
  const shown = await columnTexts(page, "Group Name");
  expect(shown.length).toBeLessThan(80);
  expect(shown).toEqual(rows.slice(0, shown.length).map(named));
  expect(await page.locator("table.grid").getAttribute("aria-rowcount")).toBe(String(rows.length + 1));
  await page.locator(".scroll").evaluate((scroll) => scroll.scrollTo(0, scroll.scrollHeight));
  await page.waitForFunction((last) => document.querySelector(`[data-line="${last}"]`) !== null, rows.length - 1);
  expect((await columnTexts(page, "Group Name")).at(-1)).toBe(named(rows.at(-1) as ReportRow));
});

test("a click on a heading sorts, another turns the order, Shift sorts by one more; what is not known comes last", async () => {
  const page = await at("#view=groups");
  await page.getByRole("columnheader", { name: "Days Inactive" }).click();
  const known = rows.map(({ daysInactive }) => daysInactive).filter((days) => days !== null);
  const first = async () => (await columnTexts(page, "Days Inactive"))[0];
  expect(await first()).toBe(Math.max(...known).toLocaleString("en-US"));
  await page.getByRole("columnheader", { name: "Days Inactive" }).click();
  expect(await first()).toBe(String(Math.min(...known)));
  expect(page.url()).toContain("sort=daysInactive");
  await page.getByRole("columnheader", { name: "Kind" }).click();
  await page.getByRole("columnheader", { name: "Guests" }).click({ modifiers: ["Shift"] });
  expect(page.url()).toContain("sort=kind,-guests");
  const groupsOnly = rows.filter(({ kind }) => kind === "Group").map(({ guests }) => guests ?? -1);
  expect((await columnTexts(page, "Guests")).slice(0, 5)).toEqual(
    groupsOnly
      .toSorted((a, b) => b - a)
      .slice(0, 5)
      .map(String),
  );
});

test("filters combine: any of the chosen within one, all of them together", async () => {
  const page = await at("#view=groups");
  const tick = async (menu: string, ...options: string[]) => {
    await page.locator("details.menu > summary", { hasText: new RegExp(`^${menu}`) }).click();
    for (const option of options) await page.locator(".panel label", { hasText: new RegExp(`^${option}`) }).click();
    await page.keyboard.press("Escape");
  };
  await tick("Result", "Fail", "Issues");
  await tick("Kind", "Team");
  const found = rows.filter(({ result, kind }) => (result === "Fail" || result === "Issues") && kind === "Team");
  expect(await countText(page)).toBe(`${found.length} of ${rows.length} groups`);
  expect(page.url()).toContain("result=Fail,Issues");
  await tick("Warning", "site-inactive");
  expect(await countText(page)).toBe(
    `${found.filter(({ warnings }) => warnings.includes("site-inactive")).length} of ${rows.length} groups`,
  );
  await page.getByRole("button", { name: "Clear" }).click();
  expect(await countText(page)).toBe(`${rows.length} groups`);
});

test.each<[string, (row: ReportRow) => boolean]>([
  ["ownerState=none", ({ ownerState }) => ownerState === "none"],
  ["note=owner-single", ({ notes }) => notes.includes("owner-single")],
  ["label=General", ({ sensitivityLabel }) => sensitivityLabel === "General"],
  ["label=none", ({ sensitivityLabel }) => sensitivityLabel === null],
  ["guests=11-50,51-", ({ guests }) => guests !== null && guests > 10],
  ["guests=0-0", ({ guests }) => guests === 0],
  ["age=365-729", ({ ageDays }) => ageDays !== null && ageDays >= 365 && ageDays < 730],
  ["inactive=181-364,365-", ({ daysInactive }) => daysInactive !== null && daysInactive > 180],
  ["inactive=none", ({ daysInactive }) => daysInactive === null],
  ["change=worse", ({ change }) => change === "worse"],
  ["warning=none", ({ warnings }) => warnings.length === 0],
  ["blocker=security", ({ blockers }) => blockers.includes("security")],
])("the filter %s shows exactly its groups", async (filter, belongs) => {
  const page = await at(`#view=groups&${filter}`);
  const count = rows.filter(belongs).length;
  expect(await countText(page)).toBe(count === rows.length ? `${count} groups` : `${count} of ${rows.length} groups`);
});

test("the search looks for all words in names, mails, owners, descriptions and ids", async () => {
  const page = await at("#view=groups");
  const target = rows.find(
    ({ owners, description }) => (owners?.length ?? 0) > 0 && description !== null && description.includes(" "),
  ) as ReportRow;
  const word = target.description?.split(" ")[0] ?? "";
  for (const text of [target.id, `${target.owners?.[0]?.displayName} ${word}`, target.mail ?? ""]) {
    await page.getByRole("searchbox").fill(text);
    await page.waitForFunction(
      (total) => !document.querySelector(".actions .count")?.textContent?.startsWith(total),
      `${rows.length} groups`,
    );
    expect(await columnTexts(page, "Group Name")).toContain(named(target));
    expect((await columnTexts(page, "Group Name")).length).toBeLessThan(20);
  }
});

test("a link holds the whole view: search, filters, order, columns and the open card", async () => {
  const page = await at("#view=groups&result=Pass&sort=-members&columns=displayName,members,id&q=contoso");
  expect(await page.locator("table.grid thead th > span:first-child").allTextContents()).toEqual([
    "Group Name",
    "Members",
    "Group Id",
  ]);
  const found = rows
    .filter(({ result, mail }) => result === "Pass" && mail?.includes("contoso"))
    .toSorted((a, b) => (b.members ?? -1) - (a.members ?? -1));
  expect((await columnTexts(page, "Group Id"))[0]).toBe(found[0]?.id);
  await page.locator("table.grid tbody tr:not(.pad) th").first().click();
  const shared = page.url();
  expect(shared).toContain(`group=${found[0]?.id}`);
  await open.close();
  const again = await at(new URL(shared).hash);
  expect(await again.locator("dialog h2").textContent()).toBe(named(found[0] as ReportRow));
  await again.getByRole("button", { name: "Close" }).click();
  expect(await again.getByRole("searchbox").inputValue()).toBe("contoso");
  expect(await countText(again)).toBe(`${found.length} of ${rows.length} groups`);
});

test("nonsense in a link is left out, and the page works", async () => {
  const page = await at("#view=nothing&result=Maybe&sort=-nope,,&columns=x&group=0&owner=%00&q=");
  expect(await page.locator("#overview").isVisible()).toBe(true);
  await page.getByRole("link", { name: "Groups", exact: true }).click();
  expect(await countText(page)).toBe(`${rows.length} groups`);
});

test("columns can be chosen, and all of them downloaded: the CSV is that of report.csv, cell by cell", async () => {
  const page = await at("#view=groups", site.file);
  await page.locator("details.menu > summary", { hasText: /^Columns/ }).click();
  await page.getByRole("button", { name: "All columns" }).click();
  const { name, text } = await downloaded(page, "Download CSV");
  expect(name).toMatch(/^groups-Contoso-2026-11-22\.csv$/);
  expect(text.charCodeAt(0)).toBe(0xfeff);
  const [headings, ...lines] = parse(text.slice(1), { relax_quotes: false, record_delimiter: "\r\n" }) as string[][];
  const order = ["displayName", ...COLUMNS.map(({ key }) => key).filter((key) => key !== "displayName")] as const;
  expect(headings).toEqual(order.map((key) => COLUMNS.find((column) => column.key === key)?.heading));
  const facts = { runId: summary.runId, dataDate: summary.dataDate };
  // A lone surrogate can't be written as UTF-8: it is lost in report.csv too.
  const written = (cell: string) => Buffer.from(cell, "utf8").toString("utf8");
  const expected = rows.map((row) =>
    order.map((key) => written(guardCell(cellOf({ ...row, ...facts }, key as keyof ReportRow)))),
  );
  expect(lines).toEqual(expected);
});

test("a menu stays open while something is chosen in it, and closes by a click beside it", async () => {
  const page = await at("#view=groups&sort=kind");
  await page.locator("details.menu > summary", { hasText: /^Sort/ }).click();
  await page.getByRole("button", { name: "Ascending" }).click();
  await page.getByRole("button", { name: "Descending" }).click();
  expect(await page.locator(".panel:visible select").count()).toBe(2);
  await page.getByRole("heading", { name: "Groups", exact: true }).click();
  expect(await page.locator(".panel:visible").count()).toBe(0);
});

test("by keys alone columns are chosen, and the menu is left again", async () => {
  const page = await at("#view=groups");
  await page.locator("details.menu > summary", { hasText: /^Columns/ }).press("Enter");
  for (const name of ["All columns", "Usual columns"]) {
    await page.getByRole("button", { name }).press("Enter");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
  }
  await page.keyboard.press("Escape");
  expect(await page.locator(".panel:visible").count()).toBe(0);
});

test("the view is what is downloaded: its rows, its order, its columns", async () => {
  const page = await at("#view=groups&result=Fail&sort=-siteStorageGB&columns=displayName,siteStorageGB");
  const { text } = await downloaded(page, "Download CSV");
  const lines = parse(text.slice(1)) as string[][];
  const fails = rows.filter(({ result }) => result === "Fail").map(({ siteStorageGB }) => siteStorageGB ?? -1);
  expect(lines.slice(1).map(([, storage]) => Number(storage))).toEqual(fails.toSorted((a, b) => b - a));
});

test("the candidates are the Fail groups without activity for a year that nothing blocks, the largest first", async () => {
  const page = await at("#view=candidates");
  const found = rows.filter(isCandidate).toSorted((a, b) => (b.siteStorageGB ?? -1) - (a.siteStorageGB ?? -1));
  expect(found.length).toBeGreaterThan(3);
  expect(await countText(page)).toBe(`${found.length} groups`);
  expect((await columnTexts(page, "Site Storage (GB)")).slice(0, 5)).toEqual(
    found.slice(0, 5).map(({ siteStorageGB }) => siteStorageGB?.toLocaleString("en-US", { minimumFractionDigits: 2 })),
  );
});

test("an owner's groups stand alone, and alone in the download", async () => {
  const page = await at("#view=owners");
  const ids = new Set(rows.flatMap(({ owners }) => owners ?? []).map(({ id }) => id));
  expect(await countText(page)).toBe(`${ids.size} owners`);
  const owner = groups
    .flatMap(({ row }) => row.owners ?? [])
    .find(({ id }) => rows.filter(({ owners }) => owners?.some((one) => one.id === id)).length > 2);
  await page.getByRole("searchbox").fill(owner?.mail ?? "");
  await page.waitForFunction(() => document.querySelectorAll("table.grid [data-line]").length < 5);
  await page.getByRole("link", { name: owner?.displayName ?? "", exact: true }).click();
  const theirs = rows.filter(({ owners }) => owners?.some(({ id }) => id === owner?.id));
  expect(await countText(page)).toBe(`${theirs.length} groups`);
  const { name, text } = await downloaded(page, "Download CSV");
  expect(name).toContain("groups-of-");
  const lines = (parse(text.slice(1)) as string[][]).slice(1);
  expect(lines.map(([first]) => first)).toEqual(theirs.map(({ displayName }) => guardCell(displayName)));
  await page.goBack();
  expect(await countText(page)).toMatch(/owners$/);
});
