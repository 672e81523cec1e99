import type { Data } from "./data";
import { figure, NOT_KNOWN } from "../../verdict/figure";
import { lostSources } from "../../verdict/figure-words";
import { statesOf } from "../../verdict/source-use";
import type { Figure } from "../../model/report";
import { countText, element } from "./element";
import { download } from "./download";
import { fileName, toCsv } from "./export-csv";
import { createGrid } from "./grid";
import type { GridColumn } from "./grid-heading";
import { narrow } from "./group-columns";
import { sortMenu } from "./column-menu";
import type { Owner } from "./owner-index";
import { type Ranks, rankTexts } from "./rank";
import { sortRows } from "./sort-rows";
import { nextSort } from "./table-view";
import { emptyState, type SortKey, type ViewState } from "./view-state";

export interface OwnersView {
  element: HTMLElement;
  show(state: ViewState): void;
  focus(row?: number): void;
  spread(most: number | null): void;
}

interface OwnerColumn {
  key: keyof Owner;
  heading: string;
  definition: string;
  width: number;
  value(owner: Owner): string | number | null;
}

const COLUMNS: OwnerColumn[] = [
  { key: "name", heading: "Owner", definition: "Display name of the owner.", width: 250, value: ({ name }) => name },
  { key: "mail", heading: "Email", definition: "Mail address of the owner.", width: 260, value: ({ mail }) => mail },
  {
    key: "rows",
    heading: "Groups",
    definition: "Groups of this report that they own.",
    width: 96,
    value: ({ rows }) => rows.length,
  },
  {
    key: "alone",
    heading: "Only Owner",
    definition: "Groups that have no other owner.",
    width: 104,
    value: ({ alone }) => alone,
  },
  { key: "fail", heading: "Fail", definition: "Their groups with the result Fail.", width: 84, value: ({ fail }) => fail },
  {
    key: "issues",
    heading: "Issues",
    definition: "Their groups with the result Issues.",
    width: 88,
    value: ({ issues }) => issues,
  },
  {
    key: "unknown",
    heading: "Unknown",
    definition: "Their groups with the result Unknown.",
    width: 104,
    value: ({ unknown }) => unknown,
  },
  {
    key: "guests",
    heading: "Guests",
    definition: "Guest memberships in their groups, by the groups usage report.",
    width: 92,
    value: ({ guests }) => guests,
  },
  {
    key: "storageGB",
    heading: "Site Storage (GB)",
    definition: "Storage of their groups' sites.",
    width: 118,
    value: ({ storageGB }) => storageGB,
  },
];

/** Owners with figures of their groups; one opens the owner's groups. */
export function createOwnersView(data: Data, owners: readonly Owner[], change: (change: Partial<ViewState>) => void): OwnersView {
  let state = emptyState("owners");
  let rows = new Uint32Array();
  const everyOwner = Uint32Array.from(owners, (_, at) => at);
  const texts = owners.map(({ name, mail }) => `${name}\n${mail ?? ""}`.toLowerCase());
  const known = new Map<string, Ranks>();

  function ranks(key: string): Ranks | undefined {
    const column = COLUMNS.find((one) => one.key === key);
    if (!column || known.has(key)) return known.get(key);
    const values = owners.map(column.value);
    // Owners come in the order of the name: it is its own rank.
    const made =
      key === "name"
        ? Float64Array.from(everyOwner)
        : key === "mail"
          ? rankTexts(values as (string | null)[])
          : Float64Array.from(values as Figure[], (value) => value ?? Number.NaN);
    known.set(key, made);
    return made;
  }

  const columns = (): GridColumn[] =>
    COLUMNS.filter(({ key }) => !narrow.matches || ["name", "rows", "fail", "issues"].includes(key)).map((column) => ({
      ...column,
      width: narrow.matches && column.key === "name" ? 150 : column.width,
      isFigure: column.key !== "name" && column.key !== "mail",
      fill(cell, row) {
        const owner = owners[row] as Owner;
        const value = column.value(owner);
        if (column.key === "name") {
          cell.title = owner.name;
          cell.append(
            element(
              "a",
              { href: `#${new URLSearchParams({ view: "owners", owner: owner.id })}`, tabindex: -1, dir: "auto" },
              owner.name,
            ),
          );
        } else if (value === null && column.key !== "mail") cell.append(element("span", { class: "soft" }, NOT_KNOWN));
        else
          cell.textContent =
            typeof value !== "number" ? (value ?? "") : column.key === "storageGB" ? value.toFixed(2) : figure(value);
      },
    }));

  const lost = lostSources(["groupsUsage", "siteUsage"], statesOf(data.facts.sources));
  const sortKeys = (): readonly SortKey[] => (state.sort.length > 0 ? state.sort : [{ key: "fail", down: true }]);
  const grid = createGrid("Owners", {
    open: (row) => change({ owner: owners[row]?.id ?? null, search: "", sort: [], filters: {} }),
    sort: (key, more) => change({ sort: nextSort(sortKeys(), key, more, key !== "name" && key !== "mail") }),
  });
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const find = element("input", {
    type: "search",
    placeholder: "Name or mail of an owner …",
    autocomplete: "off",
    spellcheck: "false",
    input: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => change({ search: find.value }), 120);
    },
  });
  const sort = sortMenu({ columns: COLUMNS, current: sortKeys, choose: (chosen) => change({ sort: chosen }) });
  const count = element("p", { class: "count", role: "status" });

  function save(): void {
    const lines = Array.from(rows, (row) => COLUMNS.map(({ value }) => value(owners[row] as Owner)));
    const { tenant, startedAt } = data.facts;
    download(
      fileName("owners", tenant.name ?? tenant.id, startedAt.slice(0, 10)),
      toCsv(
        COLUMNS.map(({ heading }) => heading),
        lines,
      ),
    );
  }

  function draw(): void {
    const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = everyOwner.filter((at) => words.every((word) => texts[at]?.includes(word)));
    rows = sortRows(found, sortKeys(), ranks) as Uint32Array<ArrayBuffer>;
    count.textContent = countText(rows.length, owners.length, "owner");
    if (find.value !== state.search) find.value = state.search;
    grid.show(columns(), rows, sortKeys(), owners.length > 0 ? "Nobody fits the search." : "No owner is known.");
  }

  narrow.addEventListener("change", draw);
  window.addEventListener("resize", () => grid.refresh());
  const view = element(
    "section",
    { class: "table-view", "aria-label": "Owners" },
    element("div", { class: "heading" }, element("h2", {}, "By owner")),
    element(
      "p",
      { class: "soft lead" },
      "Everybody who owns a group. Open one to see and download their groups, and nobody else's. ",
      element("a", { href: "#view=groups&ownerState=none" }, "Groups without an owner"),
      lost !== "" && `. Guests and storage are not known, or not of every group: ${lost}.`,
    ),
    element(
      "div",
      { class: "toolbar", role: "search" },
      element("label", { class: "find" }, element("span", { class: "unseen" }, "Search"), find),
    ),
    element(
      "div",
      { class: "toolbar actions" },
      count,
      sort.element,
      element("button", { type: "button", class: "primary", click: save }, "Download CSV"),
    ),
    grid.element,
  );
  return {
    element: view,
    show(next) {
      state = next;
      draw();
    },
    focus: grid.focus,
    spread: grid.spread,
  };
}
