import type { ColumnKey } from "../../report/columns";
import { COLUMNS } from "../../report/columns";
import { OWNER_STATE_LEGEND } from "../../verdict/code-definitions";
import { CODED_KEYS, type CodedKey, DATE_KEYS, type DateKey, NUMBER_KEYS, type NumberKey } from "../../report/html/page-data";
import { RESULTS } from "../../model/report";
import { type Data, valueOf } from "./data";
import { type Ranks, rankTexts } from "./rank";
import type { SortKey } from "./view-state";

/** Words with an order of their own; others sort as text. */
const ORDERS: Partial<Record<CodedKey, readonly string[]>> = {
  result: ["Fail", "Issues", "Unknown", "New", "Archived", "Pass"] satisfies (typeof RESULTS)[number][],
  ownerState: Object.keys(OWNER_STATE_LEGEND),
};

function rankCoded(data: Data, key: CodedKey): Ranks {
  const { values, codes } = data.coded[key];
  const order = ORDERS[key];
  const ranks = order
    ? Float64Array.from(values, (value) => (value === null ? Number.NaN : order.indexOf(value)))
    : rankTexts(values);
  return Float64Array.from(codes, (code) => ranks[code] ?? Number.NaN);
}

/** By the first owner's name, then the second's. */
function rankOwners(data: Data): Ranks {
  const people = rankTexts(data.people.map(([id, name, mail]) => name || mail || id));
  const size = people.length + 1;
  return Float64Array.from(data.owners, (places) => {
    const [first, second] = places ?? [];
    if (first === undefined) return Number.NaN;
    return (people[first] ?? 0) * size + (second === undefined ? 0 : (people[second] ?? 0) + 1);
  });
}

/** The ranks of a column, worked out once. */
export function createRanks(data: Data): (key: ColumnKey) => Ranks {
  const known = new Map<ColumnKey, Ranks>();
  const is = <Key extends string>(keys: readonly Key[], key: string): key is Key => (keys as readonly string[]).includes(key);

  function make(key: ColumnKey): Ranks {
    if (is<NumberKey>(NUMBER_KEYS, key)) return data.numbers[key];
    if (is<DateKey>(DATE_KEYS, key)) return data.dates[key];
    // Rows come in the order of the name: it is its own rank.
    if (key === "displayName") {
      return Float64Array.from({ length: data.count }, (_, row) => (data.texts.displayName[row] ? row : Number.NaN));
    }
    if (key !== "reason" && is<CodedKey>(CODED_KEYS, key)) return rankCoded(data, key);
    if (key === "owners") return rankOwners(data);
    const values = Array.from({ length: data.count }, (_, row) => valueOf(data, key, row));
    return key === "warningCount" ? Float64Array.from(values as number[]) : rankTexts(values as (string | null)[]);
  }

  return (key) => {
    let ranks = known.get(key);
    if (!ranks) known.set(key, (ranks = make(key)));
    return ranks;
  };
}

export function isColumn(key: string): key is ColumnKey {
  return COLUMNS.some((column) => column.key === key);
}

/** The first key counts most; the rows' own order, by name, decides last. */
export function sortRows(rows: Uint32Array, sort: readonly SortKey[], ranksOf: (key: string) => Ranks | undefined): Uint32Array {
  const keys = sort.flatMap(({ key, down }) => {
    const ranks = ranksOf(key);
    return ranks ? [{ ranks, sign: down ? -1 : 1 }] : [];
  });
  if (keys.length === 0) return rows;
  return rows.toSorted((a, b) => {
    for (const { ranks, sign } of keys) {
      const [x, y] = [ranks[a] as number, ranks[b] as number];
      if (x === y) continue;
      const [isXNone, isYNone] = [Number.isNaN(x), Number.isNaN(y)];
      if (isXNone && isYNone) continue;
      if (isXNone || isYNone) return isXNone ? 1 : -1;
      return sign * (x - y);
    }
    return a - b;
  });
}
