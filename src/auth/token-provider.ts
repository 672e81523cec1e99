import type { AccessToken, GetTokenOptions } from "@azure/identity";
import { isReportError, ReportError } from "../model/errors";
import type { AuthChoice } from "../settings/choose-auth";
import type { Identity } from "./credential";
import { explainTokenError } from "./explain-token-error";
import { createClockSkew } from "./clock-skew";
import { broughtForward, endOf, type HeldToken, isAlive, isPlausibleEnd, renewalTime } from "./held-token";
import { checkToken, readTokenFacts, type TokenFacts } from "./token-claims";
import { createTokenCounter, type TokenCounts } from "./token-counts";
import type { TelemetryEvent } from "../telemetry/events";

export interface TokenProvider {
  /** A token that is valid now and for the call that follows. @throws ReportError credential-unavailable, token-refused, graph-unavailable. */
  get(): Promise<string>;
  /**
   * Graph answered 401 to this token: it is not handed out again, and the next is asked of Entra, not of a cache.
   * @param claims of a claims challenge, as JSON; the next token answers them.
   * @returns false where another token had taken its place already, so that nothing is lost by trying that one.
   */
  reject(token: string, claims?: string): boolean;
  /**
   * Tells the time that an answer of Graph bore, in milliseconds. Several that agree may bring a renewal forward; whatever
   * they say, a token that Graph has not refused is used.
   */
  noticeServerTime(milliseconds: number): void;
  /** Seconds by which the server's clock is ahead of this machine's; 0 while they agree to the minute. */
  clockSkewSeconds(): number;
  /** Takes the counters and starts them anew. */
  drainCounts(): TokenCounts;
}

export interface TokenProviderOptions {
  /** Makes an identity with an empty cache; called again when a credential failed, or can't be made to forget otherwise. */
  createIdentity: () => Identity;
  /** For example `https://graph.microsoft.com`. */
  resource: string;
  /** Tokens that say another tenant are refused. */
  tenantId?: string | undefined;
  /** For the words of errors. */
  choice?: AuthChoice;
  /** Permissions that will be needed; those that a token does not name are told in its event. */
  needed?: readonly string[];
  log?: (event: TelemetryEvent) => void;
  now?: () => number;
}

/** The same token came back: MSAL fetches the next one meanwhile, where the service hinted at it. */
const ASK_AGAIN_MS = 15_000;
/** That same token is over, by this machine's clock. */
const ASK_DOUBTED_AGAIN_MS = 120_000;
/** After a failure 1, 2, 4 … seconds, at most this. */
const LONGEST_BACKOFF_MS = 30_000;
/** What every request of ours tells Entra anyway; given as claims it makes MSAL pass its cache by. */
const CAPABILITY = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';

/**
 * One provider a process. Tokens are renewed in the background while the old token is good; one request in flight for all who wait.
 */
export function createTokenProvider({
  createIdentity,
  resource,
  tenantId,
  choice,
  needed = [],
  log = () => undefined,
  now = Date.now,
}: TokenProviderOptions): TokenProvider {
  let identity: Identity | undefined;
  let held: HeldToken | undefined;
  let inFlight: Promise<HeldToken> | undefined;
  const counter = createTokenCounter();
  const skew = createClockSkew();
  /** Rejections so far. A token that was asked for before the last one may be void too. */
  let generation = 0;
  /** Set by a rejection until the next token is there. */
  let mustBypassCache = false;
  let claims: string | undefined;
  let failures = 0;
  let failedWith: { error: ReportError; until: number } | undefined;
  const rejected = new Set<string>();

  async function acquire(): Promise<HeldToken> {
    const asOf = generation;
    let answer: AccessToken | null;
    try {
      if (mustBypassCache && identity && claimsFor(identity) === undefined) identity = undefined;
      identity ??= createIdentity();
      const asked = claimsFor(identity);
      const options: GetTokenOptions = identity.claims === "never" ? {} : { enableCae: true };
      answer = await identity.credential.getToken(
        `${resource}/.default`,
        asked === undefined ? options : { ...options, claims: asked },
      );
      if (!answer) throw new Error("the credential gave no token");
      const fresh = keep(answer, asOf);
      failures = 0;
      failedWith = undefined;
      if (asOf === generation) {
        mustBypassCache = false;
        claims = undefined;
      }
      return fresh;
    } catch (error) {
      // Its answer to claims is the command to sign in with; by the next request somebody may have done so.
      if (identity?.claims === "challenge" && asOf === generation) claims = undefined;
      throw backOff(explainTokenError(error, choice));
    }
  }

  /** What makes this identity pass its cache by; undefined where nothing need or can. */
  function claimsFor({ claims: takes }: Identity): string | undefined {
    if (!mustBypassCache || takes === "never") return undefined;
    return claims ?? (takes === "fresh" ? CAPABILITY : undefined);
  }

  function backOff(error: ReportError): ReportError {
    // The file of a certificate or an assertion may have been renewed: a new credential reads it again.
    if (!isReportError(error, "graph-unavailable")) identity = undefined;
    const wait = Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** failures++);
    failedWith = { error, until: now() + wait };
    if (held) held.renewAt = now() + Math.max(wait, ASK_AGAIN_MS);
    log({ event: "token-failed", code: error.code, failures });
    return error;
  }

  function keep(answer: AccessToken, asOf: number): HeldToken {
    const at = now();
    const facts = readTokenFacts(answer.token);
    if (held?.token === answer.token) return keepSame(held, answer, asOf);
    if (facts) checkToken(facts, { resource, tenantId });
    const life = { acquiredAt: at, endsAt: endOf(answer.expiresOnTimestamp, at, facts) };
    const candidate: HeldToken = {
      ...life,
      token: answer.token,
      renewAt: renewalTime(life, answer.refreshAfterTimestamp),
      serverExpiry: facts?.expiresAt ?? null,
      wasBroughtForward: false,
      isDoubted: false,
      generation: asOf,
    };
    bringForward(candidate);
    const seconds = Math.round((candidate.endsAt - at) / 1000);
    counter.acquired(seconds, held !== undefined);
    log({
      event: "token",
      seconds,
      isRenewal: held !== undefined,
      isCae: facts?.isCae ?? null,
      isOtherApp: isOtherApp(facts, choice),
      missing: facts ? needed.filter((name) => !facts.permissions.includes(name)) : [],
    });
    held = candidate;
    return held;
  }

  /**
   * A cache's own: it is given on, and asked for again when it may be another. Where this machine's clock alone says that it is
   * over, Graph decides: one that Graph has refused too is not given a second time.
   */
  function keepSame(same: HeldToken, { expiresOnTimestamp }: AccessToken, asOf: number): HeldToken {
    const at = now();
    const endsAt = isPlausibleEnd(expiresOnTimestamp, at) ? expiresOnTimestamp : same.endsAt;
    const isDoubted = !isAlive({ ...same, endsAt }, at);
    if (isDoubted && rejected.has(same.token)) throw tooOld();
    const again = at + (isDoubted ? ASK_DOUBTED_AGAIN_MS : ASK_AGAIN_MS);
    const renewAt = same.wasBroughtForward ? Math.max(again, renewalTime(same, undefined)) : again;
    return (held = { ...same, endsAt, isDoubted, renewAt, generation: asOf });
  }

  /** Once for a token: a renewal that gives the same again has shown that it was too early. */
  function bringForward(token: HeldToken): void {
    const early = broughtForward(token, skew.milliseconds());
    if (token.wasBroughtForward || early >= token.renewAt) return;
    token.renewAt = early;
    token.wasBroughtForward = true;
  }

  function isUsable(candidate: HeldToken | undefined): candidate is HeldToken {
    return candidate !== undefined && candidate.generation >= generation && (candidate.isDoubted || isAlive(candidate, now()));
  }

  function renew(): Promise<HeldToken> {
    inFlight ??= acquire().finally(() => (inFlight = undefined));
    return inFlight;
  }

  return {
    async get() {
      for (;;) {
        if (isUsable(held)) {
          const current = held;
          if (now() >= current.renewAt && !inFlight) {
            current.renewAt = now() + ASK_AGAIN_MS;
            // The old token is still good, so a failure here is not yet anybody's.
            renew().catch(() => undefined);
          }
          return current.token;
        }
        if (!inFlight && failedWith && now() < failedWith.until) throw stillFailing(failedWith, now());
        const fresh = await renew();
        // One that was asked for before the last rejection may be as void as that which was rejected. Where the same comes
        // again (from the cache of a managed identity or the Azure CLI), the one more try is made with it: a 401 is not
        // always the token's fault, and to ask for each request anew would start the Azure CLI thousands of times.
        if (fresh.generation === generation) return fresh.token;
      }
    },
    reject(token, asked) {
      if (held && held.token !== token && isUsable(held)) return false;
      const isKnown = rejected.has(token);
      const isAwaited = held === undefined || held.generation < generation;
      // Many requests meet the same refusal; only claims that the next token would not answer are news.
      if (isKnown && isAwaited && (asked === undefined || asked === claims)) return true;
      if (!isKnown) {
        rejected.add(token);
        if (rejected.size > 20) rejected.delete(rejected.values().next().value as string);
        counter.refused();
        log({ event: "token-refused", isChallenge: asked !== undefined });
      }
      generation++;
      mustBypassCache = true;
      claims = asked ?? claims;
      return true;
    },
    noticeServerTime(milliseconds) {
      const before = skew.milliseconds();
      if (!skew.note(milliseconds - now())) return;
      if (before === 0) log({ event: "clock-skew", seconds: Math.round(skew.milliseconds() / 1000) });
      if (held) bringForward(held);
    },
    clockSkewSeconds: () => Math.round(skew.milliseconds() / 1000),
    drainCounts: counter.drain,
  };
}

function isOtherApp(facts: TokenFacts | undefined, choice: AuthChoice | undefined): boolean {
  const wanted = choice && "clientId" in choice ? choice.clientId : undefined;
  return wanted !== undefined && typeof facts?.appId === "string" && facts.appId.toLowerCase() !== wanted.toLowerCase();
}

/** The service has just failed: nobody asks it again before its pause is over. */
function stillFailing({ error, until }: { error: ReportError; until: number }, now: number): ReportError {
  if (!isReportError(error, "graph-unavailable")) return error;
  return new ReportError(error.code, error.message, { cause: error.cause, waitSeconds: Math.ceil((until - now) / 1000) });
}

function tooOld(): ReportError {
  return new ReportError(
    "graph-unavailable",
    "The token service keeps giving a token that has expired and that Graph has refused. Check this machine's clock.",
    { waitSeconds: 15 },
  );
}
