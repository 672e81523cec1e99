import { COLUMNS, type ColumnKey } from "../../report/columns";

export const VIEW_NAMES = ["overview", "groups", "owners", "candidates", "definitions"] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

export const FACET_KEYS = [
  "result",
  "kind",
  "ownerState",
  "warning",
  "note",
  "label",
  "guests",
  "age",
  "inactive",
  "change",
  "blocker",
] as const;
export type FacetKey = (typeof FACET_KEYS)[number];

export interface SortKey {
  key: string;
  down: boolean;
}

/** All that decides what is on screen. It lives in the fragment of the address, so a link shares it. */
export interface ViewState {
  view: ViewName;
  /** Id of the owner whose groups are shown, in the view owners. */
  owner: string | null;
  search: string;
  filters: Partial<Record<FacetKey, string[]>>;
  sort: SortKey[];
  /** Null: the columns that fit the view. */
  columns: ColumnKey[] | null;
  /** Id of the group whose card is open. */
  group: string | null;
}

const KEYS: ReadonlySet<string> = new Set(COLUMNS.map(({ key }) => key));

export function emptyState(view: ViewName = "overview"): ViewState {
  return { view, owner: null, search: "", filters: {}, sort: [], columns: null, group: null };
}

/** Whatever the fragment is, this is a view: what can't be understood is left out. */
export function parseState(fragment: string): ViewState {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const list = (key: string) => (given.get(key) ?? "").split(",").filter(Boolean);
  const state = emptyState(VIEW_NAMES.find((name) => name === given.get("view")));
  state.owner = given.get("owner") || null;
  state.search = given.get("q") ?? "";
  state.group = given.get("group") || null;
  for (const key of FACET_KEYS) {
    // A label is free text and may hold a comma: labels come one by one.
    const codes = key === "label" ? given.getAll(key) : list(key);
    if (codes.length > 0) state.filters[key] = codes;
  }
  state.sort = list("sort").map((text) => ({ key: text.replace(/^-/, ""), down: text.startsWith("-") }));
  const columns = list("columns").filter((key): key is ColumnKey => KEYS.has(key));
  if (columns.length > 0) state.columns = columns;
  return state;
}

export function formatState({ view, owner, search, filters, sort, columns, group }: ViewState): string {
  const said = new URLSearchParams({ view });
  if (owner !== null) said.set("owner", owner);
  if (search !== "") said.set("q", search);
  for (const [key, codes] of Object.entries(filters)) {
    if (key === "label") for (const code of codes) said.append(key, code);
    else if (codes.length > 0) said.set(key, codes.join(","));
  }
  if (sort.length > 0) said.set("sort", sort.map(({ key, down }) => (down ? "-" : "") + key).join(","));
  if (columns !== null) said.set("columns", columns.join(","));
  if (group !== null) said.set("group", group);
  // Commas and slashes may stand in a fragment as they are, and are easier to read so.
  return said.toString().replaceAll("%2C", ",");
}
