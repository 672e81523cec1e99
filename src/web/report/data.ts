import { cellOf, type ColumnKey } from "../../report/columns";
import {
  type Block,
  CODED_KEYS,
  type CodedKey,
  DATE_KEYS,
  type DateKey,
  NUMBER_KEYS,
  type NumberKey,
  type PageFacts,
  type Person,
  TEXT_KEYS,
  type TextKey,
} from "../../report/html/page-data";
import { createExpectations, EXPECTED_KEYS } from "../../report/html/expected";
import { unpackIds } from "../../report/html/pack-ids";
import { showFigures, showMail, showName } from "../../report/html/repeats";

export type Value = string | number | boolean | null;

/** All rows, by column. A missing number or date is NaN. */
export interface Data {
  facts: PageFacts;
  count: number;
  ids: string[];
  people: Person[];
  owners: (number[] | null)[];
  texts: Record<TextKey, (string | null)[]>;
  coded: Record<CodedKey, { values: (string | null)[]; codes: Uint32Array }>;
  numbers: Record<NumberKey, Float64Array>;
  /** Days since 1970-01-01. */
  dates: Record<DateKey, Float64Array>;
}

function record<Key extends string, Made>(keys: readonly Key[], make: (key: Key) => Made): Record<Key, Made> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<Key, Made>;
}

function joinNumbers(blocks: readonly Block[], count: number, pick: (block: Block) => (number | null)[]): Float64Array {
  const joined = new Float64Array(count);
  let at = 0;
  for (const block of blocks) for (const value of pick(block)) joined[at++] = value ?? Number.NaN;
  return joined;
}

function joinCoded(blocks: readonly Block[], count: number, key: CodedKey): { values: (string | null)[]; codes: Uint32Array } {
  const values: (string | null)[] = [];
  const places = new Map<string | null, number>();
  const codes = new Uint32Array(count);
  let at = 0;
  for (const block of blocks) {
    const column = block.coded[key];
    const own = column.values.map((value) => {
      const known = places.get(value);
      if (known !== undefined) return known;
      places.set(value, values.length);
      return values.push(value) - 1;
    });
    for (const code of column.codes) codes[at++] = own[code] ?? 0;
  }
  return { values, codes };
}

export function joinBlocks(facts: PageFacts, blocks: readonly Block[]): Data {
  const count = blocks.reduce((sum, { rows }) => sum + rows, 0);
  const texts = record(TEXT_KEYS, (key) => blocks.flatMap((block) => block.texts[key]));
  texts.mail = texts.mail.map((mail, row) => showName(mail, texts.displayName[row] ?? null));
  texts.siteUrl = texts.siteUrl.map((url, row) => showMail(url, texts.mail[row] ?? null));
  const data: Data = {
    facts,
    count,
    ids: blocks.flatMap(({ ids }) => unpackIds(ids)),
    people: blocks.flatMap(({ people }) => readPeople(people)),
    owners: blocks.flatMap(({ owners }) => owners),
    texts,
    coded: record(CODED_KEYS, (key) => joinCoded(blocks, count, key)),
    numbers: record(NUMBER_KEYS, (key) => joinNumbers(blocks, count, ({ numbers }) => numbers[key])),
    dates: record(DATE_KEYS, (key) => joinNumbers(blocks, count, ({ dates }) => dates[key])),
  };
  addExpected(data);
  return data;
}

function readPeople({ ids, names, mails }: Block["people"]): Person[] {
  return unpackIds(ids).map((id, at): Person => [id, names[at] ?? null, showName(mails[at] ?? null, names[at] ?? null)]);
}

/** Puts the expected part back, in the order in which one column follows from another. */
function addExpected(data: Data): void {
  const expect = createExpectations(data.facts);
  const { dates, numbers, coded } = data;
  const day = (key: DateKey, row: number) => {
    const value = dates[key][row] as number;
    return Number.isNaN(value) ? null : value;
  };
  for (const key of EXPECTED_KEYS) {
    const column = key === "renewed" || key === "lastActivity" ? dates[key] : numbers[key];
    for (let row = 0; row < data.count; row++) {
      column[row]! += expect(key, {
        created: day("created", row),
        lastActivity: day("lastActivity", row),
        lastActivitySource: coded.lastActivitySource.values[coded.lastActivitySource.codes[row] ?? 0] ?? null,
        teamLastActivity: day("teamLastActivity", row),
        siteLastActivity: day("siteLastActivity", row),
        groupLastActivity: day("groupLastActivity", row),
      });
    }
  }
}

const isText = (key: string): key is TextKey => (TEXT_KEYS as readonly string[]).includes(key);
const kinds = new Map<string, "coded" | "number" | "date">([
  ...CODED_KEYS.map((key) => [key, "coded"] as const),
  ...NUMBER_KEYS.map((key) => [key, "number"] as const),
  ...DATE_KEYS.map((key) => [key, "date"] as const),
]);

export function codedText(data: Data, key: CodedKey, row: number): string | null {
  const { values, codes } = data.coded[key];
  return values[codes[row] ?? 0] ?? null;
}

export function numberOf(data: Data, key: NumberKey, row: number): number | null {
  const value = data.numbers[key][row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

export function dayOf(data: Data, key: DateKey, row: number): string | null {
  const day = data.dates[key][row] ?? Number.NaN;
  return Number.isNaN(day) ? null : new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The codes of a list, as `warnings`. */
export function codesOf(data: Data, key: "warnings" | "notes" | "blockers", row: number): string[] {
  return (codedText(data, key, row) ?? "").split(" ").filter(Boolean);
}

export function ownersOf(data: Data, row: number): Person[] | null {
  return data.owners[row]?.map((place) => data.people[place] as Person) ?? null;
}

/** A cell as report.csv has it (columns.ts, `cellOf`), before the guard against formulas. */
export function valueOf(data: Data, key: ColumnKey, row: number): Value {
  if (isText(key)) return data.texts[key][row] ?? null;
  switch (key) {
    case "id":
      return data.ids[row] ?? null;
    case "runId":
    case "dataDate":
      return data.facts[key];
    case "owners": {
      const owners = ownersOf(data, row)?.map(([id, displayName, mail]) => ({ id, displayName, mail }));
      return cellOf({ owners: owners ?? null } as Parameters<typeof cellOf>[0], "owners");
    }
    case "ownerMails":
      return (
        ownersOf(data, row)
          ?.map(([, , mail]) => mail ?? "")
          .join("; ") ?? null
      );
    case "warningCount":
      return codesOf(data, "warnings", row).length;
    case "warnings":
    case "notes":
    case "blockers":
      return codesOf(data, key, row).join("; ");
    case "archived": {
      const archived = codedText(data, key, row);
      return archived === null ? null : archived === "true";
    }
    case "reason":
      return showFigures(codedText(data, key, row) ?? "", {
        lastActivity: dayOf(data, "lastActivity", row),
        daysInactive: numberOf(data, "daysInactive", row),
        created: dayOf(data, "created", row),
        ageDays: numberOf(data, "ageDays", row),
      });
  }
  const kind = kinds.get(key);
  if (kind === "number") return numberOf(data, key as NumberKey, row);
  if (kind === "date") return dayOf(data, key as DateKey, row);
  return codedText(data, key as CodedKey, row);
}
