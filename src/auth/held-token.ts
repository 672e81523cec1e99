import type { TokenFacts } from "./token-claims";

/** A token in use. Times are milliseconds since 1970. */
export interface HeldToken {
  token: string;
  /** By this machine's clock, as are `endsAt` and `renewAt`. */
  acquiredAt: number;
  endsAt: number;
  renewAt: number;
  /** By the server's clock, where the token tells. */
  serverExpiry: number | null;
  /** Has a difference of the clocks had its one effect? */
  wasBroughtForward: boolean;
  /** This machine's clock says that it has ended, but its service has just given it: it is used until Graph refuses it. */
  isDoubted: boolean;
  /** Rejections that came before it was asked for. */
  generation: number;
}

/** A token with less life than this is never handed out: a page may take most of a minute. */
const LEAST_LIFE_MS = 60_000;
/** MSAL returns its cached token until 300 s before expiry, so a renewal before that would get the same one back. */
const RENEW_AHEAD_MS = 300_000;
/** The longest that Entra gives (https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation). */
const LONGEST_LIFE_MS = 28 * 3_600_000;
/** Of one that does not tell its life: the shortest that Entra gives of itself. */
const ASSUMED_LIFE_MS = 3_600_000;

type Life = Pick<HeldToken, "acquiredAt" | "endsAt">;

/** Can a token that has just been given end then? Else this machine's clock is hours or years off. */
export function isPlausibleEnd(expiresAt: number, at: number): boolean {
  return expiresAt > at && expiresAt <= at + LONGEST_LIFE_MS + RENEW_AHEAD_MS;
}

/**
 * When a token that has just been given ends by this machine's clock. Some token services tell the moment by their own clock
 * (managed identities, the Azure CLI): where that can't be, the token lives from now on for as long as it says of itself.
 */
export function endOf(expiresAt: number, at: number, facts: TokenFacts | undefined): number {
  if (isPlausibleEnd(expiresAt, at)) return expiresAt;
  const life = (facts?.expiresAt ?? NaN) - (facts?.issuedAt ?? NaN);
  return at + (life > 0 && life <= LONGEST_LIFE_MS ? life : ASSUMED_LIFE_MS);
}

/** How long before its end a token is renewed: 5 minutes, or half of a life under 10 minutes. */
function renewsAhead({ acquiredAt, endsAt }: Life): number {
  return Math.min(RENEW_AHEAD_MS, (endsAt - acquiredAt) / 2);
}

/**
 * By the service's own hint (`refresh_in`), at the latest `renewsAhead` of the end.
 * @param hint when the service wants the token to be renewed.
 */
export function renewalTime(life: Life, hint: number | undefined): number {
  return Math.min(hint ?? Infinity, life.endsAt - renewsAhead(life));
}

/**
 * When it is to be renewed because the server's clock, by which it ends, is ahead: not before half of its life, since a
 * difference that would have it renewed sooner is hardly one.
 */
export function broughtForward({ serverExpiry, ...life }: Life & Pick<HeldToken, "serverExpiry">, skewMs: number): number {
  if (serverExpiry === null || skewMs === 0) return Infinity;
  return Math.max((life.acquiredAt + life.endsAt) / 2, serverExpiry - skewMs - renewsAhead(life));
}

/** Is it good for the call that follows? A short-lived one is so for three quarters of its life. */
export function isAlive({ acquiredAt, endsAt }: Life, at: number): boolean {
  return at < endsAt - Math.min(LEAST_LIFE_MS, (endsAt - acquiredAt) / 4);
}
