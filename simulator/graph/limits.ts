import type { World } from "../world";
import { throttled, type Reply } from "./reply";
import type { GraphRequest } from "./request";

/** What a route counts against. `units` are the directory's resource units; the rest are windows of requests. */
export interface Cost {
  units?: number;
  window?: "team" | "report" | "signIns";
  /** The team's id, or the report's name. */
  of?: string;
}

/** Requests that a window holds, in order of arrival. */
class Window {
  readonly #times: number[] = [];

  /** Null where there was room, else the seconds until there is. Refused requests are not counted. */
  take(now: number, limit: number, milliseconds: number): number | null {
    while (this.#times.length > 0 && (this.#times[0] ?? now) <= now - milliseconds) this.#times.shift();
    if (this.#times.length < limit) {
      this.#times.push(now);
      return null;
    }
    return Math.max(1, Math.ceil(((this.#times[0] ?? now) + milliseconds - now) / 1000));
  }
}

/** The throttles of graph.md#throttling-limits. Each is off until its switch is on; RU headers are always sent. */
export class Limits {
  readonly #windows = new Map<string, Window>();
  #bucket: { units: number; at: number } | null = null;

  /** The directory's headers for a request that may pass, or the 429 for one that may not. */
  charge(world: World, cost: Cost): { headers: Record<string, string> } | { refused: Reply } {
    const { switches, clock } = world;
    const now = clock();
    const windows: [string, number, number][] = [];
    if (cost.window === "report" && switches.reportThrottle) windows.push([`report ${cost.of}`, 14, 600_000]);
    if (cost.window === "signIns" && switches.signInThrottle) windows.push(["signIns", 10, 60_000]);
    if (cost.window === "team" && switches.perTeam4rps && cost.of) windows.push([`team ${cost.of}`, 4, 1000]);
    // ~83 % of the burst limit is also enforced over a longer window.
    if (cost.window === "team" && switches.sustained83) windows.push(["teams", 30, 1000], ["teams sustained", 249, 10_000]);
    for (const [name, limit, milliseconds] of windows) {
      const window = this.#windows.get(name) ?? new Window();
      this.#windows.set(name, window);
      const wait = window.take(now, limit, milliseconds);
      if (wait !== null) return { refused: throttled(wait) };
    }
    return cost.units === undefined ? { headers: {} } : this.#directory(world, cost.units, now);
  }

  #directory(world: World, units: number, now: number): { headers: Record<string, string> } | { refused: Reply } {
    const headers: Record<string, string> = { "x-ms-resource-unit": String(units) };
    const { resourceUnitBucket: bucket } = world.switches;
    if (bucket === false) return { headers };
    const capacity = bucket === true ? sizeLimit(world.tenant.users.length) : bucket;
    const before = this.#bucket ?? { units: capacity, at: now };
    const filled = Math.min(capacity, before.units + ((now - before.at) / 10_000) * capacity);
    if (filled < units) {
      this.#bucket = { units: filled, at: now };
      const wait = Math.max(1, Math.ceil(((units - filled) / capacity) * 10));
      const { clientId, tenantId } = world.credentials;
      return {
        refused: throttled(wait, {
          "x-ms-throttle-scope": `Tenant_Application/ReadWrite/${clientId}/${tenantId}`,
          "x-ms-throttle-information": "ResourceUnitLimitExceeded",
        }),
      };
    }
    this.#bucket = { units: filled - units, at: now };
    const used = 1 - (filled - units) / capacity;
    if (used > 0.8) headers["x-ms-throttle-limit-percentage"] = used.toFixed(1);
    return { headers };
  }
}

/** graph.md#throttling-limits: S, M and L tenants. */
function sizeLimit(users: number): number {
  if (users < 50) return 3500;
  return users <= 500 ? 5000 : 8000;
}

/** graph.md#request-costs: `$select` −1, `$expand` +1, `$top` below 20 −1, never below 1. */
export function unitsOf(request: GraphRequest, base: number): number {
  const { query } = request;
  const top = query.get("$top");
  let units = base;
  if (query.has("$select")) units -= 1;
  if (query.has("$expand")) units += 1;
  if (top !== null && Number(top) < 20) units -= 1;
  return Math.max(1, units);
}
