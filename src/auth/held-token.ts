/** A token in use. Times are milliseconds since 1970. */
export interface HeldToken {
  token: string;
  /** By this machine's clock. */
  acquiredAt: number;
  expiresAt: number;
  /** By the server's clock, where the token tells. */
  serverExpiry: number | null;
  renewAt: number;
  /** Rejections that came before it was asked for. */
  generation: number;
}

/** A token with less life than this is never handed out: a page may take most of a minute. */
const LEAST_LIFE_MS = 60_000;
/** MSAL returns its cached token until 300 s before expiry, so a renewal before that would get the same one back. */
const RENEW_AHEAD_MS = 300_000;

type Times = Pick<HeldToken, "acquiredAt" | "expiresAt" | "serverExpiry">;

/** When a token ends, by this machine's clock: its own expiry counts where that clock is known to be wrong. */
export function endOf({ expiresAt, serverExpiry }: Times, skewMs: number): number {
  return skewMs === 0 || serverExpiry === null ? expiresAt : Math.min(expiresAt, serverExpiry - skewMs);
}

/**
 * By the service's own hint (`refresh_in`), at the latest 5 minutes ahead of the end, or at half of a life under 10 minutes.
 * @param hint when the service wants the token to be renewed.
 */
export function renewalTime(times: Times, hint: number | undefined, skewMs: number): number {
  const end = endOf(times, skewMs);
  const life = end - times.acquiredAt;
  const ahead = life < 2 * RENEW_AHEAD_MS ? life / 2 : RENEW_AHEAD_MS;
  return Math.min(hint ?? Infinity, end - ahead);
}

/** Is it good for the call that follows? A short-lived one is so for three quarters of its life. */
export function isAlive(times: Times, at: number, skewMs: number): boolean {
  const end = endOf(times, skewMs);
  return at < end - Math.min(LEAST_LIFE_MS, (end - times.acquiredAt) / 4);
}
