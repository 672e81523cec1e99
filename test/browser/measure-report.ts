import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { htmlOf, trendOf } from "../report/html-report";
import { countText, openReport, serveReport } from "./open-report";
import type { RealisticGroups } from "./realistic-groups";

export interface Measured {
  rows: number;
  bytes: number;
  gzipped: number;
  /** In milliseconds, by what was done. */
  times: Record<string, number>;
  /** What the table said it holds, by the same names. */
  counts: Record<string, string | null>;
}

/** Goes to a view and waits until it has been painted. */
async function timed(page: Page, fragment: string): Promise<number> {
  return page.evaluate(async (hash) => {
    const start = performance.now();
    location.hash = hash;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return Math.round(performance.now() - start);
  }, fragment);
}

const STEPS = {
  "sort by a number": "#view=groups&sort=-siteStorageGB",
  "sort by text": "#view=groups&sort=description",
  "sort by owners": "#view=groups&sort=owners",
  "sort by three": "#view=groups&sort=result,-guests,mail",
  filter: "#view=groups&result=Fail&guests=1-10",
  "first search": "#view=groups&q=contoso+ba",
  "next search": "#view=groups&q=contoso+bace",
  candidates: "#view=candidates",
  "by owner": "#view=owners",
};

/** Opens a report of these groups as a file, and does what readers do. */
export async function measureReport(browser: Browser, { summary, groups }: RealisticGroups): Promise<Measured> {
  const html = await htmlOf(groups, summary, trendOf(summary));
  const site = await serveReport(html);
  try {
    const { page, close } = await openReport(browser, site.file, "#view=groups");
    const times: Record<string, number> = await page.evaluate(() => ({
      "first screen": Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0),
      "table ready": Math.round(performance.getEntriesByName("rows-ready")[0]?.startTime ?? 0),
    }));
    const counts: Measured["counts"] = { "table ready": await countText(page) };
    for (const [name, fragment] of Object.entries(STEPS)) {
      times[name] = await timed(page, fragment);
      counts[name] = await countText(page);
    }
    await close();
    return { rows: groups.length, bytes: Buffer.byteLength(html), gzipped: gzipSync(html).length, times, counts };
  } finally {
    await site.close();
  }
}

export function describeMeasured({ rows, bytes, gzipped, times }: Measured): string {
  const size = (value: number) => `${(value / 1_000_000).toFixed(2)} MB`;
  const lines = Object.entries(times).map(([name, time]) => `  ${name.padEnd(18)} ${String(time).padStart(5)} ms`);
  return [`${rows} rows: ${size(bytes)}, ${size(gzipped)} gzipped`, ...lines].join("\n");
}
