import { gapsIn } from "../../verdict/remedies";
import { isGap } from "../../verdict/source-use";
import type { SourceSummary, Summary } from "../../model/report";
import { HOLDS_NOTICE, NOT_VISIBLE, SOURCE_TITLES, STATE_TITLES } from "../../verdict/wording";
import { escapeHtml, isolate, time } from "./markup";

const STATUS: Partial<Record<Summary["status"], string>> = { Completed: "Complete", CompletedWithGaps: "Complete, with gaps" };

export const VIEWS = [
  ["overview", "Overview"],
  ["groups", "Groups"],
  ["owners", "By owner"],
  ["candidates", "Candidates"],
  ["definitions", "Definitions"],
] as const;

export function titleOf({ tenant }: Summary): string {
  return tenant.name ?? tenant.id;
}

/** Stands on top of every view: whose report, of when, and the views. Links alone, so that it works before the script does. */
export function topSection(summary: Summary): string {
  const links = VIEWS.map(([view, title]) => `<a href="#view=${view}" data-view="${view}">${title}</a>`);
  const status = STATUS[summary.status] ?? summary.status;
  const data = summary.dataDate === null ? "no usage report was read" : `data of ${time(summary.dataDate)}`;
  return `<header class="top"><div class="brand"><h1>Groups and teams of ${isolate(titleOf(summary))}</h1>
<p class="soft"><span class="pill ${escapeHtml(summary.status)}">${escapeHtml(status)}</span> Run of ${time(summary.startedAt)} · ${data}</p></div>
<div class="tools"><nav aria-label="Views">${links.join("")}</nav><button type="button" id="theme" hidden>Dark</button></div></header>`;
}

function gapBanner({ title, remedy }: { title: string; remedy: string }): string {
  return `<li class="banner"><b>${escapeHtml(title)}.</b> ${escapeHtml(remedy)}</li>`;
}

function sourceChip({ name, state, dataDate }: SourceSummary): string {
  const mark = isGap(state) ? "!" : state === "complete" ? "✓" : "–";
  const kind = isGap(state) ? "gap" : state;
  const dated = dataDate === null ? "" : `, ${time(dataDate)}`;
  const said = state === "complete" ? "" : `, ${STATE_TITLES[state]}`;
  return `<li class="${kind}"><span class="mark" aria-hidden="true">${mark}</span>${SOURCE_TITLES[name]}<span class="soft">${said}${dated}</span></li>`;
}

/** What was looked at, a banner for each gap with what to do, and what no report can see. */
export function noticesSection(summary: Summary): string {
  const gaps = [
    ...summary.messages.map((message) => `<li class="banner">${escapeHtml(message)}</li>`),
    ...gapsIn(summary).map(gapBanner),
  ];
  const banners = gaps.length > 0 ? `<ul class="banners" id="gaps" aria-label="Gaps in this report">${gaps.join("\n")}</ul>` : "";
  return `<section class="notices" aria-label="What was looked at">${banners}
<ul class="chips" aria-label="Sources">${summary.sources.map(sourceChip).join("")}</ul>
<p class="before"><b>Before you delete anything:</b> ${escapeHtml(HOLDS_NOTICE)} ${escapeHtml(NOT_VISIBLE)}</p></section>`;
}
