/** Accidents that hit requests by chance, and how they look on the wire. */
export const FAULTS = [
  /** 429 with Retry-After (graph.md#throttling-headers). */
  "throttle429",
  /** Some services send none (graph.md#throttling-headers). */
  "throttle429NoRetryAfter",
  "503RetryAfter",
  "503",
  "504",
  "500",
  /** The connection is cut before any header. */
  "dropBefore",
  /** The connection is cut in the middle of the body. */
  "dropMidBody",
  /** 200 with half a JSON document. */
  "truncatedJson",
  /** 200 with a proxy's HTML page. */
  "html200",
  /** A good answer that takes `slowMs`. */
  "slow",
  /** graph.md#errors: 401 for a token that is good, a quirk of the back end; never twice running for the same URL. */
  "401once",
] as const;
export type FaultName = (typeof FAULTS)[number];

/** Where a fault may strike: a request to Graph, one inside a `$batch`, a report's download, a token request. */
export const FAULT_SCOPES = ["graph", "subrequest", "download", "identity"] as const;
export type FaultScope = (typeof FAULT_SCOPES)[number];

export interface FaultRule {
  fault: FaultName;
  /** 0 to 1, thrown for every request that the rule concerns. */
  probability: number;
  /** Default: graph, subrequest and download. */
  scope?: FaultScope[];
  /** Regular expression over `METHOD /path?query`; without it every request. */
  match?: string;
  /** Let so many matching requests pass first. */
  skip?: number;
  /** Strike so often at most. */
  times?: number;
}

/** A request inside a batch has no connection of its own to cut and no token of its own to refuse. */
const IN_A_BATCH: readonly FaultName[] = ["throttle429", "throttle429NoRetryAfter", "503RetryAfter", "503", "504", "500"];

export class FaultBook {
  /** What each rule has seen and done; a rule is known by its object, so that rules may be added while running. */
  readonly #seen = new WeakMap<FaultRule, { matched: number; struck: number }>();
  readonly #refused = new Set<string>();

  /** The fault that strikes this request, if any. `chance` is the simulator's own dice. */
  strike(
    rules: readonly FaultRule[],
    scope: FaultScope,
    request: string,
    chance: (probability: number) => boolean,
  ): FaultName | null {
    for (const rule of rules) {
      if (!(rule.scope ?? ["graph", "subrequest", "download"]).includes(scope)) continue;
      if (scope === "subrequest" && !IN_A_BATCH.includes(rule.fault)) continue;
      if (rule.match !== undefined && !new RegExp(rule.match).test(request)) continue;
      const seen = this.#seen.get(rule) ?? { matched: 0, struck: 0 };
      this.#seen.set(rule, seen);
      seen.matched++;
      if (seen.matched <= (rule.skip ?? 0) || seen.struck >= (rule.times ?? Infinity) || !chance(rule.probability)) continue;
      if (rule.fault === "401once") {
        // The retry with a fresh token passes: that is what makes it a quirk and not a denial.
        if (this.#refused.delete(request)) continue;
        this.#refused.add(request);
      }
      seen.struck++;
      return rule.fault;
    }
    if (this.#refused.size > 0) this.#refused.delete(request);
    return null;
  }
}

/**
 * Everything that a good client survives, at once: `rate` of all requests fail, in equal parts of every kind. Token
 * requests fail in the ways that a token endpoint knows. The seed turns the order, so that runs differ where wanted.
 */
export function faultsPreset(rate = 0.05, seed = 1): FaultRule[] {
  const turned = FAULTS.map((_, i) => FAULTS[(i + Math.abs(Math.trunc(seed))) % FAULTS.length] as FaultName);
  const everywhere: readonly FaultName[] = ["503", "500", "504", "dropBefore"];
  return turned.map((fault) => ({
    fault,
    probability: rate / FAULTS.length,
    scope: everywhere.includes(fault) ? [...FAULT_SCOPES] : ["graph", "subrequest", "download"],
  }));
}
