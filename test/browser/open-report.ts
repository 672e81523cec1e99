import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { HTML_POLICY } from "../../src/api/send-output";

export interface OpenReport {
  page: Page;
  /** Whatever the page said on its console, or asked of the network beside itself. */
  complaints: string[];
  close(): Promise<void>;
}

export interface Site {
  /** Served on the loopback, as the app sends it. */
  url: string;
  /** The same as a file. */
  file: string;
  close(): Promise<void>;
}

/** Puts a report where a browser finds it, in both ways that readers have it. */
export async function serveReport(html: string): Promise<Site> {
  const folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  const name = path.join(folder, "report.html");
  await writeFile(name, html);
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": HTML_POLICY });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    file: pathToFileURL(name).href,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a report at a view, and waits until its rows are there. */
export async function openReport(
  browser: Browser,
  address: string,
  fragment = "",
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url.replace(/#.*/, "") !== address && !url.startsWith("blob:") && !url.endsWith("/favicon.ico"))
      complaints.push(`request: ${url}`);
  });
  await page.goto(address + fragment);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  return { page, complaints, close: () => context.close() };
}

/** The texts of a column of the table on screen, from the top. */
export async function columnTexts(page: Page, heading: string): Promise<string[]> {
  const at = await page.locator("table.grid:visible thead th > span:first-child").allTextContents();
  const place = at.indexOf(heading) + 1;
  return page.locator(`table.grid:visible tbody tr:not(.pad) > :nth-child(${place})`).allTextContents();
}

export function countText(page: Page): Promise<string | null> {
  return page.locator(".actions .count:visible").textContent();
}

/** What a click on the button hands to the reader as a file. */
export async function downloaded(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).first().click(),
  ]);
  const pieces: Buffer[] = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
  return { name: download.suggestedFilename(), text: Buffer.concat(pieces).toString("utf8") };
}
