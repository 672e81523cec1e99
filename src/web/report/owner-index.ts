import { createTally, type Tally } from "../../verdict/figures";
import type { Figure } from "../../model/report";
import type { Data } from "./data";
import { collator } from "./rank";

/** An owner with the groups that are theirs. */
export interface Owner {
  id: string;
  name: string;
  mail: string | null;
  rows: number[];
  /** Groups of which they are the only owner. */
  alone: number;
  fail: number;
  issues: number;
  unknown: number;
  /** Null where it is not known of any of their groups. */
  guests: Figure;
  storageGB: Figure;
}

const COUNTED = { Fail: "fail", Issues: "issues", Unknown: "unknown" } as const;

function partOf(column: Float64Array, row: number): Figure {
  const value = column[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

/** Every owner by id, in the order of their names. One account with several entries (its name changed while the run read) is one owner. */
export function indexOwners(data: Data): Map<string, Owner> {
  const found = new Map<string, Owner>();
  const { values, codes } = data.coded.result;
  const { guests, siteStorageGB, ownerCount } = data.numbers;
  const sums = new Map<string, { guests: Tally; storage: Tally }>();
  for (let row = 0; row < data.count; row++) {
    const counted = COUNTED[values[codes[row] ?? 0] as keyof typeof COUNTED];
    for (const place of data.owners[row] ?? []) {
      const [id, name, mail] = data.people[place] ?? ["", null, null];
      let owner = found.get(id);
      if (!owner) {
        owner = {
          id,
          name: name || mail || id,
          mail,
          rows: [],
          alone: 0,
          fail: 0,
          issues: 0,
          unknown: 0,
          guests: null,
          storageGB: null,
        };
        found.set(id, owner);
        sums.set(id, { guests: createTally(), storage: createTally() });
      }
      owner.rows.push(row);
      if (ownerCount[row] === 1) owner.alone++;
      if (counted) owner[counted]++;
      const sum = sums.get(id);
      sum?.guests.add(partOf(guests, row));
      sum?.storage.add(partOf(siteStorageGB, row));
    }
  }
  for (const [id, sum] of sums) {
    const storage = sum.storage.sum();
    const known = { guests: sum.guests.sum(), storageGB: storage === null ? null : Math.round(storage * 100) / 100 };
    Object.assign(found.get(id) ?? {}, known);
  }
  return new Map([...found].toSorted(([, a], [, b]) => collator.compare(a.name, b.name)));
}
