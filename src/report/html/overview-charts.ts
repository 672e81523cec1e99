import { ageBands, inactivityBands } from "../bands";
import { isUsable } from "../source-use";
import { RESULTS, type Summary } from "../types";
import { STATE_TITLES } from "../wording";
import { barTable, chart, heatMap, legend } from "./charts";
import { type HtmlFigures, KINDS, WORKLOADS } from "./count-figures";
import { figure } from "../figure";
import { time, viewLink } from "./markup";
import { trendChart, type TrendPoint } from "./trend";

const KIND_TITLES = { Team: "Teams", Group: "Groups without a team", Community: "Communities" } as const;
/** The palest is the most recent; "none known" is grey. */
const AGE_CLASSES = ["age0", "age1", "age2", "age3", "age4"];

function resultsChart({ byKind }: HtmlFigures): string {
  const total = (kind: (typeof KINDS)[number]) => RESULTS.reduce((sum, result) => sum + byKind[kind][result], 0);
  const rows = KINDS.map((kind) => ({
    name: viewLink({ view: "groups", kind }, KIND_TITLES[kind]),
    parts: RESULTS.map((result) => ({
      value: byKind[kind][result],
      className: result,
      title: `${result}: ${figure(byKind[kind][result])}`,
    })),
    cells: [
      ...RESULTS.map((result) => {
        const count = byKind[kind][result];
        return count === 0 ? '<span class="soft">–</span>' : viewLink({ view: "groups", kind, result }, figure(count));
      }),
      figure(total(kind)),
    ],
  }));
  const keys = legend(RESULTS.map((result) => ({ className: result, label: result })));
  const table = barTable("Groups by kind and result", [...RESULTS, "All"], rows, Math.max(...KINDS.map(total)));
  return chart("chart-results", "Results by kind", "How many groups of each kind came to each result.", keys + table, "wide");
}

function ageChart({ thresholds }: Summary, { ageByInactivity }: HtmlFigures): string {
  const ages = ageBands(thresholds);
  const inactivity = inactivityBands(thresholds);
  const rows = ages.labels
    .map((name, at) => ({ name, code: ages.codes[at] ?? "", counts: ageByInactivity[at] ?? [] }))
    .filter(({ counts }) => counts.some((count) => count > 0));
  const map = heatMap({
    caption: "Groups by age and by days without activity",
    corner: "Age",
    columns: inactivity.labels,
    rows,
    link: (row, column) => ({ view: "groups", age: rows[row]?.code ?? "", inactive: inactivity.codes[column] ?? "" }),
  });
  return chart("chart-age", "Age against inactivity", "Rows: age of the group. Columns: days since its last activity.", map);
}

function workloadChart({ thresholds, sources }: Summary, { byWorkload }: HtmlFigures): string {
  const { labels } = inactivityBands(thresholds);
  const className = (at: number) => (at === labels.length - 1 ? "none" : (AGE_CLASSES[at] ?? "age4"));
  const rows = WORKLOADS.map(({ title, source: name }, at) => {
    const source = sources.find((one) => one.name === name);
    const counts = byWorkload[at];
    const dated = source?.dataDate ? ` <small class="soft">${time(source.dataDate)}</small>` : "";
    if (!counts || !source || !isUsable(source.state)) {
      const why = STATE_TITLES[source?.state ?? "failed"];
      return { name: `${title} <small class="soft">not read: ${why}</small>`, parts: [], cells: labels.map(() => "") };
    }
    const sum = Math.max(
      1,
      counts.reduce((total, count) => total + count, 0),
    );
    return {
      name: title + dated,
      // Each bar is full: what is compared is shares, since not every group has a team.
      parts: counts.map((count, band) => ({
        value: count / sum,
        className: className(band),
        title: `${labels[band]}: ${figure(count)}`,
      })),
      cells: counts.map(figure),
    };
  });
  const keys = legend(labels.map((label, at) => ({ className: className(at), label })));
  const reading = "Share of groups by days since the last activity that each report saw, counted to the report's own date.";
  return chart(
    "chart-workloads",
    "Activity by workload",
    reading,
    keys + barTable("Groups by workload", labels, rows, 1),
    "wide",
  );
}

function storageChart({ storageGB: total }: Summary, { storageGB }: HtmlFigures): string {
  const rows = RESULTS.map((result) => ({
    name: viewLink({ view: "groups", result, sort: "-siteStorageGB" }, result),
    parts: [{ value: storageGB[result], className: result, title: `${result}: ${figure(storageGB[result])} GB` }],
    cells: [figure(storageGB[result]), total > 0 ? `${figure(Math.round((storageGB[result] / total) * 1000) / 10)} %` : "–"],
  }));
  const full = Math.max(...Object.values(storageGB));
  const table = barTable("Site storage by result", ["GB", "Share"], rows, full);
  return chart("chart-storage", "Storage by result", `Site storage, ${figure(total)} GB in all; mailboxes are not in it.`, table);
}

/** The charts of the first screen, as plain HTML and SVG: they need no script, print, and can be read aloud. */
export function chartsSection(summary: Summary, figures: HtmlFigures, trend: readonly TrendPoint[]): string {
  return `<section class="charts" aria-label="Charts">${resultsChart(figures)}${trendChart(trend)}${ageChart(summary, figures)}${storageChart(summary, figures)}${workloadChart(summary, figures)}</section>`;
}
