import { resultLegend } from "../code-definitions";
import { RESULTS, type Summary } from "../types";
import { NOT_VISIBLE } from "../wording";
import type { HtmlFigures } from "./count-figures";
import { figure } from "../figure";
import { escapeHtml, plural, viewLink } from "./markup";

interface Tile {
  title: string;
  value: string;
  /** Markup of one line below. */
  detail: string;
  view?: Record<string, string>;
}

/** The six results: how many, and what each means. Each leads to its groups. */
function resultTiles(summary: Summary): string {
  const meanings = resultLegend(summary.thresholds);
  const tiles = RESULTS.map((result) => {
    const meaning = meanings[result].replace(NOT_VISIBLE, "").trim();
    const content = `<span class="name">${result}</span><b>${figure(summary.byResult[result])}</b><small>${escapeHtml(meaning)}</small>`;
    return `<li>${viewLink({ view: "groups", result }, content, `tile ${result}`)}</li>`;
  });
  return `<ul class="tiles results" aria-label="Results">${tiles.join("")}</ul>`;
}

function changeTile(summary: Summary, { byChange }: HtmlFigures): Tile {
  const removed = summary.removed.length;
  if (removed === 0 && Object.values(byChange).every((count) => count === 0)) {
    return { title: "Since the last run", value: "–", detail: "First published run: nothing to compare with yet" };
  }
  const more = `${figure(byChange.better)} better, ${figure(byChange.new)} new, ${figure(byChange.changed)} changed, ${figure(removed)} no longer listed`;
  return {
    title: "Worse since the last run",
    value: figure(byChange.worse),
    detail: more,
    view: { view: "groups", change: "worse" },
  };
}

function keyTiles(summary: Summary, figures: HtmlFigures): string {
  const { candidates } = figures;
  const tiles: Tile[] = [
    {
      title: "Groups",
      value: figure(summary.groups),
      detail: `${plural(summary.teams, "team")}, ${summary.communities === 1 ? "1 community" : `${figure(summary.communities)} communities`}, ${figure(summary.archivedTeams)} archived`,
      view: { view: "groups" },
    },
    {
      title: "Without an active owner",
      value: figure(summary.withoutActiveOwner),
      detail: `${figure(summary.byWarning["owner-none"])} without any, ${figure(summary.byWarning["owner-inactive"])} with none active`,
      view: { view: "groups", warning: "owner-none,owner-inactive" },
    },
    {
      title: "Guest memberships",
      value: figure(summary.guestMemberships),
      detail: `in ${plural(figures.groupsWithGuests, "group")}`,
      view: { view: "groups", guests: "1-10,11-50,51-", sort: "-guests" },
    },
    {
      title: "Storage of Fail",
      value: `${figure(summary.failStorageGB)} GB`,
      detail: `of ${figure(summary.storageGB)} GB in all sites`,
      view: { view: "groups", result: "Fail", sort: "-siteStorageGB" },
    },
    {
      title: "Expire within 30 days",
      value: figure(summary.expiresSoon),
      detail: "unless an owner renews them",
      view: { view: "groups", note: "expires-soon", sort: "expires" },
    },
    changeTile(summary, figures),
    {
      title: "Candidates",
      value: figure(candidates.groups),
      detail: `no activity seen for a year, ${figure(candidates.storageGB)} GB`,
      view: { view: "candidates" },
    },
  ];
  const items = tiles.map(({ title, value, detail, view }) => {
    const content = `<span class="name">${title}</span><b>${value}</b><small>${detail}</small>`;
    return `<li>${view ? viewLink(view, content, "tile") : `<div class="tile">${content}</div>`}</li>`;
  });
  return `<ul class="tiles" aria-label="Figures">${items.join("")}</ul>`;
}

export function figuresSection(summary: Summary, figures: HtmlFigures): string {
  return `<section aria-label="Figures">${resultTiles(summary)}${keyTiles(summary, figures)}</section>`;
}
