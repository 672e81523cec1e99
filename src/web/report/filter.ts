import { type Data, ownersOf } from "./data";
import { type Facet, maskOf } from "./facets";
import type { FacetKey, ViewState } from "./view-state";

/** Lower-case text of a row that the search looks through; made on the first search. */
export function createSearch(data: Data): (rows: Uint32Array, search: string) => Uint32Array {
  let texts: string[] | undefined;

  function textOf(row: number): string {
    const { texts: columns, coded } = data;
    const parts = [columns.displayName[row], columns.mail[row], columns.description[row], data.ids[row], columns.siteUrl[row]];
    const label = coded.sensitivityLabel.values[coded.sensitivityLabel.codes[row] ?? 0];
    const owners = ownersOf(data, row)?.map(([, name, mail]) => `${name ?? ""} ${mail ?? ""}`) ?? [];
    return [...parts, label, ...owners]
      .map((part) => part ?? "")
      .join("\n")
      .toLowerCase();
  }

  return (rows, search) => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return rows;
    texts ??= Array.from({ length: data.count }, (_, row) => textOf(row));
    const all = texts;
    return rows.filter((row) => words.every((word) => all[row]?.includes(word)));
  };
}

/** Rows that have one of the chosen options of every facet but `except`. */
export function filterRows(
  rows: Uint32Array,
  facets: readonly Facet[],
  filters: ViewState["filters"],
  except?: FacetKey,
): Uint32Array {
  const active = facets
    .filter(({ key }) => key !== except && (filters[key]?.length ?? 0) > 0)
    .map((facet) => ({ masks: facet.masks, wanted: maskOf(facet, filters[facet.key] ?? []) }));
  return active.length === 0
    ? rows
    : rows.filter((row) => active.every(({ masks, wanted }) => ((masks[row] ?? 0) & wanted) !== 0));
}

/** How many rows have each option of a facet. */
export function countOptions(rows: Uint32Array, { masks, options }: Facet): number[] {
  const counts = options.map(() => 0);
  for (const row of rows) {
    for (let bits = masks[row] ?? 0; bits !== 0; bits &= bits - 1) {
      const at = 31 - Math.clz32(bits & -bits);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return counts;
}
