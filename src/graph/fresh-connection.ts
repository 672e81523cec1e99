import type { Dispatcher } from "undici-types";

/** Under this symbol undici, Node's fetch, keeps the pool that all requests share. */
const SHARED_POOL = Symbol.for("undici.globalDispatcher.1");

/**
 * What fetch needs to try again over a new connection, which may reach a healthier machine (graph-facts §1.3). The header
 * `connection: close` alone does not: it ends a pooled connection only after one more request over it. Where the shared
 * pool is out of reach, or of a kind that can't be made here, the header has to do.
 */
export function freshConnection(): { dispatcher?: Dispatcher } {
  const shared = (globalThis as Record<symbol, unknown>)[SHARED_POOL];
  if (!shared) return {};
  try {
    return { dispatcher: new (shared.constructor as new () => Dispatcher)() };
  } catch {
    return {};
  }
}
