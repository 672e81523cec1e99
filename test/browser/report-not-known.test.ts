import type { Browser } from "playwright-core";
import { startLocalServer } from "../../src/local/server";
import { flowOf } from "../../src/verdict/moves";
import type { Result } from "../../src/model/report";
import { makeReport, openWorld, readOutput, type Report, type World } from "../integration/world";
import { launchChromium } from "./chromium";
import { countText, openReport, type OpenReport, serveReport, type Site } from "./open-report";
import { expectAccessible, expectNoSidewaysScroll } from "./page-checks";

/** What a reader sees of a tenant that hides names in its reports, the night after a night in which all was seen. */
let world: World;
let first: Report;
let hidden: Report;
let browser: Browser;
let site: Site;
let open: OpenReport;

beforeAll(async () => {
  world = await openWorld({ groups: 120, settings: { FEATURES: "teams" } });
  first = await makeReport(world);
  world.simulator.switches.concealed = true;
  hidden = await makeReport(world);
  browser = await launchChromium();
  site = await serveReport((await readOutput(world.services, hidden.runId, "html"))?.toString("utf8") ?? "");
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

/** A tile of the first screen, as it is read. */
const tile = async (title: string) =>
  (
    await open.page
      .locator("#overview .tile")
      .filter({ has: open.page.getByText(title, { exact: true }) })
      .innerText()
  )
    .split("\n")
    .filter(Boolean);

test("the first screen says what is not known and why, once what to do, and no 0 that nobody counted", async () => {
  open = await openReport(browser, site.url);
  const { page } = open;
  const unknown = hidden.summary.byResult.Unknown;
  expect(await page.locator("#gaps li").count()).toBe(1);
  expect(await tile("Guest memberships")).toEqual(["Guest memberships", "not known", "groups report concealed"]);
  expect(await tile("Storage of Fail")).toEqual([
    "Storage of Fail",
    "not known",
    "of all sites: not known",
    expect.stringMatching(/groups report.*concealed/),
  ]);
  expect((await tile("Groups")).join()).toContain("communities not known");
  for (const title of ["Fail", "Issues", "Candidates"])
    expect((await tile(title)).join("|")).toMatch(
      new RegExp(`^${title}\\|0 seen\\|.*${unknown} groups could not be judged: groups report`),
    );
  expect(await page.locator("#overview").innerText()).not.toMatch(/\b0 (GB|communities)|\bnothing in this view/i);
  await expectAccessible(page);
});

test("it says how many came into Fail and Issues, from where, and how many left", async () => {
  open = await openReport(browser, site.url);
  const result = (of: Report, id: string) => of.rows.find((row) => row.id === id)?.result;
  for (const [now, before] of [
    ["Unknown", "Fail"],
    ["Unknown", "Issues"],
    ["Unknown", "Pass"],
  ] as [Result, Result][]) {
    const moved = hidden.rows.filter(({ id, result: one }) => one === now && result(first, id) === before).length;
    expect(hidden.summary.moves?.find(({ from, to }) => from === before && to === now)?.groups).toBe(moved);
  }
  const { left } = flowOf(hidden.summary.moves ?? [], "Fail");
  expect(left).toBe(first.summary.byResult.Fail);
  expect(await tile("Came into Fail since the last report")).toEqual([
    "Came into Fail since the last report",
    "0 seen",
    `${left} left: to Unknown`,
  ]);
  expect(await open.page.locator(".flows").innerText()).toContain(`${left} left Fail (to Unknown)`);
  await open.page.getByText("Came into Issues since the last report").click();
  expect(await countText(open.page)).toMatch(/^0 of \d+ groups$/);
});

test.each([
  [
    "#view=candidates",
    /Nothing was seen here, which does not mean that there is nothing: groups report, site report, Teams report concealed/,
  ],
  ["#view=groups&result=Fail", /does not mean that there is nothing: groups report/],
  ["#view=groups&kind=Community", /does not mean that there is nothing: groups report concealed/],
  ["#view=groups&warning=team-inactive", /does not mean that there is nothing: Teams report concealed/],
  ["#view=groups&guests=1-10", /does not mean that there is nothing: groups report concealed/],
  ["#view=groups&q=nosuchgroup", /Nothing fits the search and filters/],
])("an empty table at %s says whether that means anything", async (fragment, said) => {
  open = await openReport(browser, site.url, fragment);
  expect(await open.page.locator(".empty:visible").innerText()).toMatch(said);
  await expectAccessible(open.page);
});

test("a filter's options that nobody could count have no count of 0", async () => {
  open = await openReport(browser, site.url, "#view=groups");
  const { page } = open;
  const counts = async (menu: string) => {
    const opened = page.locator("details.menu", { has: page.locator("summary", { hasText: menu }) });
    await opened.locator("summary").click();
    await opened.locator(".tick").first().waitFor();
    const texts = await opened.locator(".tick").allInnerTexts();
    return Object.fromEntries(texts.map((text) => text.split(/\n+/)).map(([name, count]) => [name, count]));
  };
  expect(await counts("Warning")).toMatchObject({
    "team-quiet": "not known",
    "mailbox-quiet": "not known",
    "owner-none": expect.stringMatching(/^\d+$/),
  });
  expect(await counts("Kind")).toMatchObject({ Community: "not known" });
});

test("an owner's sums and a group's card say the same", async () => {
  open = await openReport(browser, site.url, "#view=owners");
  const { page } = open;
  expect(await page.locator("table.grid:visible tbody tr:not(.pad)").first().locator("td").allInnerTexts()).toEqual(
    expect.arrayContaining(["not known", "not known"]),
  );
  expect(await page.locator(".lead:visible").innerText()).toContain(
    "Guests and storage are not known, or not of every group: groups report, site report concealed",
  );
  await expectAccessible(page);
  await page.evaluate((hash) => (location.hash = hash), `#view=groups&group=${hidden.rows[0]?.id}`);
  expect(await page.locator("dialog .facts section", { hasText: "Mailbox and Viva Engage" }).innerText()).toMatch(
    /groups report concealed\.[^]*not known/,
  );
});

test("on a telephone the reason stands there, too", async () => {
  open = await openReport(browser, site.url, "", { viewport: { width: 390, height: 844 } });
  expect((await tile("Fail")).join("|")).toMatch(/^Fail\|0 seen\|\d+ groups could not be judged/);
  await expectNoSidewaysScroll(open.page);
});

test("the console says it, too", async () => {
  const server = await startLocalServer(world, 0, () => undefined);
  open = await openReport(browser, site.url);
  const page = await open.page.context().newPage();
  await page.goto(`${server.url}/api/console`);
  await page.getByLabel("Function key").fill(server.key);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Trend" }).waitFor();
  expect(await page.locator(".notice li").allInnerTexts()).toEqual([
    expect.stringMatching(/^Groups usage report, Teams usage report, SharePoint site usage report: concealed\./),
  ]);
  expect(await page.locator(".tile.Fail dd").innerText()).toMatch(/^0 seen/);
  const facts = await page.locator(".facts div").allInnerTexts();
  expect(facts.join("\n")).toMatch(/Guest memberships\s*not known$/m);
  expect(facts.join("\n")).toMatch(/Storage of Fail\s*not known of not known/);
  expect(await page.getByText("Not known of every group").innerText()).toContain("Guest memberships: groups report concealed");
  expect(await page.getByText("Since the last report:").innerText()).toContain("left Fail (to Unknown)");
  await expectAccessible(page);
  await server.close();
});
