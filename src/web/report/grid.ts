import { element } from "./element";
import { type GridColumn, gridHeading } from "./grid-heading";
import type { SortKey } from "./view-state";

export interface GridEvents {
  open(row: number): void;
  /** `more`: after the keys that are there, instead of in their place. */
  sort(key: string, more: boolean): void;
}

export interface Grid {
  element: HTMLElement;
  /** Rows, by their numbers, in their order; what stands there if there are none. */
  show(columns: readonly GridColumn[], rows: Uint32Array, sort: readonly SortKey[], nothing: string): void;
  /** Draws anew where the size of things has changed. */
  refresh(): void;
  /** So many rows at once, for print; null: those in sight again. */
  spread(most: number | null): void;
  /** Gives the keyboard back after a card was closed; `row` becomes the current one where it is shown. */
  focus(row?: number): void;
}

const HEIGHT = 36;
/** Rows drawn above and below those in sight. */
const SPARE = 10;

/**
 * A table of any number of rows: only those in sight are in the document. One stop of the Tab key; the arrow keys move
 * through cells and headings (WAI-ARIA grid, with aria-activedescendant, so that drawing anew never loses the focus).
 */
export function createGrid(label: string, { open, sort: sortBy }: GridEvents): Grid {
  const colgroup = element("colgroup");
  const head = element("tr", { "aria-rowindex": 1 });
  const body = element("tbody");
  const table = element(
    "table",
    { role: "grid", tabindex: 0, "aria-label": label, class: "grid" },
    colgroup,
    element("thead", {}, head),
    body,
  );
  const empty = element("p", { class: "empty soft" });
  const scroll = element("div", { class: "scroll" }, table, empty);
  let columns: readonly GridColumn[] = [];
  let rows = new Uint32Array();
  let drawn = "";
  let spread: number | null = null;
  /** The current cell; line -1 is that of the headings. */
  const at = { line: 0, column: 0 };

  function pad(lines: number): HTMLTableRowElement {
    const cell = element("td", { colspan: columns.length || 1 });
    cell.style.height = `${lines * HEIGHT}px`;
    return element("tr", { class: "pad", "aria-hidden": "true" }, cell);
  }

  function line(index: number): HTMLTableRowElement {
    const made = element("tr", { "aria-rowindex": index + 2, "data-line": index });
    for (const [column, { isFigure, fill }] of columns.entries()) {
      const cell = column === 0 ? element("th", { scope: "row" }) : element("td");
      cell.setAttribute("aria-colindex", String(column + 1));
      if (isFigure) cell.className = "figure";
      fill(cell, rows[index] as number);
      made.append(cell);
    }
    return made;
  }

  function range(): [number, number] {
    if (spread !== null) return [0, Math.min(rows.length, spread)];
    const from = Math.max(0, Math.floor(scroll.scrollTop / HEIGHT) - SPARE);
    return [
      Math.min(from, rows.length),
      Math.min(rows.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / HEIGHT) + SPARE),
    ];
  }

  function draw(): void {
    const [from, to] = range();
    if (drawn === `${from}-${to}`) return;
    drawn = `${from}-${to}`;
    const lines = Array.from({ length: to - from }, (_, index) => line(from + index));
    body.replaceChildren(
      ...(from > 0 ? [pad(from)] : []),
      ...lines,
      ...(to < rows.length && spread === null ? [pad(rows.length - to)] : []),
    );
    mark();
  }

  function mark(): void {
    table.querySelector("#current-cell")?.removeAttribute("id");
    const owner = at.line < 0 ? head : body.querySelector(`[data-line="${at.line}"]`);
    const cell = owner?.children[at.column];
    if (!cell) return table.removeAttribute("aria-activedescendant");
    cell.id = "current-cell";
    table.setAttribute("aria-activedescendant", "current-cell");
  }

  /** Brings the current cell into sight, below the headings and beside the first column, which stay. */
  function reveal(): void {
    if (at.line >= 0) {
      const top = at.line * HEIGHT;
      const room = scroll.clientHeight - head.offsetHeight - HEIGHT;
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (top > scroll.scrollTop + room) scroll.scrollTop = top - room;
    }
    draw();
    mark();
    const cell = document.getElementById("current-cell");
    if (!cell) return;
    // The first column is always in sight.
    if (at.column === 0) {
      scroll.scrollLeft = 0;
      return;
    }
    const left = cell.offsetLeft - (head.firstElementChild as HTMLElement).offsetWidth;
    if (left < scroll.scrollLeft) scroll.scrollLeft = left;
    const right = cell.offsetLeft + cell.offsetWidth - scroll.clientWidth;
    if (right > scroll.scrollLeft) scroll.scrollLeft = right;
  }

  function move(toLine: number, toColumn: number): void {
    at.line = Math.max(-1, Math.min(rows.length - 1, toLine));
    at.column = Math.max(0, Math.min(columns.length - 1, toColumn));
    reveal();
  }

  function onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(scroll.clientHeight / HEIGHT) - 2);
    const isFar = event.ctrlKey || event.metaKey;
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(at.line + 1, at.column),
      ArrowUp: () => move(at.line - 1, at.column),
      ArrowRight: () => move(at.line, at.column + 1),
      ArrowLeft: () => move(at.line, at.column - 1),
      PageDown: () => move(at.line + page, at.column),
      PageUp: () => move(Math.max(0, at.line - page), at.column),
      Home: () => move(isFar ? 0 : at.line, 0),
      End: () => move(isFar ? rows.length - 1 : at.line, columns.length - 1),
      Enter: () => act(event.shiftKey),
      " ": () => act(event.shiftKey),
    };
    const found = moves[event.key];
    if (!found || event.altKey || (isFar && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    found();
  }

  function act(more: boolean): void {
    const key = columns[at.column]?.key;
    if (at.line < 0 && key !== undefined) sortBy(key, more);
    else if (at.line >= 0 && rows[at.line] !== undefined) open(rows[at.line] as number);
  }

  function place(target: EventTarget | null): { line: number; column: number } | undefined {
    const cell = target instanceof Element ? target.closest("td, th") : null;
    const owner = cell?.parentElement;
    if (!cell || !owner || owner.className === "pad") return undefined;
    return { line: owner === head ? -1 : Number(owner.dataset["line"]), column: [...owner.children].indexOf(cell) };
  }

  table.addEventListener("keydown", onKey);
  table.addEventListener("click", (event) => {
    const found = place(event.target);
    // A link in a cell goes its own way when it is opened elsewhere.
    if (!found || event.ctrlKey || event.metaKey || window.getSelection()?.type === "Range") return;
    event.preventDefault();
    Object.assign(at, found);
    mark();
    act(event.shiftKey);
  });
  scroll.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });

  return {
    element: scroll,
    show(nextColumns, nextRows, sort, nothing) {
      const isOther = rows !== nextRows;
      columns = nextColumns;
      rows = nextRows as Uint32Array<ArrayBuffer>;
      drawn = "";
      empty.hidden = rows.length > 0;
      empty.textContent = nothing;
      colgroup.replaceChildren(
        ...columns.map(({ width }) => {
          const column = element("col");
          column.style.width = `${width}px`;
          return column;
        }),
      );
      table.style.width = `${columns.reduce((sum, { width }) => sum + width, 0)}px`;
      head.replaceChildren(...columns.map((column, index) => gridHeading(column, index, sort)));
      table.setAttribute("aria-rowcount", String(rows.length + 1));
      table.setAttribute("aria-colcount", String(columns.length));
      if (isOther) {
        scroll.scrollTop = 0;
        if (at.line > 0) at.line = 0;
      }
      at.column = Math.min(at.column, Math.max(0, columns.length - 1));
      draw();
    },
    refresh() {
      drawn = "";
      draw();
    },
    spread(most) {
      spread = most;
      drawn = "";
      draw();
    },
    focus(row) {
      const found = row === undefined ? -1 : rows.indexOf(row);
      if (found >= 0) at.line = found;
      reveal();
      table.focus({ preventScroll: true });
    },
  };
}
