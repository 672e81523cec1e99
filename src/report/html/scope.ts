import { type Legend, NOTE_LEGEND, warningLegend } from "../../verdict/code-definitions";
import { figureNote, figureOf } from "../../verdict/figure-words";
import type { Note, SourceSummary, Summary, Warning } from "../../model/report";
import { NOT_VISIBLE, SOURCE_TITLES, STATE_TITLES } from "../../verdict/wording";
import { figure, figureOr } from "../../verdict/figure";
import { escapeHtml, isolate, plural, table, time, viewLink } from "./markup";

function sourceLine({ name, state, rows, notUnderstood, dataDate, coverage, requests, retries }: SourceSummary): string[] {
  const share = coverage === null ? "–" : `${figure(coverage * 100)} %`;
  const dated = dataDate === null ? "–" : time(dataDate);
  return [
    SOURCE_TITLES[name],
    STATE_TITLES[state],
    figure(rows),
    ...(notUnderstood === undefined ? [] : [figure(notUnderstood)]),
    dated,
    share,
    figure(requests),
    figure(retries),
  ];
}

function codeLines<Code extends Warning | Note>(summary: Summary, facet: string, legend: Legend<Code>): string[][] {
  return (Object.keys(legend) as Code[]).map((code) => {
    const note = figureNote(summary, code);
    return [
      viewLink({ view: "groups", [facet]: code }, `<code>${code}</code>`),
      figureOr(figureOf(summary, code)),
      escapeHtml(legend[code]) + (note === null ? "" : ` <span class="soft">(${escapeHtml(note)})</span>`),
    ];
  });
}

/** The first screen stays small whatever happened to the tenant. */
const MOST_REMOVED = 1000;

function removedList({ removed }: Summary): string {
  if (removed.length === 0) return "";
  const lines = removed
    .slice(0, MOST_REMOVED)
    .map(({ displayName, id, lastResult }) => [isolate(displayName ?? ""), `<code>${escapeHtml(id)}</code>`, lastResult]);
  const more = removed.length > MOST_REMOVED ? `, the first ${figure(MOST_REMOVED)} here and all in report.json` : "";
  const title = `${plural(removed.length, "group")} of the last report no longer listed${more}`;
  const columns = [{ heading: "Group" }, { heading: "Id" }, { heading: "Last result" }];
  return `<details><summary>${title}</summary>${table(title, columns, lines)}</details>`;
}

/** Warnings and notes with their counts, groups that are gone, and each source in figures. */
export function scopeSection(summary: Summary): string {
  const codes = [{ heading: "Code" }, { heading: "Groups", isFigure: true }, { heading: "Meaning" }];
  const warnings = codeLines(summary, "warning", warningLegend(summary.thresholds));
  const notes = codeLines(summary, "note", NOTE_LEGEND);
  const sources = [
    { heading: "Source" },
    { heading: "State" },
    { heading: "Rows", isFigure: true },
    ...(summary.sources.some(({ notUnderstood }) => notUnderstood !== undefined)
      ? [{ heading: "Not understood", isFigure: true }]
      : []),
    { heading: "Data date" },
    { heading: "Coverage", isFigure: true },
    { heading: "Requests", isFigure: true },
    { heading: "Retries", isFigure: true },
  ];
  return `<section><h2>Warnings and notes</h2>${table("Warnings and notes", codes, [...warnings, ...notes])}${removedList(summary)}
<h2>What was looked at, and what was not</h2>${table("Sources", sources, summary.sources.map(sourceLine))}
<p>${escapeHtml(NOT_VISIBLE)} Sites of private and shared channels, and chats outside teams, are not counted. Retention and eDiscovery holds can't be read. The usage reports cover 180 days and lag by up to 48 hours or more; ages of activity are counted to each report's own date.</p></section>`;
}

export function footSection(summary: Summary): string {
  const limits = Object.entries(summary.thresholds).map(([name, value]) => `${name} ${value}`);
  const features = escapeHtml(summary.features.join(", ") || "none");
  return `<footer>Run <code>${escapeHtml(summary.runId)}</code>, ${time(summary.startedAt)} to ${time(summary.finishedAt)} · tenant <code>${escapeHtml(summary.tenant.id)}</code> · version ${escapeHtml(summary.version)} · features: ${features} · thresholds: ${limits.join(", ")}</footer>`;
}
