import { element } from "./element";
import type { SortKey } from "./view-state";

export interface GridColumn {
  key: string;
  heading: string;
  /** What it counts, shown on hover. */
  definition: string;
  /** In pixels. */
  width: number;
  isFigure: boolean;
  /** Puts the row's value into its cell. */
  fill(cell: HTMLElement, row: number): void;
}

/** The heading of a column: what it counts on hover, and its arrow, numbered where several columns decide the order. */
export function gridHeading(column: GridColumn, index: number, sort: readonly SortKey[]): HTMLElement {
  const { key, heading, definition, isFigure } = column;
  const place = sort.findIndex((one) => one.key === key);
  const down = sort[place]?.down ?? false;
  const arrow = place < 0 ? "" : `${down ? "▼" : "▲"}${sort.length > 1 ? place + 1 : ""}`;
  const attributes = {
    scope: "col",
    title: definition,
    "aria-colindex": index + 1,
    // Of several columns the first alone may say so (WAI-ARIA, aria-sort).
    "aria-sort": place !== 0 ? "none" : down ? "descending" : "ascending",
    ...(isFigure ? { class: "figure" } : {}),
  };
  return element("th", attributes, element("span", {}, heading), arrow !== "" && element("span", { class: "arrow" }, arrow));
}
