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
  guests: number;
  storageGB: number;
}

const COUNTED = { Fail: "fail", Issues: "issues", Unknown: "unknown" } as const;

/** Every owner by id, in the order of their names. One account with several entries (its name changed while the run read) is one owner. */
export function indexOwners(data: Data): Map<string, Owner> {
  const found = new Map<string, Owner>();
  const { values, codes } = data.coded.result;
  const { guests, siteStorageGB, ownerCount } = data.numbers;
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
          guests: 0,
          storageGB: 0,
        };
        found.set(id, owner);
      }
      owner.rows.push(row);
      if (ownerCount[row] === 1) owner.alone++;
      if (counted) owner[counted]++;
      owner.guests += guests[row] || 0;
      owner.storageGB += siteStorageGB[row] || 0;
    }
  }
  for (const owner of found.values()) owner.storageGB = Math.round(owner.storageGB * 100) / 100;
  return new Map([...found].toSorted(([, a], [, b]) => collator.compare(a.name, b.name)));
}
