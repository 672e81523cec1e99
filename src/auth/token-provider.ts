import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { ReportError } from "../errors";
import { explainTokenError } from "./credential";

/** What happened to tokens since the counters were last drained; pages carry it into the store, the summary adds it up. */
export interface TokenCounts {
  acquired: number;
  renewals: number;
  /** Tokens that Graph rejected with a 401. */
  challenges: number;
  shortestSeconds: number | null;
  longestSeconds: number | null;
}

export interface TokenProvider {
  /** A token that is valid now and for the call that follows. @throws ReportError credential-unavailable, token-refused, graph-unavailable. */
  get(): Promise<string>;
  /** Graph answered 401 to this token: it is not handed out again. Without effect if it was replaced meanwhile. */
  reject(token: string): void;
  /** Takes the counters and starts them anew. */
  drainCounts(): TokenCounts;
}

export interface TokenProviderOptions {
  /** Makes a credential with an empty cache; called again after a token was rejected. */
  createCredential: () => TokenCredential;
  /** For example `https://graph.microsoft.com`. */
  resource: string;
  /** Is a managed identity offered here? See explainTokenError. */
  managedIdentity?: boolean;
  now?: () => number;
}

/** A token with less life than this is never handed out: a page may take most of a minute. */
const LEAST_LIFE_MS = 60_000;
/** MSAL returns its cached token until 300 s before expiry, so a renewal before that would get the same one back. */
const RENEW_AHEAD_MS = 300_000;
/** The same token came back, or the service failed while the old token is good: ask again after this. */
const ASK_AGAIN_MS = 15_000;

interface Held {
  token: string;
  /** From here on it is not handed out. */
  usableUntil: number;
  renewAt: number;
}

/**
 * One provider a process. Renewal is by the service's own hint (`refresh_in`), else 5 minutes ahead of expiry, else at
 * half of a life under 10 minutes; in the background while the old token is good; one request in flight for all who wait.
 */
export function createTokenProvider({
  createCredential,
  resource,
  managedIdentity = false,
  now = Date.now,
}: TokenProviderOptions): TokenProvider {
  let credential: TokenCredential | undefined;
  let held: Held | undefined;
  let inFlight: Promise<Held> | undefined;
  let counts = noCounts();
  const rejected = new Set<string>();

  async function acquire(): Promise<Held> {
    const options: GetTokenOptions = {};
    let answer: AccessToken | null;
    try {
      credential ??= createCredential();
      answer = await credential.getToken(`${resource}/.default`, options);
    } catch (error) {
      throw explainTokenError(error, managedIdentity);
    }
    if (!answer) throw explainTokenError(new Error("the credential gave no token"));
    return keep(answer);
  }

  function keep(answer: AccessToken): Held {
    const at = now();
    const isSame = held?.token === answer.token;
    const life = answer.expiresOnTimestamp - at;
    if (life <= 0) {
      throw new ReportError(
        "graph-unavailable",
        "The token service gave a token that has already expired. Check this machine's clock.",
        { waitSeconds: 15 },
      );
    }
    const ahead = life < 2 * RENEW_AHEAD_MS ? life / 2 : RENEW_AHEAD_MS;
    const renewAt = isSame ? at + ASK_AGAIN_MS : (answer.refreshAfterTimestamp ?? answer.expiresOnTimestamp - ahead);
    if (!isSame) {
      counts.acquired++;
      if (held) counts.renewals++;
      const seconds = Math.round(life / 1000);
      counts.shortestSeconds = Math.min(counts.shortestSeconds ?? seconds, seconds);
      counts.longestSeconds = Math.max(counts.longestSeconds ?? seconds, seconds);
    }
    // A short-lived token is usable for three quarters of its life.
    const usableUntil = isSame && held ? held.usableUntil : answer.expiresOnTimestamp - Math.min(LEAST_LIFE_MS, life / 4);
    held = { token: answer.token, usableUntil, renewAt };
    return held;
  }

  function renew(): Promise<Held> {
    inFlight ??= acquire().finally(() => (inFlight = undefined));
    return inFlight;
  }

  function isUsable(candidate: Held | undefined): candidate is Held {
    return candidate !== undefined && !rejected.has(candidate.token) && now() < candidate.usableUntil;
  }

  return {
    async get() {
      if (isUsable(held)) {
        const current = held;
        if (now() >= current.renewAt && !inFlight) {
          current.renewAt = now() + ASK_AGAIN_MS;
          // The old token is still good, so a failure here is not yet anybody's; the next get() asks again.
          renew().catch(() => undefined);
        }
        return current.token;
      }
      const joined = inFlight !== undefined;
      const fresh = await renew();
      // A renewal that began before its token was rejected may bring that token back from the old credential's cache.
      return (joined && rejected.has(fresh.token) ? await renew() : fresh).token;
    },
    reject(token) {
      if (held?.token !== token || rejected.has(token)) return;
      rejected.add(token);
      if (rejected.size > 20) rejected.delete(rejected.values().next().value as string);
      counts.challenges++;
      credential = undefined;
    },
    drainCounts() {
      const drained = counts;
      counts = noCounts();
      return drained;
    },
  };
}

function noCounts(): TokenCounts {
  return { acquired: 0, renewals: 0, challenges: 0, shortestSeconds: null, longestSeconds: null };
}

/** The claims of a token where it can be decoded; Graph tokens are opaque by contract, so undefined is no error. */
export function decodeClaims(token: string): Record<string, unknown> | undefined {
  try {
    const payload = token.split(".")[1];
    const claims: unknown = payload ? JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) : undefined;
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
