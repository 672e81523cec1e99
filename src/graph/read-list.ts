import { createHash } from "node:crypto";
import * as z from "zod";
import { ReportError } from "../model/errors";
import type { GraphClient } from "./client";
import { describeRequest } from "./failure";

/**
 * How far a list has been followed, small enough to be kept in a cursor. Rings are found as by Brent: what stood at the last
 * power of two is compared with everything after it, so one that is long, or reached late, is found within three times its
 * length. https://en.wikipedia.org/wiki/Cycle_detection#Brent's_algorithm
 */
export interface Trail {
  pages: number;
  items: number;
  /** Empty pages in a row. */
  empty: number;
  /** Pages whose items were those of the page held below: links may be new each time and still lead nowhere. */
  repeated: number;
  /** The next link, and the items, of the page at the last power of two. */
  link: string;
  page: string;
}

export const NEW_TRAIL: Trail = { pages: 0, items: 0, empty: 0, repeated: 0, link: "", page: "" };

const MOST_EMPTY = 20;
/** One item may come on two pages, when something was added meanwhile; a page that is one item would then come twice. */
const MOST_REPEATED = 3;
/** A next link stands in a cursor, which holds 32,000 characters. */
const LONGEST_LINK = 16_000;
/** At 500 a page, ten million items. */
const MOST_PAGES = 20_000;
/** Of a list that is read in one go: a group has at most 100 owners, an identity some 1,500 app roles. */
const MOST_PAGES_AT_ONCE = 100;

export interface ListLimits {
  pages?: number;
  /** Where it is known how many there are. */
  items?: number;
}

/**
 * The one rule for every list: where it goes on after this page, null where it ends. A next link that is null or empty ends it.
 * @throws ReportError graph-list-endless where the list leads nowhere: a ring, empty pages without end, more than there can be.
 */
export function follow(url: string, json: unknown, trail: Trail, limits: ListLimits = {}): { next: string | null; trail: Trail } {
  const { value, "@odata.nextLink": link } = json as { value: readonly unknown[]; "@odata.nextLink"?: unknown };
  const name = describeRequest("GET", url).replace(/^GET (?:\/v1\.0(?=\/))?/, "");
  const stop = (why: string) => new ReportError("graph-list-endless", `Graph's list ${name.slice(0, 100)} was given up: ${why}.`);
  if (link === undefined || link === null || (typeof link === "string" && link.trim() === "")) return { next: null, trail };
  if (typeof link !== "string") throw stop("its next link is no text");
  if (link.length > LONGEST_LINK) throw stop(`its next link is longer than ${LONGEST_LINK} characters`);

  const pages = trail.pages + 1;
  const items = trail.items + value.length;
  const empty = value.length === 0 ? trail.empty + 1 : 0;
  const here = { link: hash(link), page: value.length === 0 ? "" : hash(value.map(nameOf).join("\n")) };
  const repeated = trail.repeated + (here.page !== "" && here.page === trail.page ? 1 : 0);
  if (here.link === trail.link) throw stop(`after ${pages} pages it led to a page that had been read already`);
  if (empty >= MOST_EMPTY) throw stop(`${empty} pages in a row were empty, and it still went on`);
  if (repeated >= MOST_REPEATED) throw stop(`after ${pages} pages the same items kept coming`);
  if (items > (limits.items ?? Infinity)) throw stop(`it brought ${items} items, far more than Graph counts, and still went on`);
  if (pages >= (limits.pages ?? MOST_PAGES)) throw stop(`it still went on after ${pages} pages`);

  const isPowerOfTwo = (pages & (pages - 1)) === 0;
  return {
    next: link,
    trail: { pages, items, empty, repeated, ...(isPowerOfTwo ? here : { link: trail.link, page: trail.page }) },
  };
}

/** One page of a list, and where it goes on. */
export async function readListPage<T>(
  client: GraphClient,
  url: string,
  parse: (json: unknown) => T,
  trail: Trail,
  limits: ListLimits = {},
): Promise<{ page: T; next: string | null; trail: Trail }> {
  return client.getJson(url, (json) => ({ page: parse(listBody.parse(json)), ...follow(url, json, trail, limits) }));
}

const listBody = z.looseObject({ value: z.array(z.unknown()) });

/** The pages of a list that is short enough to be read in one go. */
export async function* readListPages<T>(
  client: GraphClient,
  first: string,
  parse: (json: unknown) => T,
  start: Trail = NEW_TRAIL,
): AsyncGenerator<T> {
  let trail = start;
  for (let next: string | null = first; next !== null;) {
    const read: Awaited<ReturnType<typeof readListPage<T>>> = await readListPage(client, next, parse, trail, {
      pages: MOST_PAGES_AT_ONCE,
    });
    yield read.page;
    ({ next, trail } = read);
  }
}

/** A whole list, every page of it: for commands, whose lists are short. A run's sources keep a cursor instead. */
export async function readList<T>(client: GraphClient, url: string, item: z.ZodType<T>): Promise<T[]> {
  const schema = z.object({ value: z.array(item) });
  const items: T[] = [];
  for await (const { value } of readListPages(client, url, (json) => schema.parse(json))) items.push(...value);
  return items;
}

function nameOf(item: unknown): string {
  const { id } = (item ?? {}) as { id?: unknown };
  return typeof id === "string" ? id : (JSON.stringify(item) ?? "");
}

const hash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 12);
