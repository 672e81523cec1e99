import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { COLUMNS } from "../../src/report/columns";
import { valueOf, codedText, type Data } from "../../src/web/report/data";
import { cellOf } from "../../src/report/columns";
import type { JudgedGroup, ReportRow, Summary } from "../../src/model/report";
import { facts, group, lastSeen, rowOf, teamFacts } from "../verdict/facts";
import { dataOf, htmlOf, judgedOf, scripts, trendOf } from "./html-report";
import { emptyRow, HOSTILE, hostileRow, summaryOf } from "./reports";

const hostile = HOSTILE.map(hostileRow);
const injected = '</script><img src=x onerror="alert(1)">&';

async function page(rows: readonly ReportRow[], summary: Summary = summaryOf(rows)): Promise<string> {
  return htmlOf(rows.map(judgedOf), summary);
}

function cells(data: Data): unknown[][] {
  return Array.from({ length: data.count }, (_, row) => COLUMNS.map(({ key }) => valueOf(data, key, row)));
}

const cellsOf = (rows: readonly ReportRow[]) => rows.map((row) => COLUMNS.map(({ key }) => cellOf(row, key)));

test("every cell of every row is what the other outputs have, whatever it holds", async () => {
  const rows = [
    ...hostile,
    emptyRow(),
    rowOf(teamFacts()),
    rowOf(lastSeen(teamFacts(), 200)),
    rowOf(facts({ group: group({ owners: [], mail: "HR@contoso.com", displayName: "HR" }) })),
    rowOf(facts({ group: group({ mail: "\u0001odd", displayName: "HR" }) })),
  ].map((row): ReportRow => ({ ...row, runId: "run-1", dataDate: "2026-11-20" }));
  expect(cells(dataOf(await page(rows)))).toEqual(cellsOf(rows));
});

test("what is hidden for the sake of size comes back, also where a text holds the mark itself", async () => {
  const base = rowOf(facts({ group: group({ displayName: "Human Resources", mail: "HumanResources12@contoso.com" }) }));
  const rows: ReportRow[] = [
    base,
    { ...base, siteUrl: "https://contoso.sharepoint.com/sites/HumanResources12" },
    { ...base, mail: "human.resources@contoso.com", siteUrl: "\u0001https://x/human.resources" },
    { ...base, mail: "\u00010@contoso.com", siteUrl: "\u0001" },
    { ...base, mail: null, siteUrl: "\u00010" },
    { ...base, displayName: null, siteUrl: "https://x/sites/HumanResources12\u0001" },
  ];
  const data = dataOf(await page(rows));
  expect(rows.map((_, at) => [valueOf(data, "mail", at), valueOf(data, "siteUrl", at)])).toEqual(
    rows.map(({ mail, siteUrl }) => [mail, siteUrl]),
  );
});

test("ids that are no plain GUIDs stay as they are", async () => {
  const rows = [{ ...hostileRow("a"), id: "NOT-A-GUID" }, hostileRow("b", 2)];
  expect(dataOf(await page(rows)).ids).toEqual(rows.map(({ id }) => id));
});

test("a group's last results stand in the file for its card", async () => {
  const history: JudgedGroup["history"] = [
    { date: "2026-11-20", result: "Pass" },
    { date: "2026-11-21", result: "Issues" },
  ];
  const row = rowOf(facts());
  const data = dataOf(await htmlOf([{ ...judgedOf(row), history }], summaryOf([row])));
  expect(codedText(data, "historyDates", 0)).toBe("2026-11-20 2026-11-21");
  expect(codedText(data, "historyResults", 0)).toBe("Pass Issues");
});

test("hostile names stand nowhere as markup", async () => {
  const html = await page(hostile);
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html.match(/<\/script>/g)).toHaveLength(3);
  expect(html).not.toContain("<!--");
  expect(html).not.toContain("evil.example");
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
    gaps: [{ sources: [source.name], remedy: injected }],
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
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test("the page loads nothing and has no inline handlers or styles, which its policy would forbid", async () => {
  const html = await page(hostile);
  const markup = html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<style>[\s\S]*?<\/style>/, "");
  expect(markup).not.toMatch(/\s(src|style|on[a-z]+)=/i);
  const [icon, ...links] = [...markup.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
  // Without an icon of its own a browser would ask the server for one.
  expect(icon).toMatch(/^data:image\/svg\+xml,/);
  expect(links.every((address) => address?.startsWith("#view="))).toBe(true);
  expect(/<style>([\s\S]*?)<\/style>/.exec(html)?.[1]).not.toMatch(/url\(|@import/);
});

test("the script is valid and never writes markup", async () => {
  const script = scripts(await page([]), "<script>")[0] ?? "";
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

test("the shell of the report, all but its rows, is under 600 KB", async () => {
  expect(Buffer.byteLength(await page([]))).toBeLessThan(600_000);
});

test("the first screen says what can't be seen, the figures, the gaps and what to do", async () => {
  const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 200))];
  const html = await page(rows, summaryOf(rows, { groupsUsage: "concealed", sites: "off" }, { status: "CompletedWithGaps" }));
  expect(html.indexOf("Retention and eDiscovery holds")).toBeLessThan(html.indexOf("Results by kind"));
  expect(html).toContain("Complete, with gaps");
  expect(html).toMatch(/Groups usage report: concealed\.<\/b> .*Display concealed user, group, and site names in all reports/);
  expect(html).toContain("not collected by choice");
  expect(html).toContain('<span class="name">Fail</span><b>1</b>');
  for (const { definition } of COLUMNS) expect(html).toContain(definition.replaceAll("'", "&#39;"));
});

test("a report without gaps shows no list of gaps", async () => {
  expect(await page([])).not.toContain("Gaps in this report");
});

test("a tenant whose last groups are gone is not told that this is its first run", async () => {
  const removed = [{ id: "a", displayName: "Gone", lastResult: "Fail" as const }];
  const moves = [{ from: "Fail" as const, to: null, groups: 1 }];
  const html = await page([], summaryOf([], {}, { removed, moves }));
  expect(html).toContain("1 no longer listed");
  expect(html).toContain("1 left: no longer listed");
  expect(html).not.toContain("No earlier report to compare with");
  expect(await page([])).toContain("No earlier report to compare with");
});

test("a first run has no trend, a later one shows what each result gained and lost", async () => {
  const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 200))];
  const summary = summaryOf(rows);
  const groups = rows.map(judgedOf);
  expect(await htmlOf(groups, summary)).toContain("The trend begins with the next run");
  const before = { startedAt: "2026-11-21T02:00:00Z", groups: 2, byResult: { ...summary.byResult, Pass: 2, Fail: 0 } };
  const html = await htmlOf(groups, summary, trendOf(summary, [before]));
  expect(html).toMatch(/>Fail<\/a><\/th><td class="figure">1<\/td><td class="figure">\+1<\/td>/);
  expect(html).toMatch(/>Pass<\/a><\/th><td class="figure">1<\/td><td class="figure">−1<\/td>/);
});

test("past 100,000 groups the page holds only those to act on, and says so", async () => {
  const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 100)), rowOf(lastSeen(facts(), 200))];
  const html = await page(rows, { ...summaryOf(rows), groups: 100_001 });
  const data = dataOf(html);
  expect([0, 1].map((row) => codedText(data, "result", row))).toEqual(["Issues", "Fail"]);
  expect(data.count).toBe(2);
  expect(html).toContain("hold only Fail, Issues, Unknown and New");
  expect(dataOf(await page(rows, { ...summaryOf(rows), groups: 100_000 })).count).toBe(3);
});

test("a page of more than one block is one table", async () => {
  const rows = Array.from({ length: 9000 }, (_, number) => hostileRow(`Group ${number}`, number));
  const data = dataOf(await page(rows));
  expect(data.count).toBe(9000);
  expect(valueOf(data, "owners", 8999)).toBe("Group 8999");
  expect(cells(data).at(-1)).toEqual(cellsOf(rows.slice(-1)).at(0));
});
