import type { Browser } from "playwright-core";
import { facts, lastSeen, rowOf } from "../verdict/facts";
import { htmlOf, judgedOf } from "../report/html-report";
import { summaryOf } from "../report/reports";
import { launchChromium } from "./chromium";
import { countText, openReport, type OpenReport, serveReport, type Site } from "./open-report";
import { expectAccessible } from "./page-checks";

/** Reports as they are not meant to be, or hardly ever are: cut off, empty, with a key in the address. */
let browser: Browser;
const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 400))];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());
let site: Site;
let open: OpenReport | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
  await site.close();
});

async function serve(groups: typeof rows, change = (html: string) => html): Promise<string> {
  site = await serveReport(change(await htmlOf(groups.map(judgedOf), summaryOf(groups))));
  return site.url;
}

async function at(address: string, fragment: string): Promise<OpenReport["page"]> {
  open = await openReport(browser, address, fragment);
  return open.page;
}

test("a file whose rows were damaged on the way says so, and keeps its first screen", async () => {
  await serve(rows, (html) => html.replace(/(class="rows">.{20})[^<]*/, "$1"));
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${site.file}#view=groups`);
  await page.getByRole("alert").getByText("The rows can't be read").waitFor();
  expect(await page.getByText("Reading the rows …").count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Overview" }).click();
  expect(await page.locator("#overview .tile").first().isVisible()).toBe(true);
  await page.close();
});

test("a report without groups works, and an empty table says why it is empty", async () => {
  const page = await at(await serve([]), "#view=groups");
  expect(await countText(page)).toBe("0 groups");
  expect(await page.locator(".empty:visible").textContent({ timeout: 5000 })).toBe("There is nothing in this view.");
  for (const view of ["owners", "candidates", "definitions", "overview"]) {
    await page.locator(`nav [data-view=${view}]`).click();
    await expectAccessible(page);
  }
  expect(open?.complaints).toEqual([]);
});

test("filters that fit no group say so, and which button takes them back", async () => {
  const page = await at(await serve(rows), "#view=groups&result=Archived");
  expect(await page.locator(".empty:visible").textContent({ timeout: 5000 })).toBe(
    "Nothing fits the search and filters. Clear shows all.",
  );
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clear" }).click();
  expect(await page.locator(".empty:visible").count()).toBe(0);
  expect(await countText(page)).toBe("2 groups");
});

test("a key in the address is gone before anybody can copy it, and the view stays", async () => {
  const page = await at(`${await serve(rows)}?code=s3cret&x=1`, "#view=groups&result=Fail");
  expect(page.url()).toBe(`${site.url}?x=1#view=groups&result=Fail`);
  expect(await page.evaluate(() => [document.URL, history.length])).toEqual([`${site.url}?x=1#view=groups&result=Fail`, 2]);
  expect(await countText(page)).toBe("1 of 2 groups");
  await page.locator("table.grid tbody th a").first().click();
  expect(page.url()).toContain(`${site.url}?x=1#view=groups`);
  const hrefs = await page.locator("a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  expect(hrefs.join("\n")).not.toContain("s3cret");
  expect(open?.complaints).toEqual([]);
});

test("a view that is chosen while the rows are still read is the one that comes", async () => {
  await serve(rows);
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await page.addInitScript(() => {
    const json = Response.prototype.json;
    Response.prototype.json = async function (this: Response) {
      await new Promise((resolve) => document.addEventListener("go-on", resolve));
      return json.call(this);
    };
  });
  await page.goto(site.file);
  await page.getByRole("link", { name: "Groups", exact: true }).click();
  await page.getByText("Reading the rows …").waitFor();
  await page.evaluate(() => document.dispatchEvent(new Event("go-on")));
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  expect(await countText(page)).toBe("2 groups");
  expect(await page.locator("#overview").isVisible()).toBe(false);
  await page.close();
});
