import { type Data, numberOf, codedText } from "./data";

/** An owner with the groups that are theirs. */
export interface Owner {
  id: string;
  name: string;
  mail: string | null;
  rows: Uint32Array<ArrayBuffer>;
  /** Groups of which they are the only owner. */
  alone: number;
  fail: number;
  issues: number;
  unknown: number;
  guests: number;
  storageGB: number;
}

/** Every owner by id. One account may have several entries (its name changed while the run read); the last one's name counts. */
export function indexOwners(data: Data): Map<string, Owner> {
  const lists = new Map<string, { name: string; mail: string | null; rows: number[] }>();
  for (let row = 0; row < data.count; row++) {
    for (const place of data.owners[row] ?? []) {
      const [id, name, mail] = data.people[place] ?? ["", null, null];
      const known = lists.get(id);
      if (known) known.rows.push(row);
      else lists.set(id, { name: name || mail || id, mail, rows: [row] });
    }
  }
  const collator = new Intl.Collator("en", { sensitivity: "accent" });
  const sorted = [...lists].toSorted(([, a], [, b]) => collator.compare(a.name, b.name));
  return new Map(
    sorted.map(([id, { name, mail, rows }]) => {
      const count = (wanted: string) => rows.filter((row) => codedText(data, "result", row) === wanted).length;
      const sum = (key: "guests" | "siteStorageGB") => rows.reduce((total, row) => total + (numberOf(data, key, row) ?? 0), 0);
      const owner: Owner = {
        id,
        name,
        mail,
        rows: Uint32Array.from(rows),
        alone: rows.filter((row) => numberOf(data, "ownerCount", row) === 1).length,
        fail: count("Fail"),
        issues: count("Issues"),
        unknown: count("Unknown"),
        guests: sum("guests"),
        storageGB: Math.round(sum("siteStorageGB") * 100) / 100,
      };
      return [id, owner];
    }),
  );
}
