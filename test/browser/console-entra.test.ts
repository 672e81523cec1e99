import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type GuardedApp, startGuardedApp } from "../functions/easy-auth";
import { makeReport, openWorld, readOutput, type World } from "../integration/world";
import { launchChromium } from "./chromium";
import { expectAccessible } from "./page-checks";

/** The console page of the built app behind App Service authentication, in a real browser. */
let world: World;
let app: GuardedApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let said: string[];

beforeAll(async () => {
  world = await openWorld({ groups: 100 });
  await makeReport(world);
  app = await startGuardedApp({ HTTP_AUTH: "entra", AzureWebJobsStorage: world.storage.connectionString });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await app.stop();
  await world.close();
});
beforeEach(async () => {
  context = await browser.newContext({ locale: "en-GB" });
  page = await context.newPage();
  said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
});
afterEach(() => context.close());

/** Opens the page as nobody, follows its link, and comes back as `name`. */
async function signIn(name: string): Promise<void> {
  await context.addCookies([{ name: "SignInAs", value: name, url: app.url }]);
  await page.goto(`${app.url}/api/console`);
  await page.getByRole("link", { name: "Sign in with Microsoft Entra" }).click();
  await page.waitForURL(`${app.url}/api/console`);
}

test("who is not signed in finds a way to, and no field for a key", async () => {
  await page.goto(`${app.url}/api/console`);
  const link = page.getByRole("link", { name: "Sign in with Microsoft Entra" });
  expect(await link.getAttribute("href")).toBe("/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fconsole");
  expect(await page.locator("input").count()).toBe(0);
  await expectAccessible(page);
  expect(said.every((line) => /401/.test(line))).toBe(true);
});

test("a reader sees the report, opens it in a sandbox, and is told who may start a run", async () => {
  await signIn("reader");
  await page.getByRole("heading", { name: "Latest report" }).waitFor();
  said = [];
  const opening = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open the report" }).click();
  const report = await opening;
  await report.waitForLoadState();
  // Of no origin: it could reach neither this app's cookies nor its routes.
  expect(await report.evaluate("origin")).toBe("null");
  expect(await report.title()).toContain(world.simulator.tenant.name);
  await report.close();
  await expectAccessible(page);
  expect(said).toEqual([]);

  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("alert").getByText("without the app role Report.Operate").waitFor();
  expect((await world.services.store.runs.list()).length).toBe(1);
});

test("a reader downloads with the site's own session", async () => {
  await signIn("reader");
  const waiting = page.waitForEvent("download");
  await page.getByRole("group", { name: "Files of the latest report" }).getByRole("button", { name: "CSV" }).click();
  const path = await (await waiting).path();
  const [run] = await world.services.store.runs.list();
  const written = await readOutput(world.services, run?.runId ?? "", "csv");
  expect(written?.equals(await readFile(path))).toBe(true);
});

test("who has no role is told which one is missing, and can sign in as somebody else", async () => {
  await signIn("nobody");
  await page.getByRole("alert").getByText("without the app role Report.Read").waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Sign out" }).click();
  await page.waitForURL(`${app.url}/api/console`);
  await page.getByRole("link", { name: "Sign in with Microsoft Entra" }).waitFor();
});

test("an operator starts a run and cancels it; a session that ends on the way leads to the sign-in", async () => {
  await signIn("operator");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("Starting …").waitFor();
  await page.getByRole("button", { name: "Cancel this run" }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.getByText("Stopping: what is under way comes to its end …").waitFor();
  const [newest] = await world.services.store.runs.list();
  expect(newest).toMatchObject({ status: "Running", cancelRequested: true });
  await context.clearCookies();
  await page.getByRole("link", { name: "Sign in with Microsoft Entra" }).waitFor();
  expect(await page.locator("body").textContent()).not.toContain(world.simulator.tenant.name);
});

test("a run in which nothing moves for two minutes may be replaced; whether it is gone the app decides", async () => {
  await page.clock.install();
  await signIn("operator");
  // It was started in the test before, and here nothing carries it.
  await page.getByText("Stopping: what is under way comes to its end …").waitFor();
  const run = page.getByRole("button", { name: "Run now" });
  await page.clock.runFor(60_000);
  expect(await run.count()).toBe(0);
  for (let seconds = 0; seconds < 70; seconds += 7) await page.clock.runFor(7000);
  await page.getByText("Nothing has changed for two minutes.").waitFor();
  await expectAccessible(page);
  await run.click();
  // In Azure a run is given up after a quarter of an hour without a sign of it.
  await page
    .getByRole("alert")
    .getByText(/Run \S+ is in progress; wait for it to end, or cancel it first/)
    .waitFor();
});
