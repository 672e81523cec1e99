import { COLUMNS, type ColumnKey } from "../../report/columns";
import { element } from "./element";
import { createMenu, type Menu, tickBox } from "./menu";
import type { SortKey } from "./view-state";

interface ColumnChoice {
  shown(): readonly ColumnKey[];
  /** Null: those that fit the view. */
  choose(columns: ColumnKey[] | null): void;
}

/** Which columns the table has. The name always stays: it opens the card. */
export function columnMenu({ shown, choose }: ColumnChoice): Menu {
  return createMenu("Columns", function fill(panel) {
    const all = COLUMNS.map(({ key }) => key);
    const again = (place: number, columns: ColumnKey[] | null) => {
      choose(columns);
      fill(panel);
      panel.querySelectorAll("button")[place]?.focus();
    };
    const button = (place: number, title: string, columns: ColumnKey[] | null) =>
      element("button", { type: "button", click: () => again(place, columns) }, title);
    const first: ColumnKey[] = ["displayName", ...all.filter((key) => key !== "displayName")];
    const boxes = COLUMNS.filter(({ key }) => key !== "displayName").map(({ key, heading, definition }) => {
      const box = tickBox(heading, shown().includes(key), null, (isTicked) =>
        choose(isTicked ? [...shown(), key] : shown().filter((one) => one !== key)),
      );
      box.title = definition;
      return box;
    });
    panel.replaceChildren(
      element("div", { class: "row" }, button(0, "Usual columns", null), button(1, "All columns", first)),
      element("div", { class: "boxes" }, ...boxes),
    );
  });
}

const MOST_KEYS = 3;

interface SortChoice {
  columns: readonly { key: string; heading: string }[];
  current(): readonly SortKey[];
  choose(sort: SortKey[]): void;
}

/** Sort by up to three columns; the same as a click on a heading, and Shift with it, for fingers and keyboards. */
export function sortMenu({ columns, current, choose }: SortChoice): Menu {
  return createMenu("Sort", function fill(panel) {
    const keys = [...current()];
    const lines = Array.from({ length: Math.min(MOST_KEYS, keys.length + 1) }, (_, place) => {
      const chosen = keys[place];
      const set = (sort: SortKey | null) => {
        choose(sort === null ? keys.toSpliced(place, 1) : keys.toSpliced(place, 1, sort));
        fill(panel);
        panel.querySelectorAll("select")[place]?.focus();
      };
      const options = [
        element("option", { value: "" }, place === 0 ? "Name" : "–"),
        ...columns.map(({ key, heading }) => element("option", { value: key }, heading)),
      ];
      const select = element(
        "select",
        { change: () => set(select.value === "" ? null : { key: select.value, down: chosen?.down ?? false }) },
        ...options,
      );
      select.value = chosen?.key ?? "";
      const turn =
        chosen &&
        element(
          "button",
          { type: "button", click: () => set({ ...chosen, down: !chosen.down }) },
          chosen.down ? "Descending" : "Ascending",
        );
      return element("div", { class: "row" }, element("label", {}, place === 0 ? "Sort by" : "then by", " ", select), turn);
    });
    panel.replaceChildren(...lines);
  });
}
