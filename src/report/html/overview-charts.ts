import { ageBands, inactivityBands } from "../../verdict/bands";
import { figureNote, lostSources, unjudgedNote } from "../../verdict/figure-words";
import { isUsable, statesOf } from "../../verdict/source-use";
import { RESULTS, type Summary } from "../../model/report";
import { STATE_TITLES } from "../../verdict/wording";
import { barTable, chart, heatMap, legend } from "./charts";
import { type HtmlFigures, KINDS, WORKLOADS } from "./count-figures";
import { figure, figureOr, NOT_KNOWN } from "../../verdict/figure";
import { time, viewLink } from "./markup";
import { trendChart, type TrendPoint } from "./trend";

const KIND_TITLES = { Team: "Teams", Group: "Groups without a team", Community: "Communities" } as const;
/** The palest is the most recent; "none known" is grey. */
const AGE_CLASSES = ["age0", "age1", "age2", "age3", "age4"];

function resultsChart(summary: Summary, { byKind }: HtmlFigures): string {
  // A community is told by its figures of use: without them it stands among the groups.
  const isKnown = (kind: (typeof KINDS)[number]) => kind !== "Community" || summary.communities !== null;
  const titles =
    summary.communities === null ? { ...KIND_TITLES, Group: "Groups without a team, communities among them" } : KIND_TITLES;
  const note = figureNote(summary, "communities");
  const lack = (kind: (typeof KINDS)[number]) =>
    kind === "Community" && note !== null ? ` <small class="soft">${note}</small>` : "";
  const total = (kind: (typeof KINDS)[number]) => RESULTS.reduce((sum, result) => sum + byKind[kind][result], 0);
  const rows = KINDS.map((kind) => ({
    name: (isKnown(kind) ? viewLink({ view: "groups", kind }, titles[kind]) : titles[kind]) + lack(kind),
    parts: RESULTS.map((result) => ({
      value: byKind[kind][result],
      className: result,
      title: `${result}: ${figure(byKind[kind][result])}`,
    })),
    cells: isKnown(kind)
      ? [
          ...RESULTS.map((result) => {
            const count = byKind[kind][result];
            return count === 0 ? '<span class="soft">–</span>' : viewLink({ view: "groups", kind, result }, figure(count));
          }),
          figure(total(kind)),
        ]
      : [...RESULTS.map(() => ""), NOT_KNOWN],
  }));
  const keys = legend(RESULTS.map((result) => ({ className: result, label: result })));
  const reading = ["How many groups of each kind came to each result", unjudgedNote(summary.byResult.Fail, summary)]
    .filter(Boolean)
    .join("; ");
  const table = barTable("Groups by kind and result", [...RESULTS, "All"], rows, Math.max(...KINDS.map(total)));
  return chart("chart-results", "Results by kind", `${reading}.`, keys + table, "wide");
}

function ageChart({ thresholds, sources }: Summary, { ageByInactivity }: HtmlFigures): string {
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
  const lost = lostSources(["groupsUsage", "siteUsage", "teamsUsage"], statesOf(sources));
  const reading = `Rows: age of the group. Columns: days since its last activity${lost === "" ? "." : `, which is not known where only this would tell: ${lost}.`}`;
  return chart("chart-age", "Age against inactivity", reading, map);
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

function storageChart(summary: Summary, { storageGB, byKind }: HtmlFigures): string {
  const total = summary.storageGB;
  const note = figureNote(summary, "storageGB");
  if (total === null) return chart("chart-storage", "Storage by result", `Site storage is not known: ${note ?? ""}.`, "");
  const rows = RESULTS.map((result) => {
    const sum = storageGB[result];
    const isEmpty = KINDS.every((kind) => byKind[kind][result] === 0);
    const share = sum === null || isEmpty || total === 0 ? "–" : `${figure(Math.round((sum / total) * 1000) / 10)} %`;
    return {
      name: viewLink({ view: "groups", result, sort: "-siteStorageGB" }, result),
      parts: [{ value: sum ?? 0, className: result, title: `${result}: ${figureOr(sum, " GB")}` }],
      // A result that no group came to has no storage to be known.
      cells: [isEmpty ? "–" : figureOr(sum), share],
    };
  });
  const full = Math.max(...Object.values(storageGB).map((sum) => sum ?? 0));
  const table = barTable("Site storage by result", ["GB", "Share"], rows, full);
  const reading = [`Site storage, ${figure(total)} GB in all`, note, "mailboxes are not in it"].filter(Boolean).join("; ");
  return chart("chart-storage", "Storage by result", `${reading}.`, table);
}

/** The charts of the first screen, as plain HTML and SVG: they need no script, print, and can be read aloud. */
export function chartsSection(summary: Summary, figures: HtmlFigures, trend: readonly TrendPoint[]): string {
  return `<section class="charts" aria-label="Charts">${resultsChart(summary, figures)}${trendChart(trend, summary.moves)}${ageChart(summary, figures)}${storageChart(summary, figures)}${workloadChart(summary, figures)}</section>`;
}
