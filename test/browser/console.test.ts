import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import type { RunDetail, RunLine } from "../../src/model/api";
import { type Simulator, startSimulator } from "../../simulator";
import { start, type Started } from "../integration/command-line";
import { launchChromium } from "./chromium";
import { startCuttingProxy } from "./cutting-proxy";
import { expectAccessible, expectNoSidewaysScroll } from "./page-checks";

/** The console page as `serve` gives it, in a real browser, with a simulated tenant behind it. */
const HOSTILE = `<img src=x onerror="document.title='hacked'">"'--></script><script>document.title='hacked'</script> \u202Egnp.exe`;

let simulator: Simulator;
let folder: string;
let server: Started;
let url: string;
let key: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Everything that the page has said on the browser's console; a test empties it where something was to be said. */
let said: string[];

beforeAll(async () => {
  simulator = await startSimulator({ groups: 250 });
  simulator.tenant = { ...simulator.tenant, name: HOSTILE };
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  server = start(["serve", "--port", "0", "--data", folder], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    FEATURES: "none",
    // Nothing stands in front of `serve`: it keeps to its key whatever this says.
    HTTP_AUTH: "entra",
  });
  const printed = await server.until(/Console.*\n/);
  [, url, key] = /Listening on (http:\S+?)\/api.*\nKey[^:]*: (\S+)/.exec(printed) as unknown as [string, string, string];
  expect(printed).toContain(`${url}/api/console`);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.kill("SIGTERM");
  await server.finished;
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1180, height: 900 }, acceptDownloads: true, locale: "en-GB" });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  said = [];
  page.on("console", (message: ConsoleMessage) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
});
afterEach(async () => {
  simulator.switches.latencyMs = 0;
  await context.close();
  expect(said).toEqual([]);
});

async function ask<T>(route: string, method = "GET"): Promise<T> {
  return (await (await fetch(`${url}/api/${route}`, { method, headers: { "x-functions-key": key } })).json()) as T;
}

async function connect(at = url): Promise<void> {
  await page.goto(`${at}/api/console`);
  await page.getByLabel("Function key").fill(key);
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("heading", { name: "Run", exact: true }).waitFor();
}

/** Waits for the run that goes, as a reader of the API would. */
async function ended(): Promise<RunLine | undefined> {
  for (;;) {
    const [newest] = (await ask<{ runs: RunLine[] }>("reports")).runs;
    const { running } = await ask<{ running: string | null }>("health");
    if (newest?.status !== "Running" && running === null) return newest;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("the page comes without a key and holds nothing of the tenant, while every other route wants one", async () => {
  const response = await fetch(`${url}/api/console`);
  const html = await response.text();
  expect([response.status, html.includes(simulator.tenant.id), html.includes(key)]).toEqual([200, false, false]);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/]+='; style-src 'sha256-[\w+/]+='; connect-src 'self'; /);
  expect(policy).toMatch(/form-action 'none'; frame-ancestors 'none'/);
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  expect(html.length).toBeLessThan(40_000);
  for (const route of ["reports", "reports/latest", "health", "console/x"])
    expect((await fetch(`${url}/api/${route}`)).status).toBe(401);
  expect((await fetch(`${url}/api/console`, { method: "POST" })).status).toBe(401);
});

test("before a key is given it asks for nothing; a wrong one is told in words and may be typed again", async () => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${url}/api/console`);
  await expectAccessible(page);
  expect(asked.filter((asking) => asking.startsWith("/api/"))).toEqual(["/api/console"]);
  for (const wrong of ["not-the-key", "κλειδί"]) {
    await page.keyboard.type(wrong);
    await page.keyboard.press("Enter");
    await page.getByText("The app does not know this key").waitFor();
  }
  const field = page.getByLabel("Function key");
  expect([await field.inputValue(), await field.getAttribute("aria-invalid")]).toEqual(["", "true"]);
  expect(await page.evaluate("document.activeElement.id")).toBe("key");
  await expectAccessible(page);
  // Chromium itself notes each answer of 401.
  expect(said.splice(0).every((line) => /401/.test(line))).toBe(true);
  await page.keyboard.type(key);
  await page.keyboard.press("Enter");
  await page.getByText("No report has been published yet.").waitFor();
  await page.getByText("The app is well and reads its storage.").waitFor();
});

test("with the app out of reach the key need not be typed again", async () => {
  await page.goto(`${url}/api/console`);
  await context.setOffline(true);
  await page.keyboard.type(key);
  await page.keyboard.press("Enter");
  await page.getByText("The app can't be reached.").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("heading", { name: "Run", exact: true }).waitFor();
  expect(await page.getByRole("alert").textContent()).toBe("");
  expect(said.splice(0).every((line) => /ERR_INTERNET_DISCONNECTED/.test(line))).toBe(true);
});

test("a run is started by keyboard, shows every source as it goes, and ends with its report; the figures are the API's", async () => {
  simulator.switches.hold = /\/groups\?/;
  await connect();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Run now");
  await page.keyboard.press("Enter");
  await page.getByText("Reading from Microsoft Graph …").waitFor();
  await page.locator(".sources li.complete", { hasText: "Teams usage report" }).waitFor();
  await page.locator(".sources li.reading", { hasText: "Groups list" }).waitFor();
  expect(await page.locator(".sources li").count()).toBe(8);
  expect(await page.locator("#live").textContent()).toMatch(/Reading from Microsoft Graph. \d of 8 sources done/);
  await expectAccessible(page);
  simulator.switches.hold = null;
  await page.getByRole("heading", { name: "Latest report" }).waitFor();
  await page.getByRole("button", { name: "Run now" }).waitFor();
  const run = await ended();
  const detail = await ask<RunDetail>(`reports/${run?.runId}`);
  for (const [result, count] of Object.entries(run?.byResult ?? {}))
    expect([result, await page.locator(`.tile.${result} dd`).evaluate((node) => node.firstChild?.nodeValue)]).toEqual([
      result,
      String(count),
    ]);
  const facts = await page.locator(".facts div").allTextContents();
  expect(facts).toEqual([
    "Groups250",
    `of these, teams${detail.summary?.teams}`,
    `Without an active owner${detail.summary?.withoutActiveOwner}`,
    `Guest memberships${detail.summary?.guestMemberships?.toLocaleString("en-GB")}`,
    `Expire in 30 days${detail.summary?.expiresSoon}`,
    `Storage of Fail${detail.summary?.failStorageGB} GB of ${detail.summary?.storageGB} GB`,
  ]);
  const cells = await page.locator("tbody tr").first().locator("td").allTextContents();
  expect([cells[0], cells[2], cells[3]]).toEqual(["Complete", "250", String(run?.byResult?.["Fail"])]);
});

test("a hostile tenant's name is text, and the page stays its own", async () => {
  await connect();
  expect(await page.locator("#subject bdi").textContent()).toBe(HOSTILE);
  expect([await page.title(), await page.locator("img, script").count()]).toEqual(["Groups and teams: console", 1]);
});

test("a second run makes a trend, and says what has changed since", async () => {
  await ask("reports", "POST");
  await ended();
  await connect();
  const label = await page.getByRole("img").getAttribute("aria-label");
  const [run] = (await ask<{ runs: RunLine[] }>("reports")).runs;
  expect(label).toMatch(/^Groups by result in 2 reports: Fail from \d+ to \d+,/);
  expect(label).toContain(`Pass from ${run?.byResult?.["Pass"]} to ${run?.byResult?.["Pass"]}`);
  expect(await page.locator(".tile.Pass small").textContent()).toBe("no change");
});

test.each([
  ["HTML report", "html"],
  ["Excel workbook", "xlsx"],
  ["CSV", "csv"],
  ["JSON", "json"],
])("%s is downloaded, byte for byte what the API gives", async (title, format) => {
  await connect();
  const waiting = page.waitForEvent("download");
  await page.getByRole("group", { name: "Files of the latest report" }).getByRole("button", { name: title }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(new RegExp(`^groups-report-\\d{4}-\\d\\d-\\d\\d\\.${format}$`));
  const given = await fetch(`${url}/api/reports/latest/${format}`, { headers: { "x-functions-key": key } });
  expect((await readFile(await download.path())).equals(Buffer.from(await given.arrayBuffer()))).toBe(true);
  await page.getByText(/^Downloaded groups-report/).waitFor({ state: "attached" });
});

test("the HTML report opens in a tab of its own, in a sandbox, by an address without the key that does so once", async () => {
  await connect();
  const opening = context.waitForEvent("page");
  await page.getByRole("button", { name: "Open the report" }).click();
  const report = await opening;
  await report.waitForURL(/\/api\/open\/[\w-]{43}/);
  await report.waitForSelector("html[data-ready]", { state: "attached" });
  expect([await report.evaluate("origin"), await report.evaluate("window.opener")]).toEqual(["null", null]);
  expect(await report.content()).not.toContain(key);
  expect(report.url()).not.toContain(key);
  expect((await fetch(report.url().replace(/#.*/, ""))).status).toBe(410);
  await report.close();
});

test("a report that can't be opened is told in the console, and no empty tab stays", async () => {
  await connect();
  await context.route("**/tickets", (route) => route.abort());
  await page.getByRole("button", { name: "Open the report" }).click();
  await page.getByRole("alert").getByText("The app can't be reached.").waitFor();
  await context.unroute("**/tickets");
  expect(context.pages().length).toBe(1);
  said = said.filter((line) => !/ERR_FAILED/.test(line));
});

test("a download that is cut goes on where it was, and is byte for byte what the API gives", async () => {
  const given = await fetch(`${url}/api/reports/latest/json`, { headers: { "x-functions-key": key } });
  const whole = Buffer.from(await given.arrayBuffer());
  const proxy = await startCuttingProxy(url, 20_000);
  try {
    await connect(proxy.url);
    const waiting = page.waitForEvent("download");
    await page.getByRole("group", { name: "Files of the latest report" }).getByRole("button", { name: "JSON" }).click();
    expect((await readFile(await (await waiting).path())).equals(whole)).toBe(true);
    // Where a connection was cut before the page had anything, all is asked for again.
    expect(proxy.asked.filter((range) => /^bytes=[1-9]\d*-$/.test(range)).length).toBeGreaterThan(2);
  } finally {
    await proxy.close();
  }
  said = said.filter((line) => !/ERR_(CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|CONNECTION)/.test(line));
});

test("an older run's file is downloaded from its row", async () => {
  const { runs } = await ask<{ runs: RunLine[] }>("reports");
  await connect();
  const waiting = page.waitForEvent("download");
  await page.locator("tbody tr").nth(1).getByRole("button", { name: "JSON" }).click();
  const text = await readFile(await (await waiting).path(), "utf8");
  expect((JSON.parse(text) as RunDetail).summary?.runId).toBe(runs[1]?.runId);
});

test("a run is cancelled after a question, which Escape answers with no", async () => {
  simulator.switches.hold = /\/groups\?/;
  await connect();
  await page.getByRole("button", { name: "Run now" }).click();
  const cancel = page.getByRole("button", { name: "Cancel this run" });
  await cancel.click();
  await page.getByRole("dialog").waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect((await ask<{ runs: RunLine[] }>("reports")).runs[0]).toMatchObject({ status: "Running", cancelRequested: false });
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Cancel this run");
  await cancel.click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.getByText("The run has ended: Cancelled.").waitFor({ state: "attached" });
  expect(await page.getByRole("alert").textContent()).toBe("");
  simulator.switches.hold = null;
  expect((await ended())?.status).toBe("Cancelled");
  expect(await page.locator("tbody tr").first().textContent()).toContain("Cancelled");
  // The report from before is still the one that is shown.
  expect(await page.locator(".facts").first().textContent()).toContain("Groups250");
});

test("a run that somebody else has started is named, and watched", async () => {
  await connect();
  simulator.switches.hold = /\/groups\?/;
  const { runId } = await ask<{ runId: string }>("reports", "POST");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText(`Run ${runId} is in progress`).waitFor();
  await page.getByText("Reading from Microsoft Graph …").waitFor();
  expect(said.splice(0).every((line) => /409/.test(line))).toBe(true);
  simulator.switches.hold = null;
  await ended();
});

test("it looks every few seconds while a run goes, not at all while hidden, and at once when it is seen again", async () => {
  await connect();
  simulator.switches.hold = /\/groups\?/;
  const asked: number[] = [];
  page.on("request", () => asked.push(Date.now()));
  const hide = (isHidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, "hidden", { configurable: true, get: () => ${isHidden} }); document.dispatchEvent(new Event("visibilitychange"))`,
    );
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("Reading from Microsoft Graph …").waitFor();
  await page.waitForRequest(/\/api\/reports\/2/);
  await page.waitForRequest(/\/api\/reports\/2/);
  const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  expect(Math.max(...gaps)).toBeGreaterThan(2000);
  await hide(true);
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 4500));
  expect(asked.length).toBe(before);
  const next = page.waitForRequest(/\/api\/reports/);
  await hide(false);
  await next;
  simulator.switches.hold = null;
  await page.getByText("No run is in progress.").waitFor();
  await ended();
  // Nothing goes: nothing is asked.
  await page.waitForTimeout(500);
  const after = asked.length;
  await page.waitForTimeout(4000);
  expect(asked.length).toBe(after);
});

test("a run that fails says why, with what to do", async () => {
  simulator.switches.groupsDenied = true;
  await connect();
  await page.getByRole("button", { name: "Run now" }).click();
  await page
    .getByRole("alert")
    .getByText(/The run has ended: Failed\..*GroupMember\.Read\.All/)
    .waitFor();
  simulator.switches.groupsDenied = false;
  // The table is read anew once the end has been told.
  await page.locator("tbody tr:first-child", { hasText: "GroupMember.Read.All" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close" }).click();
  expect(await page.getByRole("alert").textContent()).toBe("");
});

test("the key stands in no document, address, history, cookie or storage, and is forgotten on demand and with the page", async () => {
  await connect();
  await page.getByRole("group", { name: "Files of the latest report" }).getByRole("button", { name: "CSV" }).click();
  await page.getByText(/^Downloaded groups-report/).waitFor({ state: "attached" });
  const places = await page.evaluate<string[]>(
    `[document.documentElement.outerHTML, location.href, JSON.stringify(history.state), document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.title, window.name, ...[...document.querySelectorAll("input")].map(({ value }) => value), ...performance.getEntriesByType("resource").map(({ name }) => name)]`,
  );
  expect(places.join("\n")).not.toContain(key);
  expect(places.length).toBeGreaterThan(9);
  expect((await context.storageState()).origins).toEqual([]);
  await page.getByRole("button", { name: "Forget the key" }).click();
  await page.getByLabel("Function key").waitFor();
  expect(await page.locator("body").textContent()).not.toContain("250");
  await connect();
  await page.reload();
  await page.getByLabel("Function key").waitFor();
});

test.each([
  ["light", 1180],
  ["dark", 1180],
  ["light", 390],
  ["dark", 390],
] as const)("in %s at a width of %i it is accessible and nothing is cut off", async (colorScheme, width) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 844 });
  await connect();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
});

test("with the app gone it says so, keeps what it shows, and goes on by itself when the app is there again", async () => {
  await connect();
  simulator.switches.hold = /\/groups\?/;
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("Reading from Microsoft Graph …").waitFor();
  await context.setOffline(true);
  await page.getByText("The app can't be reached.").waitFor();
  expect(await page.getByText("Reading from Microsoft Graph …").isVisible()).toBe(true);
  await context.setOffline(false);
  simulator.switches.hold = null;
  await page.getByText("No run is in progress.").waitFor();
  expect(await page.getByRole("alert").textContent()).toBe("");
  // Chromium itself notes that it is offline.
  expect(said.splice(0).every((line) => /ERR_INTERNET_DISCONNECTED/.test(line))).toBe(true);
  await ended();
});
