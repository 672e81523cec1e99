import type { Browser, BrowserContextOptions } from "playwright-core";
import { htmlOf, trendOf } from "../report/html-report";
import { launchChromium } from "./chromium";
import { countText, openReport, serveReport, type Site } from "./open-report";
import { expectAccessible } from "./page-checks";
import { realisticGroups } from "./realistic-groups";
import { summaryOf } from "../report/reports";

let browser: Browser;
let site: Site;
const { summary: counted, groups } = realisticGroups(600);
const gaps = summaryOf([], { groupsUsage: "partial", teamsUsage: "concealed", users: "off" }, { status: "CompletedWithGaps" });
const summary = {
  ...counted,
  status: gaps.status,
  sources: gaps.sources,
  ...(gaps.gaps ? { gaps: gaps.gaps } : {}),
  messages: ["The directory lists 300 groups, more than 20 % fewer than before."],
  removed: [{ id: "gone", displayName: "Gone", lastResult: "Pass" as const }],
};
const owner = groups.flatMap(({ row }) => row.owners ?? [])[0]?.id ?? "";
const card = groups.find(({ row }) => row.blockers.length > 0 && row.result === "Fail")?.row.id ?? groups[0]?.row.id ?? "";

beforeAll(async () => {
  browser = await launchChromium();
  const before = Array.from({ length: 11 }, (_, night) => ({
    startedAt: `2026-11-${String(night + 11).padStart(2, "0")}T02:00:00Z`,
  }));
  site = await serveReport(await htmlOf(groups, summary, trendOf(summary, before)));
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const VIEWS = {
  overview: "#view=overview",
  groups: "#view=groups&result=Fail,Pass&sort=result,-guests",
  owners: "#view=owners",
  "an owner's groups": `#view=owners&owner=${owner}`,
  candidates: "#view=candidates",
  definitions: "#view=definitions",
  "a card": `#view=groups&group=${card}`,
};
const READERS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "on a phone": { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};
const cases = Object.entries(VIEWS).flatMap(([view, fragment]) =>
  Object.entries(READERS).map(([reader, options]) => ({ view, reader, fragment, options })),
);

test.each(cases)("axe finds no violation in $view, $reader", async ({ fragment, options }) => {
  const { page, complaints, close } = await openReport(browser, site.url, fragment, options);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
  await close();
});

test("axe finds no violation with a menu open", async () => {
  const { page, close } = await openReport(browser, site.url, "#view=groups");
  for (const menu of [/^Result/, /^Sort/, /^Columns/]) {
    await page.locator("details.menu > summary", { hasText: menu }).click();
    await expectAccessible(page);
  }
  await close();
});

// 320 pixels are also a desk's screen at four times its size (WCAG 1.4.10).
test.each(Object.entries(VIEWS))("on the narrowest screen nothing of %s is wider than it", async (_view, fragment) => {
  const { page, close } = await openReport(browser, site.url, fragment, { viewport: { width: 320, height: 640 } });
  const widths = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("dialog[open]")].map((part) => part.scrollWidth),
  );
  expect(Math.max(...widths)).toBeLessThanOrEqual(320);
  await close();
});

test("on a phone the filters open by a button, and a menu stays on the screen", async () => {
  const { page, close } = await openReport(browser, site.url, "#view=groups", READERS["on a phone"]);
  expect(await page.locator("details.menu > summary", { hasText: /^Age/ }).isVisible()).toBe(false);
  await page.getByRole("button", { name: "Filters" }).tap();
  for (const menu of [/^Result/, /^Warning/, /^Before/, /^Columns/]) {
    await page.locator("details.menu > summary", { hasText: menu }).tap();
    const box = await page.locator(".panel:visible").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  }
  await close();
});

test("light and dark follow the system, and the reader's own choice goes before it", async () => {
  const { page, close } = await openReport(browser, site.url, "", { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByRole("button", { name: "Use light colours" }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Use dark colours" }).click();
  expect(await ground()).toBe(dark);
  await close();
});

test("on paper the page is light, without menus, and the table has its first 500 rows", async () => {
  const { page, complaints, close } = await openReport(browser, site.url, "#view=groups&sort=-members", { colorScheme: "dark" });
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".toolbar").first().isVisible()).toBe(false);
  expect(await page.locator(".actions button:visible, .actions summary:visible").count()).toBe(0);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  expect(await page.locator("table.grid tbody tr:not(.pad)").count()).toBe(500);
  expect(await countText(page)).toBe("600 groups; the first 500 are printed, the CSV holds all");
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  expect(complaints).toEqual([]);
  await close();
});

test("a gap has a banner with its remedy on the first screen", async () => {
  const { page, close } = await openReport(browser, site.url);
  const banners = await page.locator("#overview .banner").allTextContents();
  expect(banners).toHaveLength(3);
  expect(banners.join(" ")).toContain("Display concealed user, group, and site names in all reports");
  await close();
});

test("without scripts the first screen, its charts and the definitions are there", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site.file);
  const titles = await page.locator(".chart h2:visible").allTextContents();
  expect(titles).toEqual(["Results by kind", "Trend", "Age against inactivity", "Storage by result", "Activity by workload"]);
  expect(await page.locator("#overview").innerText()).toContain("The tables need JavaScript");
  expect(await page.locator("#definitions").isVisible()).toBe(true);
  await context.close();
});
