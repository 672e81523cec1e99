import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { cellOf, COLUMNS } from "../../src/report/columns";
import { writeHtml } from "../../src/report/write-html";
import type { ReportRow, Summary } from "../../src/report/types";
import { facts, lastSeen, rowOf } from "./facts";
import { HOSTILE, hostileRow, streamed, summaryOf, textOf } from "./reports";

const hostile = HOSTILE.map(hostileRow);
const injected = '</script><img src=x onerror="alert(1)">&';

async function page(rows: readonly ReportRow[], summary: Summary = summaryOf(rows)): Promise<string> {
  return textOf(writeHtml(summary, streamed(rows)));
}

/** The contents of the page's script elements, by the tags that a browser sees. */
function scripts(html: string, tag: string): string[] {
  return html
    .split(tag)
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf("</script>")));
}

function embeddedRows(html: string): unknown[][] {
  return scripts(html, '<script type="application/json" class="rows">').flatMap((block) => JSON.parse(block));
}

const keys = COLUMNS.map((column) => column.key).filter((key) => key !== "runId" && key !== "dataDate");

test("hostile names stand in the data whole, and nowhere as markup", async () => {
  const html = await page(hostile);
  expect(embeddedRows(html)).toEqual(hostile.map((row) => keys.map((key) => cellOf(row, key))));
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html.match(/<\/script>/g)).toHaveLength(3);
  expect(html).not.toContain("<!--");
});

test("text of the summary is escaped", async () => {
  const source = { ...summaryOf([]).sources[0]!, state: "failed" as const, remedy: injected };
  const changes = {
    tenant: { id: injected, name: injected },
    messages: [injected],
    runId: injected,
    version: injected,
    features: [injected],
    sources: [source],
  };
  const removed = [{ id: injected, displayName: injected, lastResult: "Fail" as const }];
  const html = await page([], summaryOf([], {}, { ...changes, removed }));
  expect(html).not.toContain("<img");
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html).toContain("&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;");
});

function hash(text: string | undefined): string {
  return `'sha256-${createHash("sha256")
    .update(text ?? "")
    .digest("base64")}'`;
}

test("the policy allows its own script and style by their hashes, and nothing else", async () => {
  const html = await page(hostile);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
  const script = scripts(html, "<script>")[0];
  expect(policy).toBe(
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  );
});

test("the page loads nothing and has no inline handlers or styles, which its policy would forbid", async () => {
  const html = await page(hostile);
  const markup = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<style>[\s\S]*?<\/style>/, "");
  expect(markup).not.toMatch(/\s(src|href|style|on[a-z]+)=/i);
  expect(/<style>([\s\S]*?)<\/style>/.exec(html)?.[1]).not.toMatch(/url\(|@import/);
});

test("the script is valid and never writes markup", async () => {
  const script = scripts(await page([]), "<script>")[0] ?? "";
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
});

test("the first screen says what can't be seen, the figures, the gaps and what to do", async () => {
  const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 200))];
  const html = await page(rows, summaryOf(rows, { groupsUsage: "concealed", sites: "off" }, { status: "CompletedWithGaps" }));
  expect(html.indexOf("Retention and eDiscovery holds")).toBeLessThan(html.indexOf("<main>"));
  expect(html).toContain("Complete, with gaps");
  expect(html).toMatch(/Groups usage report: concealed\.<\/b> .*Display concealed user, group, and site names in all reports/);
  expect(html).toContain("not collected by choice");
  expect(html).toMatch(/<b>1<\/b\s*><span>Fail<\/span>/);
  for (const { definition } of COLUMNS) expect(html).toContain(definition.replaceAll("'", "&#39;"));
});

test("a report without gaps shows no list of gaps", async () => {
  expect(await page([])).not.toContain("Gaps in this report");
});

test("past 100,000 groups the page holds only those to act on, and says so", async () => {
  const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 100)), rowOf(lastSeen(facts(), 200))];
  const html = await page(rows, { ...summaryOf(rows), groups: 100_001 });
  expect(embeddedRows(html).map((row) => row[keys.indexOf("result")])).toEqual(["Issues", "Fail"]);
  expect(html).toContain("this file holds only Fail, Issues, Unknown and New");
  expect(embeddedRows(await page(rows, { ...summaryOf(rows), groups: 100_000 }))).toHaveLength(3);
});
