import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "./chromium";
import { serveNights } from "./nights";

/** The program behind `npm run screenshots`: the console page of a simulated tenant after twelve nights, as PNGs in docs/images. */
async function main(): Promise<void> {
  const folder = path.join(process.cwd(), "docs", "images");
  await mkdir(folder, { recursive: true });
  const { server, close } = await serveNights(12, 1200);
  const browser = await launchChromium();
  const take = async (name: string, options: BrowserContextOptions): Promise<void> => {
    const page: Page = await browser.newPage({ viewport: { width: 1180, height: 900 }, locale: "en-GB", ...options });
    await page.goto(`${server.url}/api/console`);
    await page.fill("#key", server.key);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#runs-title");
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    process.stdout.write(`docs/images/${name}.png\n`);
    await page.close();
  };
  await take("console", { colorScheme: "light" });
  await take("console-dark", { colorScheme: "dark" });
  await take("console-phone", { viewport: { width: 390, height: 844 } });
  await browser.close();
  await close();
}

void main();
