import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import type { ReportOwner } from "../../model/report";
import { createExpectations, dayNumber, EXPECTED_KEYS, type Known } from "./expected";
import { packIds } from "./pack-ids";
import {
  type Block,
  CODED_KEYS,
  type CodedKey,
  DATE_KEYS,
  type HtmlGroup,
  NUMBER_KEYS,
  type PageFacts,
  type Person,
  TEXT_KEYS,
  type TextKey,
} from "./page-data";
import { hideFigures, hideMail, hideName } from "./repeats";

const deflate = promisify(deflateRaw);

/** The page's data, block by block, as Base64 of deflated JSON. */
export interface RowEncoder {
  add(group: HtmlGroup): void;
  /** Rows added since the last block. */
  readonly waiting: number;
  takeBlock(): Promise<string>;
}

/** A block whose ids are not packed yet, with the places of its coded values. */
interface OpenBlock extends Omit<Block, "ids" | "people"> {
  ids: string[];
  people: Person[];
  places: Record<CodedKey, Map<string | null, number>>;
}

function byKey<Key extends string, Made>(keys: readonly Key[], make: () => Made): Record<Key, Made> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Made>;
}

function openBlock(): OpenBlock {
  return {
    rows: 0,
    ids: [],
    people: [],
    owners: [],
    texts: byKey(TEXT_KEYS, () => []),
    coded: byKey(CODED_KEYS, () => ({ values: [], codes: [] })),
    numbers: byKey(NUMBER_KEYS, () => []),
    dates: byKey(DATE_KEYS, () => []),
    places: byKey(CODED_KEYS, () => new Map()),
  };
}

function codedText({ row, history }: HtmlGroup, key: CodedKey): string | null {
  if (key === "reason") return hideFigures(row.reason, row);
  if (key === "historyDates") return history.map(({ date }) => date).join(" ");
  if (key === "historyResults") return history.map(({ result }) => result).join(" ");
  const value = row[key];
  return Array.isArray(value) ? value.join(" ") : value === null ? null : String(value);
}

function textOf({ row }: HtmlGroup, key: TextKey): string | null {
  if (key === "mail") return hideName(row.mail, row.displayName);
  return key === "siteUrl" ? hideMail(row.siteUrl, row.mail) : row[key];
}

function knownOf({ row }: HtmlGroup): Known {
  const day = (iso: string | null) => (iso === null ? null : dayNumber(iso));
  return {
    created: day(row.created),
    lastActivity: day(row.lastActivity),
    lastActivitySource: row.lastActivitySource,
    teamLastActivity: day(row.teamLastActivity),
    siteLastActivity: day(row.siteLastActivity),
    groupLastActivity: day(row.groupLastActivity),
  };
}

export function createRowEncoder(facts: PageFacts): RowEncoder {
  const expect = createExpectations(facts);
  /** Places of all owners so far. The same account with another name or mail (changed while the run read) is another one. */
  const people = new Map<string, number>();
  let block = openBlock();

  function placeOf({ id, displayName, mail }: ReportOwner): number {
    const person: Person = [id, displayName, mail];
    const key = JSON.stringify(person);
    let place = people.get(key);
    if (place === undefined) {
      place = people.size;
      people.set(key, place);
      block.people.push(person);
    }
    return place;
  }

  function code(group: HtmlGroup, key: CodedKey): void {
    const text = codedText(group, key);
    const { values, codes } = block.coded[key];
    let place = block.places[key].get(text);
    if (place === undefined) {
      place = values.push(text) - 1;
      block.places[key].set(text, place);
    }
    codes.push(place);
  }

  return {
    get waiting() {
      return block.rows;
    },
    add(group) {
      const { row } = group;
      const known = knownOf(group);
      const off = (key: string, value: number | null) => {
        const found = EXPECTED_KEYS.find((one) => one === key);
        return value === null || found === undefined ? value : value - expect(found, known);
      };
      block.rows++;
      block.ids.push(row.id);
      block.owners.push(row.owners?.map(placeOf) ?? null);
      for (const key of TEXT_KEYS) block.texts[key].push(textOf(group, key));
      for (const key of NUMBER_KEYS) block.numbers[key].push(off(key, row[key]));
      for (const key of DATE_KEYS) block.dates[key].push(off(key, row[key] === null ? null : dayNumber(row[key])));
      for (const key of CODED_KEYS) code(group, key);
    },
    async takeBlock() {
      const { places: _, ids, people: added, ...rest } = block;
      const packed: Block = {
        ...rest,
        ids: packIds(ids),
        people: {
          ids: packIds(added.map(([id]) => id)),
          names: added.map(([, name]) => name),
          mails: added.map(([, name, mail]) => hideName(mail, name)),
        },
      };
      block = openBlock();
      return (await deflate(JSON.stringify(packed))).toString("base64");
    },
  };
}
