import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { makeReport, openWorld, readOutput } from "../integration/world";
import { launchChromium } from "./chromium";
import { reportNights } from "./nights";
import { openReport, serveReport } from "./open-report";

const NIGHTS = 12;
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1,
  isMobile: true,
  hasTouch: true,
};
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

/** The program behind `npm run screenshots`: each view of the simulated tenant's report, after twelve nights, as a PNG in docs/images. */
async function main(): Promise<void> {
  const folder = path.join(process.cwd(), "docs", "images");
  await mkdir(folder, { recursive: true });
  const world = await openWorld({ groups: 1000, settings: { FEATURES: "teams,signIns" } });
  const { runId, rows } = await reportNights(world, NIGHTS);
  const site = await serveReport((await readOutput(world.services, runId, "html"))?.toString("utf8") ?? "");
  const fail = rows.find((row) => row.result === "Fail" && row.blockers.length > 0 && (row.owners?.length ?? 0) > 1);
  const owner = rows.find((row) => (row.owners?.length ?? 0) > 0 && row.result === "Fail")?.owners?.[0]?.id ?? "";
  const worst = "#view=groups&result=Fail,Issues&sort=result,-siteStorageGB";
  const views: [name: string, fragment: string, options: BrowserContextOptions, whole?: boolean][] = [
    ["overview", "#view=overview", { viewport: { width: 1440, height: 1130 } }],
    ["overview-whole", "#view=overview", DESK, true],
    ["overview-dark", "#view=overview", { ...DESK, colorScheme: "dark" }],
    ["groups", worst, DESK],
    ["groups-dark", worst, { ...DESK, colorScheme: "dark" }],
    ["card", `${worst}&group=${fail?.id ?? ""}`, { viewport: { width: 1440, height: 1100 } }],
    ["by-owner", "#view=owners", DESK],
    ["owner", `#view=owners&owner=${owner}`, DESK],
    ["candidates", "#view=candidates", DESK],
    ["definitions", "#view=definitions", DESK],
    ["phone-overview", "#view=overview", PHONE],
    ["phone-groups", worst, PHONE],
    ["phone-card", `${worst}&group=${fail?.id ?? ""}`, PHONE],
  ];
  const browser = await launchChromium();
  for (const [name, fragment, options, whole = false] of views) {
    const { page, close } = await openReport(browser, site.url, fragment, options);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: whole });
    process.stdout.write(`docs/images/${name}.png\n`);
    await close();
  }
  // Half of two reports is missing: what a reader sees of gaps.
  world.simulator.switches.csvThin = { teams: 0.5, sites: 0.5 };
  const partial = await makeReport(world);
  const other = await serveReport((await readOutput(world.services, partial.runId, "html"))?.toString("utf8") ?? "");
  const { page, close } = await openReport(browser, other.url, "", DESK);
  await page.screenshot({ path: path.join(folder, "gaps.png") });
  process.stdout.write("docs/images/gaps.png\n");
  await close();
  await other.close();
  await browser.close();
  await site.close();
  await world.close();
}

void main();
