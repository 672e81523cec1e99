import { COLUMNS, type Column, type ColumnKey } from "../../report/columns";
import type { Data } from "./data";
import { valueOf } from "./data";
import { figure } from "../../verdict/figure";
import { dayText, element } from "./element";
import type { GridColumn } from "./grid-heading";
import type { ViewName } from "./view-state";

/** The columns of a view before the reader chooses others. */
const DEFAULTS: readonly ColumnKey[] = [
  "displayName",
  "result",
  "kind",
  "daysInactive",
  "lastActivity",
  "ownerState",
  "owners",
  "members",
  "guests",
  "siteStorageGB",
  "warnings",
  "notes",
  "change",
  "reason",
];
const CANDIDATE_DEFAULTS: readonly ColumnKey[] = [
  "displayName",
  "siteStorageGB",
  "daysInactive",
  "lastActivity",
  "ageDays",
  "kind",
  "owners",
  "ownerState",
  "members",
  "guests",
  "warnings",
  "siteUrl",
];
const NARROW: readonly ColumnKey[] = ["displayName", "result", "daysInactive", "ownerState", "siteStorageGB"];

/** A telephone shows what fits; every column can be chosen all the same. */
export const narrow = window.matchMedia("(max-width: 640px)");

export function defaultColumns(view: ViewName): readonly ColumnKey[] {
  if (narrow.matches) return NARROW;
  return view === "candidates" ? CANDIDATE_DEFAULTS : DEFAULTS;
}

const CHARACTER = 7.2;
const byKey = new Map(COLUMNS.map((column) => [column.key, column]));

export function columnOf(key: ColumnKey): Column {
  return byKey.get(key) as Column;
}

function widthOf({ key, width, heading, type }: Column): number {
  if (key === "displayName") return narrow.matches ? 168 : 260;
  if (type === "date") return 128;
  const longestWord = Math.max(...heading.split(" ").map((word) => word.length));
  // A heading takes two lines at most.
  const wanted =
    type === "number" ? Math.max(8, longestWord + 1, Math.ceil(heading.length / 2) + 4) : Math.max(width, longestWord + 2);
  return Math.round(wanted * CHARACTER) + 24;
}

/** Always with their decimals, so that points stand below points. */
const PARTS: ReadonlySet<ColumnKey> = new Set(["siteStorageGB", "mailboxStorageMB"]);
const parts = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Wider than this text would hardly fit its cell, so it can be read on hover. */
const LONG = 12;

function fillText(cell: HTMLElement, text: string): void {
  cell.dir = "auto";
  cell.textContent = text;
  if (text.length > LONG) cell.title = text;
}

/** `linkTo` gives the address of a group's card. */
export function groupColumns(data: Data, keys: readonly ColumnKey[], linkTo: (row: number) => string): GridColumn[] {
  return keys.map((key) => {
    const column = columnOf(key);
    return {
      key,
      heading: column.heading,
      definition: column.definition,
      width: widthOf(column),
      isFigure: column.type === "number",
      fill(cell, row) {
        const value = valueOf(data, key, row);
        if (key === "displayName") {
          const name = value === null || value === "" ? "(no name)" : String(value);
          cell.title = name;
          cell.append(element("a", { href: linkTo(row), tabindex: -1, dir: "auto" }, name));
        } else if (value === null) return;
        else if (typeof value === "number") cell.textContent = PARTS.has(key) ? parts.format(value) : figure(value);
        else if (typeof value === "boolean") cell.textContent = value ? "yes" : "no";
        else if (column.type === "date") {
          cell.textContent = dayText(value);
          cell.title = value;
        } else if (key === "result") cell.append(element("span", { class: `result ${value}` }, value));
        else fillText(cell, value);
      },
    };
  });
}
