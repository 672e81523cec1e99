import { NOTE_LEGEND, resultLegend, warningLegend } from "./code-definitions";
import { COLUMNS } from "./columns";
import { isGap } from "./source-use";
import { RESULTS, type SourceSummary, type Summary } from "./types";
import { HOLDS_NOTICE, NOT_VISIBLE, SOURCE_TITLES, STATE_TITLES } from "./wording";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const figure = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** `2026-11-22T02:00:00Z` as `2026-11-22 02:00 UTC`. */
function time(dateTime: string): string {
  return escapeHtml(`${dateTime.slice(0, 16).replace("T", " ")} UTC`);
}

function tableOf(headings: readonly string[], lines: readonly (readonly string[])[], figures: readonly number[] = []): string {
  const mark = (index: number) => (figures.includes(index) ? ' class="figure"' : "");
  const head = headings.map((heading, index) => `<th scope="col"${mark(index)}>${heading}</th>`).join("");
  const body = lines.map((line) => `<tr>${line.map((cell, index) => `<td${mark(index)}>${cell}</td>`).join("")}</tr>`).join("\n");
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function headSection(summary: Summary): string {
  const gaps = summary.sources.filter((source) => isGap(source.state));
  const status = { Completed: "Complete", CompletedWithGaps: "Complete, with gaps" }[summary.status as string] ?? summary.status;
  const title = escapeHtml(summary.tenant.name ?? summary.tenant.id);
  const dated = summary.sources.filter((source) => source.dataDate !== null && source.dataDate !== summary.dataDate);
  const dates = dated.map((source) => `${SOURCE_TITLES[source.name]} of ${source.dataDate}`);
  const told = [
    ...summary.messages.map((message) => `<li>${escapeHtml(message)}</li>`),
    ...gaps.map(
      ({ name, state, remedy }) => `<li><b>${SOURCE_TITLES[name]}: ${STATE_TITLES[state]}.</b> ${escapeHtml(remedy ?? "")}</li>`,
    ),
  ];
  return `<header><h1>Groups and teams of ${title}</h1>
<p class="soft"><span class="pill">${escapeHtml(status)}</span> Run of ${time(summary.startedAt)} · data of ${escapeHtml(summary.dataDate ?? "no usage report")}${
    dates.length > 0 ? ` (${escapeHtml(dates.join(", "))})` : ""
  }</p>
<div class="notice"><b>Before you delete anything:</b> ${escapeHtml(HOLDS_NOTICE)} ${escapeHtml(NOT_VISIBLE)}</div>
${told.length > 0 ? `<div class="notice" id="gaps"><b>Gaps in this report</b><ul>${told.join("\n")}</ul></div>` : ""}</header>`;
}

export function figuresSection(summary: Summary): string {
  const legend = resultLegend(summary.thresholds);
  let offset = 0;
  const bar = RESULTS.map((result) => {
    const width = summary.groups > 0 ? (summary.byResult[result] / summary.groups) * 1000 : 0;
    offset += width;
    return `<rect class="${result}" x="${(offset - width).toFixed(2)}" width="${width.toFixed(2)}" height="12"/>`;
  });
  const tiles = RESULTS.map(
    (result) =>
      `<button type="button" class="tile ${result}" value="${result}" aria-pressed="false"><b>${figure.format(summary.byResult[result])}</b><span>${result}</span><small>${escapeHtml(legend[result].split(NOT_VISIBLE)[0] ?? "")}</small></button>`,
  );
  const figures: [string, string][] = [
    ["Groups", figure.format(summary.groups)],
    ["Teams", figure.format(summary.teams)],
    ["Communities", figure.format(summary.communities)],
    ["Archived teams", figure.format(summary.archivedTeams)],
    ["Guest memberships", figure.format(summary.guestMemberships)],
    ["No active owner", figure.format(summary.withoutActiveOwner)],
    ["Expire in 30 days", figure.format(summary.expiresSoon)],
    ["Site storage", `${figure.format(summary.storageGB)} GB`],
    ["… of Fail", `${figure.format(summary.failStorageGB)} GB`],
    ["No longer listed", figure.format(summary.removed.length)],
  ];
  return `<section aria-label="Results"><div class="tiles">${tiles.join("")}</div>
<svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">${bar.join("")}</svg>
<dl class="figures">${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl></section>`;
}

function sourceLine({ name, state, rows, dataDate, coverage, requests, retries }: SourceSummary): string[] {
  const share = coverage === null ? "–" : `${figure.format(coverage * 100)} %`;
  return [
    SOURCE_TITLES[name],
    STATE_TITLES[state],
    figure.format(rows),
    dataDate ?? "–",
    share,
    figure.format(requests),
    figure.format(retries),
  ];
}

export function scopeSection(summary: Summary): string {
  const { thresholds, byWarning, byNote } = summary;
  const codes = (counts: Record<string, number>, legend: Record<string, string>) =>
    Object.entries(legend).map(([code, meaning]) => [
      `<code>${code}</code>`,
      figure.format(counts[code] ?? 0),
      escapeHtml(meaning),
    ]);
  const removed = summary.removed.map((group) => [
    escapeHtml(group.displayName ?? ""),
    `<code>${escapeHtml(group.id)}</code>`,
    group.lastResult,
  ]);
  return `<section><h2>What was looked at</h2>
${tableOf(["Source", "State", "Rows", "Data date", "Coverage", "Requests", "Retries"], summary.sources.map(sourceLine), [2, 4, 5, 6])}
<h3>And what was not</h3><p>${escapeHtml(NOT_VISIBLE)} Sites of private and shared channels and chats outside teams are not counted. Retention and eDiscovery holds can't be read. The usage reports cover 180 days and lag by up to 48 hours or more; ages of activity are counted to each report's own date.</p>
<h2>Warnings and notes</h2>
${tableOf(["Code", "Groups", "Meaning"], [...codes(byWarning, warningLegend(thresholds)), ...codes(byNote, NOTE_LEGEND)], [1])}
${removed.length > 0 ? `<details><summary>${figure.format(removed.length)} groups of the last report are no longer listed</summary>${tableOf(["Group", "Id", "Last result"], removed)}</details>` : ""}</section>`;
}

export function definitionsSection(summary: Summary): string {
  const results = Object.entries(resultLegend(summary.thresholds)).map(([result, meaning]) => [
    `<b class="${result}">${result}</b>`,
    escapeHtml(meaning),
  ]);
  const columns = COLUMNS.map(({ heading, key, definition }) => [
    escapeHtml(heading),
    `<code>${key}</code>`,
    escapeHtml(definition),
  ]);
  return `<section><h2>Definitions</h2>${tableOf(["Result", "Meaning"], results)}
<details><summary>Columns: what each counts, and what not</summary>${tableOf(["Column", "JSON key", "Definition"], columns)}</details></section>`;
}

export function footSection(summary: Summary): string {
  const limits = Object.entries(summary.thresholds).map(([name, value]) => `${name} ${value}`);
  return `<footer>Run <code>${escapeHtml(summary.runId)}</code>, ${time(summary.startedAt)} to ${time(summary.finishedAt)} · tenant <code>${escapeHtml(summary.tenant.id)}</code> · version ${escapeHtml(summary.version)} · features: ${escapeHtml(summary.features.join(", ") || "none")} · thresholds: ${limits.join(", ")}</footer>`;
}
