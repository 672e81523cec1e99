import { shareOf } from "../random";
import { Refusal } from "./odata";
import { badRequest, failure, unsupportedQuery } from "./reply";
import { isEventual, type GraphRequest } from "./request";

/** Where a page begins. `page` counts from 0; `empty` asks for the page that holds nothing. */
interface Place {
  offset: number;
  page: number;
  empty: boolean;
  /** The first page was an advanced query. */
  advanced: boolean;
}

export interface Page<T> {
  items: T[];
  first: boolean;
  nextLink: string | null;
}

/** Looks like Graph's own (`RFNwdAIAAQ…`) and means nothing to a client. */
const PREFIX = "RFNwdAIAAQ";

function write(place: Place): string {
  const { offset, page, empty, advanced } = place;
  return PREFIX + Buffer.from(`${offset}.${page}.${Number(empty)}.${Number(advanced)}`).toString("base64url");
}

function read(token: string): Place {
  const text = token.startsWith(PREFIX) ? Buffer.from(token.slice(PREFIX.length), "base64url").toString() : "";
  const match = /^(\d+)\.(\d+)\.([01])\.([01])$/.exec(text);
  if (!match) throw new Refusal(badRequest("The skiptoken is invalid."));
  return { offset: Number(match[1]), page: Number(match[2]), empty: match[3] === "1", advanced: match[4] === "1" };
}

/**
 * One page of a list, as `$top` and `$skiptoken` say and as the switches spoil it. graph.md#groups: use the whole nextLink, never
 * compute a page; a page may be empty or short and still have a successor.
 */
export function pageOf<T>(request: GraphRequest, list: readonly T[], top: number): Page<T> {
  const { switches } = request.world;
  const token = request.query.get("$skiptoken");
  const place = token === null ? { offset: 0, page: 0, empty: false, advanced: isEventual(request) } : read(token);
  if (token !== null) refuseSpoilt(request, place);

  if (place.empty) return { items: [], first: false, nextLink: link(request, { ...place, page: place.page + 1, empty: false }) };

  const size = switches.shortPages ? Math.max(1, Math.ceil(top * (0.2 + 0.8 * shareOf(`${request.path}:${place.offset}`)))) : top;
  const end = place.offset + size;
  // With `repeatedPages` each page but the first begins with the second half of the one before it.
  const start = switches.repeatedPages && place.page > 0 ? Math.max(0, place.offset - Math.ceil(size / 2)) : place.offset;
  const items = list.slice(start, end);
  const endsEarly = switches.groupsEndEarly && request.path === "/groups" && end >= list.length / 2;
  const more = end < list.length && !endsEarly;
  const next = { offset: end, page: place.page + 1, empty: switches.emptyPageWithNextLink, advanced: place.advanced };
  return { items, first: place.page === 0, nextLink: more ? link(request, next) : null };
}

function refuseSpoilt(request: GraphRequest, place: Place): void {
  const { switches, expiredLists } = request.world;
  if (switches.nextLinkLosesConsistency && place.advanced && !isEventual(request)) {
    throw new Refusal(unsupportedQuery("The query requires the header ConsistencyLevel: eventual on every page."));
  }
  const expiry = switches.expiredPageToken;
  if (!expiry || place.page < expiry.afterPages || (expiry.list !== undefined && expiry.list !== request.path)) return;
  if (expiry.mode === "once" && expiredLists.has(request.path)) return;
  expiredLists.add(request.path);
  const message = "The specified page token value has expired and can no longer be included in your request.";
  throw new Refusal(failure(400, "Directory_ExpiredPageToken", message));
}

function link(request: GraphRequest, place: Place): string {
  const { world } = request;
  const kept = request.rawQuery.split("&").filter((part) => part !== "" && !/^(\$|%24)skiptoken=/i.test(part));
  const origin = world.switches.nextLinkOtherOrigin ? world.downloadOrigin : world.graphOrigin;
  const path = request.path.split("/").map(encodeURIComponent).join("/");
  return `${origin}/v1.0${path}?${[...kept, `$skiptoken=${write(place)}`].join("&")}`;
}

/** The `@odata` frame of a list. */
export function listBody(request: GraphRequest, context: string, page: Page<unknown>, count?: number): Record<string, unknown> {
  return {
    "@odata.context": `${request.world.graphOrigin}/v1.0/$metadata#${context}`,
    // graph.md#groups: the count comes with the first page only.
    ...(count !== undefined && page.first ? { "@odata.count": count } : {}),
    ...(page.nextLink === null ? {} : { "@odata.nextLink": page.nextLink }),
    value: page.items,
  };
}
