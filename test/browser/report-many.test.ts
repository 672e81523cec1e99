import type { Browser } from "playwright-core";
import type { ReportRow } from "../../src/model/report";
import { htmlOf, trendOf } from "../report/html-report";
import { launchChromium } from "./chromium";
import { describeMeasured, measureReport } from "./measure-report";
import { realisticGroups } from "./realistic-groups";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test("a report of 1,000 groups is under 1 MB", async () => {
  const { summary, groups } = realisticGroups(1000);
  expect(Buffer.byteLength(await htmlOf(groups, summary, trendOf(summary)))).toBeLessThan(1_000_000);
});

// Times are printed, not judged: they are the machine's.
test("a report of 100,000 groups is under 15 MB, and its table sorts, filters and searches all of them", async () => {
  const made = realisticGroups(100_000);
  const measured = await measureReport(browser, made);
  process.stdout.write(`${describeMeasured(measured)}\n`);
  expect(measured.bytes).toBeLessThan(15_000_000);
  const count = (belongs: (row: ReportRow) => boolean) =>
    made.groups.filter(({ row }) => belongs(row)).length.toLocaleString("en-US");
  const fails = count(({ result, guests }) => result === "Fail" && guests !== null && guests >= 1 && guests <= 10);
  expect(measured.counts).toMatchObject({
    "table ready": "100,000 groups",
    "sort by text": "100,000 groups",
    filter: `${fails} of 100,000 groups`,
    "next search": expect.stringMatching(/^[\d,]+ of 100,000 groups$/),
    "by owner": expect.stringMatching(/ owners$/),
  });
}, 300_000);
