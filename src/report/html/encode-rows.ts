import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import type { ReportRow } from "../types";
import {
  type Block,
  CODED_KEYS,
  type CodedKey,
  DATE_KEYS,
  type HtmlGroup,
  NUMBER_KEYS,
  type Person,
  TEXT_KEYS,
} from "./page-data";
import { markReason } from "./reason-marks";

const DAY_MS = 86_400_000;
const deflate = promisify(deflateRaw);

/** The page's data, block by block, as Base64 of deflated JSON. */
export interface RowEncoder {
  add(group: HtmlGroup): void;
  /** Rows added since the last block. */
  readonly waiting: number;
  takeBlock(): Promise<string>;
}

function columnsOf<Key extends string, Value>(keys: readonly Key[]): Record<Key, Value[]> {
  return Object.fromEntries(keys.map((key): [Key, Value[]] => [key, []])) as Record<Key, Value[]>;
}

function codedText({ row, history }: HtmlGroup, key: CodedKey): string | null {
  if (key === "reason") return markReason(row.reason, row);
  if (key === "historyDates") return history.map(({ date }) => date).join(" ");
  if (key === "historyResults") return history.map(({ result }) => result).join(" ");
  const value = row[key];
  return Array.isArray(value) ? value.join(" ") : value === null ? null : String(value);
}

function emptyBlock(): Block {
  const coded = Object.fromEntries(CODED_KEYS.map((key) => [key, { values: [], codes: [] }])) as unknown as Block["coded"];
  const numbers = columnsOf<(typeof NUMBER_KEYS)[number], number | null>(NUMBER_KEYS);
  const dates = columnsOf<(typeof DATE_KEYS)[number], number | null>(DATE_KEYS);
  const texts = columnsOf<(typeof TEXT_KEYS)[number], string | null>(TEXT_KEYS);
  return { rows: 0, people: [], owners: [], texts, coded, numbers, dates };
}

export function createRowEncoder(): RowEncoder {
  const people = new Map<string, number>();
  let block = emptyBlock();
  let places = newPlaces();

  function newPlaces(): Record<CodedKey, Map<string | null, number>> {
    return Object.fromEntries(CODED_KEYS.map((key) => [key, new Map()])) as unknown as Record<
      CodedKey,
      Map<string | null, number>
    >;
  }

  /** The same account with another name or mail (changed while the run read) is another entry. */
  function placeOf({ id, displayName, mail }: NonNullable<ReportRow["owners"]>[number]): number {
    const person: Person = [id, displayName, mail];
    const key = JSON.stringify(person);
    const known = people.get(key);
    if (known !== undefined) return known;
    people.set(key, people.size);
    block.people.push(person);
    return people.size - 1;
  }

  return {
    get waiting() {
      return block.rows;
    },
    add(group) {
      const { row } = group;
      block.rows++;
      block.owners.push(row.owners?.map(placeOf) ?? null);
      for (const key of TEXT_KEYS) block.texts[key].push(row[key]);
      for (const key of NUMBER_KEYS) block.numbers[key].push(row[key]);
      for (const key of DATE_KEYS) block.dates[key].push(row[key] === null ? null : Date.parse(row[key]) / DAY_MS);
      for (const key of CODED_KEYS) {
        const text = codedText(group, key);
        const { values, codes } = block.coded[key];
        let place = places[key].get(text);
        if (place === undefined) {
          place = values.push(text) - 1;
          places[key].set(text, place);
        }
        codes.push(place);
      }
    },
    async takeBlock() {
      const json = JSON.stringify(block);
      block = emptyBlock();
      places = newPlaces();
      return (await deflate(json, { level: 9 })).toString("base64");
    },
  };
}
