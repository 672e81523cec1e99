import { launchChromium } from "./chromium";
import { describeMeasured, measureReport } from "./measure-report";
import { realisticGroups } from "./realistic-groups";

/** The program behind bench/html.mjs. */
async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const browser = await launchChromium();
  for (const rows of given.length > 0 ? given : [1000, 100_000])
    process.stdout.write(`${describeMeasured(await measureReport(browser, realisticGroups(rows)))}\n`);
  await browser.close();
}

void main();
