import { resultLegend } from "../../verdict/code-definitions";
import { figureNote, seenFigure, unjudgedNote } from "../../verdict/figure-words";
import { flowOf } from "../../verdict/moves";
import { type FigureName, RESULTS, type Result, type Summary } from "../../model/report";
import { NOT_VISIBLE } from "../../verdict/wording";
import type { HtmlFigures } from "./count-figures";
import { figureOr, NOT_KNOWN } from "../../verdict/figure";
import { escapeHtml, plural, viewLink } from "./markup";

interface Tile {
  title: string;
  value: string;
  /** One line below. */
  detail: string;
  /** What of it is not known, and why. */
  notes?: (string | null)[];
  view?: Record<string, string>;
}

function content({ title, value, detail, notes = [] }: Tile): string {
  const said = [...new Set(notes)].filter((note) => note !== null);
  const lack = said.length > 0 ? `<small class="lack">${escapeHtml(said.join("; "))}</small>` : "";
  const absent = value === NOT_KNOWN ? ' class="absent"' : "";
  return `<span class="name">${title}</span><b${absent}>${value}</b><small>${escapeHtml(detail)}</small>${lack}`;
}

/** Whoever could not be judged may be one of these. */
const HIDDEN_BY_UNKNOWN: readonly Result[] = ["Issues", "Fail"];

/** The six results: how many, and what each means. Each leads to its groups. */
function resultTiles(summary: Summary): string {
  const meanings = resultLegend(summary.thresholds);
  const tiles = RESULTS.map((result) => {
    const unjudged = HIDDEN_BY_UNKNOWN.includes(result) ? unjudgedNote(summary.byResult[result], summary) : null;
    const tile: Tile = {
      title: result,
      value: seenFigure(summary.byResult[result], unjudged),
      detail: meanings[result].replace(NOT_VISIBLE, "").trim(),
      notes: [unjudged],
    };
    return `<li>${viewLink({ view: "groups", result }, content(tile), `tile ${result}`)}</li>`;
  });
  return `<ul class="tiles results" aria-label="Results">${tiles.join("")}</ul>`;
}

/** All that came to a result: each of its groups whose result was another one, or none. */
const CAME = "better,worse,new,changed";

/** How many came into Fail and into Issues, from where, and how many left. */
function moveTiles(summary: Summary): Tile[] {
  const { moves } = summary;
  const unjudged = unjudgedNote(null, summary);
  if (moves === undefined) return [];
  if (moves === null) return [{ title: "Since the last report", value: "–", detail: "No earlier report to compare with" }];
  return (["Fail", "Issues"] as const).map((result) => {
    const { came, left, from, to } = flowOf(moves, result);
    const gone = left === 0 ? "none left" : `${figureOr(left)} left: ${to}`;
    return {
      title: `Came into ${result} since the last report`,
      value: seenFigure(came, unjudged),
      detail: came === 0 ? gone : `${from}; ${gone}`,
      view: { view: "groups", result, change: CAME },
    };
  });
}

function listed({ moves, removed }: Summary): string {
  const added = (moves ?? []).filter(({ from }) => from === null).reduce((sum, { groups }) => sum + groups, 0);
  return [
    added > 0 ? `${figureOr(added)} newly listed` : "",
    removed.length > 0 ? `${figureOr(removed.length)} no longer listed` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function communitiesInWords({ communities }: Summary): string {
  return communities === 1
    ? "1 community"
    : communities === null
      ? `communities ${NOT_KNOWN}`
      : `${figureOr(communities)} communities`;
}

function keyTiles(summary: Summary, { candidates, groupsWithGuests }: HtmlFigures): string {
  const note = (...names: FigureName[]) => names.map((name) => figureNote(summary, name));
  const unjudged = unjudgedNote(candidates.groups, summary);
  const { teams, archivedTeams, byWarning } = summary;
  const parts = [
    teams === null ? `teams ${NOT_KNOWN}` : plural(teams, "team"),
    communitiesInWords(summary),
    `${archivedTeams === null ? `archived ${NOT_KNOWN}` : `${figureOr(archivedTeams)} archived`}`,
    listed(summary),
  ];
  const size = candidates.groups === 0 ? "" : `, storage ${figureOr(candidates.storageGB, " GB")}`;
  const tiles: Tile[] = [
    {
      title: "Groups",
      value: figureOr(summary.groups),
      detail: parts.filter(Boolean).join(", "),
      notes: note("communities", "archivedTeams"),
      view: { view: "groups" },
    },
    {
      title: "Without an active owner",
      value: figureOr(summary.withoutActiveOwner),
      detail: `without any: ${figureOr(byWarning["owner-none"])}; with none active: ${figureOr(byWarning["owner-inactive"])}`,
      notes: note("withoutActiveOwner"),
      view: { view: "groups", warning: "owner-none,owner-inactive" },
    },
    {
      title: "Guest memberships",
      value: figureOr(summary.guestMemberships),
      detail: summary.guestMemberships === null ? "" : `in ${plural(groupsWithGuests, "group")}`,
      notes: note("guestMemberships"),
      view: { view: "groups", guests: "1-10,11-50,51-", sort: "-guests" },
    },
    {
      title: "Storage of Fail",
      value: figureOr(summary.failStorageGB, " GB"),
      detail: `of all sites: ${figureOr(summary.storageGB, " GB")}`,
      notes: note(figureNote(summary, "failStorageGB") === null ? "storageGB" : "failStorageGB"),
      view: { view: "groups", result: "Fail", sort: "-siteStorageGB" },
    },
    {
      title: "Expire within 30 days",
      value: figureOr(summary.expiresSoon),
      detail: "unless an owner renews them",
      notes: note("expiresSoon"),
      view: { view: "groups", note: "expires-soon", sort: "expires" },
    },
    ...moveTiles(summary),
    {
      title: "Candidates",
      value: seenFigure(candidates.groups, unjudged),
      detail: `no activity seen for a year${size}`,
      notes: [unjudged],
      view: { view: "candidates" },
    },
  ];
  const items = tiles.map(
    (tile) => `<li>${tile.view ? viewLink(tile.view, content(tile), "tile") : `<div class="tile">${content(tile)}</div>`}</li>`,
  );
  return `<ul class="tiles broad" aria-label="Figures">${items.join("")}</ul>`;
}

export function figuresSection(summary: Summary, figures: HtmlFigures): string {
  return `<section aria-label="Figures">${resultTiles(summary)}${keyTiles(summary, figures)}</section>`;
}
