import { figure } from "../../verdict/figure";
import { escapeHtml, viewLink } from "./markup";

/** A part of a bar: how much, its colour's class, and what to say of it. */
export interface Part {
  value: number;
  className: string;
  title: string;
}

const WIDTH = 1000;
/** Between two parts of a bar, so that colour alone need not tell them apart. */
const GAP = 3;

/** A stacked bar as wide as its share of `full`. The figures stand beside it as text, so it is hidden from screen readers. */
export function bar(parts: readonly Part[], full: number): string {
  let at = 0;
  const rects = parts
    .filter(({ value }) => value > 0)
    .map(({ value, className, title }) => {
      const width = full > 0 ? (value / full) * WIDTH : 0;
      const x = at;
      at += width;
      return `<rect class="${className}" x="${x.toFixed(1)}" y="0" width="${Math.max(width - GAP, 2).toFixed(1)}" height="20"><title>${escapeHtml(title)}</title></rect>`;
    });
  return `<svg class="bar" viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg>`;
}

/** A chart with its title, a sentence on how to read it, and its body. */
export function chart(id: string, title: string, reading: string, body: string, className = ""): string {
  return `<figure class="chart ${className}" aria-labelledby="${id}"><figcaption><h2 id="${id}">${title}</h2><p class="soft">${reading}</p></figcaption>${body}</figure>`;
}

export function legend(items: readonly { className: string; label: string }[]): string {
  const keys = items.map(
    ({ className, label }) =>
      `<li><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="${className}" width="10" height="10" rx="2"/></svg>${escapeHtml(label)}</li>`,
  );
  return `<ul class="legend">${keys.join("")}</ul>`;
}

export interface BarRow {
  /** Markup. */
  name: string;
  parts: Part[];
  /** Markup, one a figure column. */
  cells: string[];
}

/** A table whose second column is a bar: the chart and its figures are one. */
export function barTable(caption: string, headings: readonly string[], rows: readonly BarRow[], full: number): string {
  const head = headings.map((heading) => `<th scope="col" class="figure">${heading}</th>`).join("");
  const lines = rows.map(
    ({ name, parts, cells }) =>
      `<tr><th scope="row">${name}</th><td class="bars">${bar(parts, full)}</td>${cells.map((cell) => `<td class="figure">${cell}</td>`).join("")}</tr>`,
  );
  return `<table class="figures"><caption class="unseen">${escapeHtml(caption)}</caption><thead><tr><th scope="col"><span class="unseen">Name</span></th><th scope="col"><span class="unseen">Share</span></th>${head}</tr></thead><tbody>${lines.join("\n")}</tbody></table>`;
}

const SHADES = 6;

export interface HeatMap {
  caption: string;
  corner: string;
  columns: string[];
  rows: { name: string; counts: number[] }[];
  /** The view behind a cell. */
  link(row: number, column: number): Record<string, string>;
}

/** Counts as shaded cells; the shade grows with the root of the count, since a few cells hold most groups. */
export function heatMap({ caption, corner, columns, rows, link }: HeatMap): string {
  const most = Math.max(1, ...rows.flatMap(({ counts }) => counts));
  const shade = (count: number) => (count === 0 ? 0 : Math.max(1, Math.round(Math.sqrt(count / most) * SHADES)));
  const head = columns.map((name) => `<th scope="col">${name}</th>`).join("");
  const lines = rows.map(({ name, counts }, row) => {
    const cells = counts.map((count, column) => {
      const content = count === 0 ? '<span class="soft">–</span>' : viewLink(link(row, column), figure(count));
      return `<td class="heat${shade(count)}">${content}</td>`;
    });
    return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
  });
  return `<table class="heat"><caption class="unseen">${escapeHtml(caption)}</caption><thead><tr><th scope="col">${corner}</th>${head}</tr></thead><tbody>${lines.join("\n")}</tbody></table>`;
}
