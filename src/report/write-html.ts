import { createHash } from "node:crypto";
import { cellOf, COLUMNS, type ColumnKey } from "./columns";
import { HTML_CLIENT } from "./html-client";
import { definitionsSection, escapeHtml, figuresSection, footSection, headSection, scopeSection } from "./html-sections";
import { HTML_STYLE } from "./html-style";
import { NOTES, RESULTS, WARNINGS, type ReportRow, type Summary } from "./types";
import type { Rows } from "./write-json";

/** A browser holds about this many rows with ease; past it the file holds only those that somebody has to act on. */
const MOST_ROWS = 100_000;
const ACTED_ON: ReadonlySet<string> = new Set(["Fail", "Issues", "Unknown", "New"]);

const ROWS_A_BLOCK = 1000;

/** Columns of the first view, in its order. The other view has all, in the contract's order. */
const MAIN: readonly ColumnKey[] = [
  "displayName",
  "kind",
  "result",
  "reason",
  "lastActivity",
  "daysInactive",
  "ownerState",
  "owners",
  "members",
  "guests",
  "siteStorageGB",
  "warnings",
  "notes",
  "blockers",
  "change",
];
/** The same in every row, so they stand once in the file. */
const FIXED: ReadonlySet<ColumnKey> = new Set(["runId", "dataDate"]);

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

const POLICY = `default-src 'none'; script-src ${hash(HTML_CLIENT)}; style-src ${hash(HTML_STYLE)}; base-uri 'none'; form-action 'none'`;

/** JSON that can't end its script element or open a comment in it. */
function embedded(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function options(names: readonly string[], counts: Record<string, number>): string {
  return names.map((name) => `<option value="${name}">${name} (${counts[name] ?? 0})</option>`).join("");
}

function columnData(summary: Summary): unknown {
  const fixed: Partial<Record<ColumnKey, string | null>> = { runId: summary.runId, dataDate: summary.dataDate };
  return COLUMNS.map((column) => ({
    ...column,
    ...(FIXED.has(column.key) ? { fixed: fixed[column.key] } : {}),
    ...(MAIN.includes(column.key) ? { main: MAIN.indexOf(column.key) + 1 } : {}),
  }));
}

function tableSection(summary: Summary): string {
  const cut = summary.groups > MOST_ROWS;
  const held = cut
    ? `<p class="notice">Of ${summary.groups} groups this file holds only Fail, Issues, Unknown and New; report.csv, report.xlsx and report.json hold all.</p>`
    : "";
  return `<section><h2 id="groups">Groups</h2>${held}
<noscript><p class="notice">The table needs JavaScript, which this page keeps to itself: it loads nothing and sends nothing.</p></noscript>
<div class="bars"><label>Filter by any text<input id="find" type="search" placeholder="Name, owner, mail, id, reason …" autocomplete="off"></label>
<label>Result<select id="result"><option value="">All</option>${options(RESULTS, summary.byResult)}</select></label>
<label>Warning or note<select id="code"><option value="">All</option>${options(WARNINGS, summary.byWarning)}${options(NOTES, summary.byNote)}</select></label>
<label>Columns<select id="view"><option value="key">Main columns</option><option value="all">All columns</option></select></label>
<button type="button" id="clear">Clear</button><span id="count" class="soft" role="status"></span></div>
<div class="scroll" id="scroll" tabindex="0" role="region" aria-labelledby="groups"><table id="grid"><colgroup></colgroup><thead><tr></tr></thead><tbody></tbody></table></div></section>`;
}

/** `report.html`: one file without a network. Its first screen is plain HTML; the rows follow as data at its end. */
export async function* writeHtml(summary: Summary, rows: Rows): AsyncGenerator<string> {
  const title = escapeHtml(`Groups and teams of ${summary.tenant.name ?? summary.tenant.id}`);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title>
<style>${HTML_STYLE}</style></head>
<body>${headSection(summary)}<main>${figuresSection(summary)}${tableSection(summary)}${scopeSection(summary)}${definitionsSection(summary)}</main>${footSection(summary)}
<dialog id="detail" aria-labelledby="detail-name"><div class="top"><h3 id="detail-name"></h3><button type="button" class="link" id="close">Close</button></div><dl id="detail-fields"></dl></dialog>
<script type="application/json" id="columns">${embedded(columnData(summary))}</script>
`;
  let block: unknown[][] = [];
  for await (const row of rows) {
    if (summary.groups > MOST_ROWS && !ACTED_ON.has(row.result)) continue;
    block.push(cells(row));
    if (block.length < ROWS_A_BLOCK) continue;
    yield rowsBlock(block);
    block = [];
  }
  yield `${rowsBlock(block)}<script>${HTML_CLIENT}</script></body></html>\n`;
}

function cells(row: ReportRow): unknown[] {
  // The fixed columns are the last two of the contract: the places of the others stay as they are.
  return COLUMNS.filter(({ key }) => !FIXED.has(key)).map(({ key }) => cellOf(row, key));
}

function rowsBlock(block: unknown[][]): string {
  return `<script type="application/json" class="rows">${embedded(block)}</script>\n`;
}
