import { PAGE_SCRIPT, PAGE_STYLE } from "report-page";
import type { HtmlFigures } from "./html/count-figures";
import { definitionsSection } from "./html/definitions";
import { createRowEncoder } from "./html/encode-rows";
import { noticesSection, titleOf, topSection } from "./html/head";
import { figureOr } from "../verdict/figure";
import { escapeHtml } from "./html/markup";
import { figuresSection } from "./html/overview";
import { chartsSection } from "./html/overview-charts";
import type { HtmlGroup, PageFacts } from "./html/page-data";
import { footSection, scopeSection } from "./html/scope";
import type { TrendPoint } from "./html/trend";
import { ICON } from "./html/icon";
import { PAGE_HASHES, pagePolicy } from "./html/page-policy";
import type { Summary } from "../model/report";

/** A browser holds about this many rows with ease; past it the file holds only those that somebody has to act on. */
const MOST_ROWS = 100_000;
const ACTED_ON: ReadonlySet<string> = new Set(["Fail", "Issues", "Unknown", "New"]);

/** So many rows are held at once; larger blocks make the file hardly smaller. */
const ROWS_A_BLOCK = 8192;

/** JSON that can't end its script element or open a comment in it. */
function embedded(facts: PageFacts): string {
  return JSON.stringify(facts).replaceAll("<", "\\u003c");
}

function factsOf(summary: Summary): PageFacts {
  const { tenant, runId, startedAt, dataDate, thresholds } = summary;
  const sources = summary.sources.map(({ name, state, dataDate: day }) => ({ name, state, dataDate: day }));
  return { tenant, runId, startedAt, dataDate, thresholds, sources };
}

/** What the first screen shows beside the summary. */
export interface HtmlExtras {
  figures: HtmlFigures;
  /** The last published runs with this one, the oldest first. */
  trend: readonly TrendPoint[];
}

/**
 * `report.html`: one file without a network. Its first screen is plain HTML from the summary; the rows follow as deflated
 * data (html/page-data.ts), block by block, and the page's script (page/main.ts) makes the table of them.
 */
export async function* writeHtml(
  summary: Summary,
  { figures, trend }: HtmlExtras,
  groups: AsyncIterable<HtmlGroup> | Iterable<HtmlGroup>,
): AsyncGenerator<string> {
  const facts = factsOf(summary);
  const isCut = (summary.groups ?? 0) > MOST_ROWS;
  const cut = isCut
    ? `<p class="banner">Of ${figureOr(summary.groups)} groups the tables of this file hold only Fail, Issues, Unknown and New; report.csv, report.xlsx and report.json hold all. The figures and charts count all.</p>`
    : "";
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${pagePolicy(PAGE_HASHES)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(`Groups and teams of ${titleOf(summary)}`)}</title><link rel="icon" href="${ICON}">
<style>${PAGE_STYLE}</style></head>
<body>${topSection(summary)}<main>
<div class="view" id="overview">${cut}${noticesSection(summary)}${figuresSection(summary, figures)}${chartsSection(summary, figures, trend)}${scopeSection(summary)}
<noscript><p class="banner">The tables need JavaScript, which this page keeps to itself: it loads nothing and sends nothing.</p></noscript></div>
<div class="view" id="groups" hidden>${cut}<p class="soft" role="status">Reading the rows …</p></div>
<div class="view" id="definitions">${definitionsSection(summary)}</div>
</main>${footSection(summary)}
<dialog id="card" aria-labelledby="card-name"></dialog>
<script type="application/json" id="facts">${embedded(facts)}</script>
`;
  const encoder = createRowEncoder(facts);
  for await (const group of groups) {
    if (isCut && !ACTED_ON.has(group.row.result)) continue;
    encoder.add(group);
    if (encoder.waiting === ROWS_A_BLOCK) yield rowsBlock(await encoder.takeBlock());
  }
  yield `${rowsBlock(await encoder.takeBlock())}<script>${PAGE_SCRIPT}</script></body></html>\n`;
}

function rowsBlock(base64: string): string {
  return `<script type="application/octet-stream" class="rows">${base64}</script>\n`;
}
