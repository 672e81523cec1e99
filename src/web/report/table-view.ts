import { isCandidate } from "../../verdict/candidates";
import { COLUMNS } from "../../report/columns";
import type { ReportRow } from "../../model/report";
import { columnMenu, sortMenu } from "./column-menu";
import { codesOf, codedText, type Data, numberOf, valueOf } from "./data";
import { figure, NOT_KNOWN } from "../../verdict/figure";
import { unjudgedWords } from "../../verdict/figure-words";
import { statesOf } from "../../verdict/source-use";
import { countText, element } from "./element";
import { download } from "./download";
import { fileName, toCsv } from "./export-csv";
import { createFacets, type Facet } from "./facets";
import { countOptions, createSearch, filterRows } from "./filter";
import { createGrid } from "./grid";
import { columnOf, defaultColumns, groupColumns, narrow } from "./group-columns";
import { lostInView, lostUnder } from "./lost-options";
import { createMenu, type Menu, tickBox } from "./menu";
import type { Owner } from "./owner-index";
import { createRanks, isColumn, sortRows } from "./sort-rows";
import { emptyState, formatState, type FacetKey, type SortKey, type ViewState } from "./view-state";

export interface TableEvents {
  change(change: Partial<ViewState>): void;
  open(row: number): void;
}

export interface TableView {
  element: HTMLElement;
  /** `owner`: whose groups alone are shown. */
  show(state: ViewState, owner: Owner | undefined): void;
  /** The rows on screen, in their order. */
  rows(): Uint32Array;
  focus(row?: number): void;
  spread(most: number | null): void;
}

const TITLES: Partial<Record<ViewState["view"], [title: string, lead: string]>> = {
  groups: ["Groups", "Every group of the report. Open a row for all that is known of it, and for the rules that decided."],
  candidates: [
    "Candidates",
    "Fail, no activity seen for a year or more (or none known, and a year old), and nothing known that makes deleting dangerous; the largest sites first. Ask the owners before you delete.",
  ],
};

export function nextSort(sort: readonly SortKey[], key: string, more: boolean, isFigure: boolean): SortKey[] {
  const at = sort.findIndex((one) => one.key === key);
  const old = sort[at];
  const next = { key, down: old ? !old.down : isFigure };
  if (!more) return [next];
  return old ? sort.with(at, next) : [...sort, next];
}

/** The groups: search, filters, columns, sort, and the table. */
export function createTableView(data: Data, { change, open }: TableEvents): TableView {
  const facets = createFacets(data);
  const search = createSearch(data);
  const ranks = createRanks(data);
  const everyRow = Uint32Array.from({ length: data.count }, (_, row) => row);
  let candidates: Uint32Array | undefined;
  const unknown = everyRow.reduce((count, row) => count + Number(codedText(data, "result", row) === "Unknown"), 0);
  const unjudged = unjudgedWords(unknown, statesOf(data.facts.sources));
  let state = emptyState("groups");
  let owner: Owner | undefined;
  let rows = everyRow;

  function baseRows(): Uint32Array {
    if (owner) return Uint32Array.from(owner.rows);
    if (state.view !== "candidates") return everyRow;
    candidates ??= everyRow.filter((row) =>
      isCandidate({
        result: codedText(data, "result", row) as ReportRow["result"],
        daysInactive: numberOf(data, "daysInactive", row),
        ageDays: numberOf(data, "ageDays", row),
        blockers: codesOf(data, "blockers", row),
      }),
    );
    return candidates;
  }

  const columnKeys = () => state.columns ?? defaultColumns(state.view);
  const sortKeys = (): SortKey[] =>
    state.sort.length === 0 && state.view === "candidates" ? [{ key: "siteStorageGB", down: true }] : state.sort;
  const linkTo = (row: number) => `#${formatState({ ...state, group: data.ids[row] ?? null })}`;

  const grid = createGrid("Groups", {
    open,
    sort: (key, more) => change({ sort: nextSort(sortKeys(), key, more, isColumn(key) && columnOf(key).type === "number") }),
  });
  const heading = element("h2", {});
  const lead = element("p", { class: "soft lead" });
  const back = element("a", { class: "button", href: "#view=owners" }, "All owners");
  const count = element("p", { class: "count", role: "status" });

  let waiting: ReturnType<typeof setTimeout> | undefined;
  const find = element("input", {
    type: "search",
    placeholder: "Name, mail, owner …",
    autocomplete: "off",
    spellcheck: "false",
    input: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => change({ search: find.value }), 120);
    },
  });
  const menus = new Map<FacetKey, Menu>(facets.map((facet) => [facet.key, facetMenu(facet)]));
  const columns = columnMenu({ shown: columnKeys, choose: (chosen) => change({ columns: chosen }) });
  const sort = sortMenu({ columns: COLUMNS, current: sortKeys, choose: (chosen) => change({ sort: chosen }) });
  const clear = element("button", { type: "button", click: () => change({ search: "", filters: {}, sort: [] }) }, "Clear");
  const save = element("button", { type: "button", class: "primary", click: exportView }, "Download CSV");

  const filters = element("div", { class: "facets closed" }, ...facets.map(({ key }) => menus.get(key)?.element));
  /** A telephone has no room for all of them at first. */
  const more = element("button", { type: "button", class: "more", "aria-expanded": "false", click: showFilters }, "Filters");

  function showFilters(): void {
    const isOpen = !filters.classList.toggle("closed");
    more.setAttribute("aria-expanded", String(isOpen));
  }

  function facetMenu(facet: Facet): Menu {
    return createMenu(facet.title, (panel) => {
      const others = search(filterRows(baseRows(), facets, state.filters, facet.key), state.search);
      const counts = countOptions(others, facet);
      const chosen = new Set(state.filters[facet.key]);
      const boxes = facet.options.map(({ code, label }, at) =>
        tickBox(label, chosen.has(code), countOf(facet.key, code, counts[at] ?? 0), (isTicked) => {
          if (isTicked) chosen.add(code);
          else chosen.delete(code);
          change({ filters: { ...state.filters, [facet.key]: [...chosen] } });
        }),
      );
      panel.replaceChildren(element("div", { class: "boxes" }, ...boxes));
    });
  }

  /** None seen is not none, where what would show them is lost. */
  function countOf(key: FacetKey, code: string, seen: number): string {
    return seen === 0 && lostUnder(data, key, code) !== "" ? NOT_KNOWN : figure(seen);
  }

  function exportView(): void {
    const keys = columnKeys();
    const headings = keys.map((key) => columnOf(key).heading);
    const lines = Array.from(rows, (row) => keys.map((key) => valueOf(data, key, row)));
    const { tenant, startedAt } = data.facts;
    const title = owner ? `groups-of-${owner.name}` : state.view;
    download(fileName(title, tenant.name ?? tenant.id, startedAt.slice(0, 10)), toCsv(headings, lines));
  }

  function describe(): void {
    const [title, text] = owner
      ? [
          `Groups of ${owner.name}`,
          `${owner.mail ?? "No mail address"}. Only this owner's groups stand here and in the download.`,
        ]
      : (TITLES[state.view] ?? ["Groups", ""]);
    heading.replaceChildren(...(owner ? ["Groups of ", element("bdi", {}, owner.name)] : [title]));
    lead.textContent = state.view === "candidates" && !owner && unjudged !== null ? `${text} ${unjudged}.` : text;
    back.hidden = owner === undefined;
    count.textContent = countText(rows.length, baseRows().length, "group");
    for (const { key, title: name } of facets) {
      const chosen = state.filters[key]?.length ?? 0;
      menus.get(key)?.title(chosen > 0 ? `${name}: ${chosen}` : name, chosen > 0);
    }
    sort.title(state.sort.length > 0 ? `Sort: ${state.sort.length}` : "Sort", state.sort.length > 0);
    columns.title(state.columns ? `Columns: ${state.columns.length}` : "Columns", state.columns !== null);
    clear.disabled =
      state.search === "" && Object.values(state.filters).every((codes) => codes.length === 0) && state.sort.length === 0;
    if (find.value !== state.search) find.value = state.search;
  }

  /** What stands in an empty table: that nothing is there, or that nobody could see it. */
  function nothing(): string {
    const lost = owner ? "" : lostInView(data, state);
    const isFiltered = baseRows().length > 0;
    const wayOut = isFiltered ? " Clear shows all." : "";
    if (lost !== "") return `Nothing was seen here, which does not mean that there is nothing: ${lost}.${wayOut}`;
    return isFiltered ? `Nothing fits the search and filters.${wayOut}` : "There is nothing in this view.";
  }

  function draw(): void {
    rows = sortRows(search(filterRows(baseRows(), facets, state.filters), state.search), sortKeys(), (key) =>
      isColumn(key) ? ranks(key) : undefined,
    ) as Uint32Array<ArrayBuffer>;
    describe();
    grid.show(groupColumns(data, columnKeys(), linkTo), rows, sortKeys(), nothing());
  }

  narrow.addEventListener("change", draw);
  window.addEventListener("resize", () => grid.refresh());
  const view = element(
    "section",
    { class: "table-view", "aria-label": "Groups" },
    element("div", { class: "heading" }, heading, back),
    lead,
    element(
      "div",
      { class: "toolbar", role: "search" },
      element("label", { class: "find" }, element("span", { class: "unseen" }, "Search"), find),
      more,
      filters,
    ),
    element("div", { class: "toolbar actions" }, count, sort.element, columns.element, clear, save),
    grid.element,
  );

  return {
    element: view,
    show(next, nextOwner) {
      state = next;
      owner = nextOwner;
      draw();
    },
    rows: () => rows,
    focus: grid.focus,
    spread(most) {
      describe();
      if (most !== null && rows.length > most) count.textContent += `; the first ${figure(most)} are printed, the CSV holds all`;
      grid.spread(most);
    },
  };
}
