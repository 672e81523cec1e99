import type { Browser } from "playwright-core";
import type { JudgedGroup } from "../../src/model/report";
import { group, lastSeen, owner, rowOf, run, teamFacts } from "../verdict/facts";
import { htmlOf, judgedOf } from "../report/html-report";
import { HOSTILE, hostileRow, summaryOf } from "../report/reports";
import { launchChromium } from "./chromium";
import { columnTexts, openReport, type OpenReport, serveReport, type Site } from "./open-report";
import { realisticGroups } from "./realistic-groups";

let browser: Browser;
let site: Site;
let open: OpenReport;

const ID = "0b000000-0000-4000-8000-00000000000b";
const failed: JudgedGroup = {
  ...judgedOf(
    rowOf(
      lastSeen(
        teamFacts({
          group: group({
            id: ID,
            displayName: "AAA فريق التسويق",
            isTeam: true,
            blockers: ["licences", "security"],
            owners: [
              owner("0c000000-0000-4000-8000-00000000000c", { displayName: "Anna Ek", mail: "anna?subject=x@contoso.com" }),
            ],
          }),
        }),
        200,
      ),
      run(),
    ),
  ),
  history: [
    { date: "2026-11-20", result: "Issues" },
    { date: "2026-11-21", result: "Fail" },
  ],
};
const rows = [failed, ...realisticGroups(120).groups, ...HOSTILE.map((text, number) => judgedOf(hostileRow(text, number)))];
const dated = (groups: readonly JudgedGroup[]) => {
  const summary = summaryOf(groups.map(({ row }) => row));
  return { ...summary, sources: summary.sources.map((source) => ({ ...source, dataDate: "2026-11-20" })) };
};

beforeAll(async () => {
  browser = await launchChromium();
  site = await serveReport(await htmlOf(rows, dated(rows)));
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

test("the card tells everything known: which activity counted, each rule, what to check, owners, links, history", async () => {
  const page = await at(`#view=groups&group=${ID}`);
  const card = page.locator("dialog");
  expect(await card.locator("h2").textContent()).toBe("AAA فريق التسويق");
  expect(await card.locator(".verdict").textContent()).toContain(failed.row.reason);
  const tables = card.locator("table.rules");
  expect(await tables.nth(0).locator("tr.decides").innerText()).toMatch(
    /Teams counted\s+4 May 2026\s+200\s+Teams usage report, 20 Nov 2026/,
  );
  expect(await tables.nth(1).locator("tr.decides").innerText()).toMatch(
    /Fail\s+200 days without activity\s+more than 180 days, or none known\s+decides/,
  );
  expect(await tables.nth(2).locator("tr.raised").allInnerTexts()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/team-inactive\s+200 days without activity/),
      expect.stringMatching(/site-inactive/),
    ]),
  );
  const checks = await card.locator(".checks li").allTextContents();
  expect(checks.slice(0, 2).map((text) => text.split(":")[0])).toEqual(["licences", "security"]);
  expect(checks.join(" ")).toContain("Retention and eDiscovery holds");
  expect(await card.locator(".history li").allInnerTexts()).toEqual(["Issues\n20 Nov 2026", "Fail\n21 Nov 2026"]);
  const values = await card.locator(".facts dt").allTextContents();
  expect(values).toContain("Site Storage (GB)");
  expect(values.length).toBeGreaterThan(45);
});

test("links to the admin centers open elsewhere, and take nothing of this page along", async () => {
  const page = await at(`#view=groups&group=${ID}`);
  const links = await page
    .locator("dialog a[target]")
    .evaluateAll((found) => found.map((link) => [link.textContent, link.getAttribute("href"), link.getAttribute("rel")]));
  expect(links.every(([, , rel]) => rel === "noopener noreferrer")).toBe(true);
  expect(links.map(([title]) => title)).toEqual([
    "Entra",
    "Microsoft 365 admin center",
    "Teams admin center (list)",
    "Site",
    "Entra",
  ]);
  expect(links[0]?.[1]).toBe(
    `https://entra.microsoft.com/#view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/${ID}`,
  );
  expect(await page.locator('dialog a[href^="mailto:"]').getAttribute("href")).toBe("mailto:anna%3Fsubject%3Dx%40contoso.com");
});

test("a site's address that is not https is text, not a link", async () => {
  const page = await at(`#view=groups&group=${rows.at(-1)?.row.id}`);
  expect(await page.locator("dialog a", { hasText: /^Site$/ }).count()).toBe(0);
});

test("hostile names are text everywhere: in the table, in cards, by owner", async () => {
  const page = await at("#view=groups&columns=displayName,owners,mail,description,sensitivityLabel,siteUrl");
  const shown = await columnTexts(page, "Group Name");
  for (const text of ["</script><script>alert(1)</script>", "<!--<script>"]) expect(shown.concat(HOSTILE)).toContain(text);
  for (const { row } of rows.slice(-HOSTILE.length)) {
    await page.evaluate((id) => (location.hash = `#view=groups&group=${id}`), row.id);
    await page.waitForFunction((id) => location.hash.includes(id) && document.querySelector("dialog")?.open, row.id);
    const name = await page.locator("dialog h2 bdi").textContent();
    expect(name).toBe(row.displayName === "" ? "(no name)" : row.displayName);
  }
  expect(await page.locator("img, iframe, object").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(2);
});

test("names that run from right to left keep their own direction", async () => {
  const page = await at("#view=groups");
  const link = page.locator("table.grid tbody a", { hasText: "فريق" });
  expect(await link.getAttribute("dir")).toBe("auto");
  await page.evaluate((id) => (location.hash = `#view=groups&group=${id}`), ID);
  expect(await page.locator("dialog h2 bdi").count()).toBe(1);
});

test("keys alone: through the table, into a card, on to the next, back to the same cell", async () => {
  const page = await at("#view=groups");
  await page.locator("table.grid").focus();
  const current = () => page.locator("#current-cell").textContent();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await page.locator("#current-cell").getAttribute("aria-colindex")).toBe("2");
  await page.keyboard.press("Home");
  const second = rows[2]?.row.displayName;
  expect(await current()).toBe(second);
  await page.keyboard.press("Enter");
  expect(await page.locator("dialog h2").textContent()).toBe(second);
  await page.getByRole("button", { name: "Next group" }).press("Enter");
  expect(await page.locator("dialog h2").textContent()).toBe(rows[3]?.row.displayName);
  await page.keyboard.press("Escape");
  expect(await page.locator("dialog").isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("grid");
  // A dialog says that it was closed after the key's own event.
  await page.waitForFunction((name) => document.querySelector("#current-cell")?.textContent === name, rows[3]?.row.displayName);
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Home");
  expect(await current()).toBe(rows.at(-1)?.row.displayName || "(no name)");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  expect(page.url()).toContain("sort=result");
});

test("the browser's Back closes the card, then leaves the view", async () => {
  const page = await at("#view=overview");
  await page.getByRole("link", { name: "Groups", exact: true }).click();
  await page.locator("table.grid tbody th a").nth(1).click();
  expect(await page.locator("dialog").isVisible()).toBe(true);
  await page.goBack();
  expect(await page.locator("dialog").isVisible()).toBe(false);
  expect(await page.locator("table.grid").isVisible()).toBe(true);
  await page.goBack();
  expect(await page.locator("#overview").isVisible()).toBe(true);
});

test("dates are in the reader's form, with ISO on hover", async () => {
  const page = await at("#view=groups", site.file);
  const cell = page.locator("table.grid tbody tr:not(.pad) td[title^='20']").first();
  const iso = (await cell.getAttribute("title")) ?? "";
  expect(await cell.textContent()).toBe(
    new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso)),
  );
  const moment = page.locator("header time").first();
  expect(await moment.getAttribute("title")).toBe("2026-11-22T02:00:00Z");
  expect(await moment.textContent()).not.toContain("T02");
});
