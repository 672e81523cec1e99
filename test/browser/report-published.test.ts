import type { Browser } from "playwright-core";
import type { ReportRow } from "../../src/model/report";
import { openWorld, readOutput, type Report, type World } from "../integration/world";
import { launchChromium } from "./chromium";
import { columnTexts, countText, openReport, type OpenReport, serveReport, type Site } from "./open-report";
import { reportNights } from "./nights";

/** A whole run against the simulated tenant, and its HTML held against its JSON. */
let world: World;
let report: Report;
let browser: Browser;
let site: Site;
let open: OpenReport;

beforeAll(async () => {
  world = await openWorld({ groups: 250, settings: { FEATURES: "all" } });
  report = await reportNights(world, 3);
  const html = (await readOutput(world.services, report.runId, "html"))?.toString("utf8") ?? "";
  browser = await launchChromium();
  site = await serveReport(html);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await world?.close();
});
afterEach(async () => {
  expect(open.complaints).toEqual([]);
  await open.close();
});

const figure = (value: number | null) =>
  value === null ? "not known" : value.toLocaleString("en-US", { maximumFractionDigits: 2 });
const count = (belongs: (row: ReportRow) => boolean) => report.rows.filter(belongs).length;

test("the first screen's figures are those of report.json", async () => {
  open = await openReport(browser, site.url);
  const { page } = open;
  const { summary } = report;
  const tiles = await page
    .locator("#overview .tile")
    .evaluateAll((found) =>
      found.map((tile) => [tile.querySelector(".name")?.textContent, tile.querySelector("b")?.textContent]),
    );
  expect(Object.fromEntries(tiles)).toEqual({
    Pass: figure(summary.byResult.Pass),
    Issues: figure(summary.byResult.Issues),
    Fail: figure(summary.byResult.Fail),
    Unknown: figure(summary.byResult.Unknown),
    New: figure(summary.byResult.New),
    Archived: figure(summary.byResult.Archived),
    Groups: figure(summary.groups),
    "Without an active owner": figure(summary.withoutActiveOwner),
    "Guest memberships": figure(summary.guestMemberships),
    "Storage of Fail": `${figure(summary.failStorageGB)} GB`,
    "Expire within 30 days": figure(summary.expiresSoon),
    "Came into Fail since the last report": figure(count(({ result, change }) => result === "Fail" && change !== "same")),
    "Came into Issues since the last report": figure(count(({ result, change }) => result === "Issues" && change !== "same")),
    Candidates: expect.any(String),
  });
  expect(await page.locator("h1").textContent()).toBe(`Groups and teams of ${summary.tenant.name}`);
  expect(await page.locator("header time").nth(1).getAttribute("datetime")).toBe(summary.dataDate);
});

test("every link of the first screen leads to as many groups as it says", async () => {
  open = await openReport(browser, site.url);
  const { page } = open;
  const links = await page.locator(".chart td a, .results .tile").evaluateAll((found) =>
    found.map((link) => ({
      href: (link as HTMLAnchorElement).hash,
      count: (link.querySelector("b") ?? link).textContent ?? "",
    })),
  );
  expect(links.length).toBeGreaterThan(25);
  for (const { href, count: told } of links) {
    await page.evaluate((hash) => (location.hash = hash), href);
    expect((await countText(page))?.split(" ")[0]).toBe(told);
  }
});

test("the table's cells are those of report.json, in its order", async () => {
  open = await openReport(browser, site.url, "#view=groups&columns=displayName,result,daysInactive,guests,reason,owners");
  const { page } = open;
  expect(await countText(page)).toBe(`${report.rows.length} groups`);
  const shown = await columnTexts(page, "Group Name");
  const rows = report.rows.slice(0, shown.length);
  expect(shown).toEqual(rows.map(({ displayName }) => displayName || "(no name)"));
  expect(await columnTexts(page, "Result")).toEqual(rows.map(({ result }) => result));
  expect(await columnTexts(page, "Reason")).toEqual(rows.map(({ reason }) => reason));
  expect(await columnTexts(page, "Days Inactive")).toEqual(
    rows.map(({ daysInactive: days }) => (days === null ? "" : figure(days))),
  );
  expect(await columnTexts(page, "Owners")).toEqual(
    rows.map(({ owners }) => owners?.map((owner) => owner.displayName || owner.mail || owner.id).join("; ") ?? ""),
  );
});

test("a card's deciding rule is the row's result, for every result", async () => {
  open = await openReport(browser, site.url, "#view=groups");
  const { page } = open;
  // One of each sort: test/web/report/card-rules.test.ts asks it of every kind of row.
  const sortOf = ({ result, kind, activity, ownerState }: ReportRow) => [result, kind, activity, ownerState].join();
  const some = [...new Map(report.rows.map((row) => [sortOf(row), row])).values()];
  expect(new Set(some.map(({ result }) => result)).size).toBe(6);
  for (const { id, result } of some) {
    await page.evaluate((hash) => (location.hash = hash), `#view=groups&group=${id}`);
    const decided = await page.locator("dialog table.rules").nth(1).locator("tr.decides th").allTextContents();
    expect([id, ...decided]).toEqual([id, result]);
  }
});

test("the trend and the card's history hold the runs before this one", async () => {
  open = await openReport(browser, site.url);
  const { page } = open;
  expect(await page.locator("svg.trend g").count()).toBe(3);
  const fail = page.locator(".split tr", { hasText: "Fail" }).locator("td").first();
  expect(await fail.textContent()).toBe(figure(report.summary.byResult.Fail));
  const firstNight = report.rows.map(({ resultSince }) => resultSince).toSorted()[0];
  const same = report.rows.find(({ change, resultSince }) => change === "same" && resultSince === firstNight);
  await page.evaluate((hash) => (location.hash = hash), `#view=groups&group=${same?.id}`);
  expect(await page.locator(".history li").count()).toBe(3);
});
