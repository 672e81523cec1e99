import type { SimToken } from "../identity/token-book";
import type { World } from "../world";

/** A request as the routes see it, alone or inside a batch. Header names are in lower case. */
export interface GraphRequest {
  world: World;
  method: string;
  /** Below the version: `/groups/…`, decoded. */
  path: string;
  /** As it came, for nextLinks. */
  rawQuery: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  /** The roles that count for this request. */
  roles: ReadonlySet<string>;
  token: SimToken;
}

/** `ConsistencyLevel: eventual`: the request asks for the advanced index (graph.md#groups). */
export function isEventual(request: GraphRequest): boolean {
  return request.headers["consistencylevel"]?.toLowerCase() === "eventual";
}
