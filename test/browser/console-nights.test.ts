import type { Browser, Page } from "playwright-core";
import { RESULTS } from "../../src/model/report";
import { launchChromium } from "./chromium";
import { type Nights, serveNights } from "./nights";
import { expectAccessible } from "./page-checks";

/** The console page of a tenant that has been reported on for some nights. */
const DAY = 86_400_000;
let nights: Nights;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  nights = await serveNights(3, 120, 14);
  browser = await launchChromium();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await nights.close();
});
beforeEach(async () => {
  page = await (await browser.newContext({ locale: "en-GB", timezoneId: "UTC" })).newPage();
});
afterEach(() => page.context().close());

async function connect(): Promise<void> {
  await page.goto(`${nights.server.url}/api/console`);
  await page.getByLabel("Function key").fill(nights.server.key);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Trend" }).waitFor();
}

test("each night is a bar with its figures, the oldest first, and the tiles say what has changed since the night before", async () => {
  await connect();
  const runs = (await nights.world.services.store.runs.list()).toReversed();
  const titles = await page.locator("svg.trend title").allTextContents();
  expect(titles.map((title) => title.split("\n").slice(1).toSorted())).toEqual(
    runs.map(({ figures }) => RESULTS.map((result) => `${result} ${figures?.byResult[result]}`).toSorted()),
  );
  // The bars are as high as the figures: all of one scale.
  const heights = await page
    .locator("svg.trend rect.Pass")
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute("height"))));
  const [first] = runs;
  for (const [at, run] of runs.entries())
    expect((heights[at] ?? 0) / (heights[0] ?? 0)).toBeCloseTo(
      (run.figures?.byResult["Pass"] ?? 0) / (first?.figures?.byResult["Pass"] ?? 0),
    );
  const [before, last] = runs.slice(-2).map(({ figures }) => figures?.byResult["Pass"] ?? 0);
  const by = (last ?? 0) - (before ?? 0);
  const told = by === 0 ? /^no change$/ : new RegExp(`^${by > 0 ? "\\+" : "−"}${Math.abs(by)} since \\d+ \\w+$`);
  expect(await page.locator(".tile.Pass small").textContent()).toMatch(told);
});

test("the newest runs come first, and the others when they are asked for", async () => {
  await connect();
  const rows = page.locator("tbody tr");
  expect(await rows.count()).toBe(15);
  await page.getByRole("button", { name: "Show all 17 runs" }).click();
  const started = await page.locator("tbody time").evaluateAll((times) => times.map((time) => time.getAttribute("datetime")));
  const runs = await nights.world.services.store.runs.list();
  expect(started).toEqual(runs.map(({ startedAt }) => startedAt));
});

test("a report that is three days old is told as such", async () => {
  const ahead = 3 * DAY;
  nights.world.services.now = () => Date.now() + ahead;
  await page.clock.install({ time: Date.now() + ahead });
  await connect();
  await page.getByText(/its newest report was published 3 days ago/).waitFor();
  await expectAccessible(page);
});
