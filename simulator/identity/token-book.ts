import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";

/** Graph's own audience; some clients ask with a slash at its end, some by its app id. */
export const GRAPH_AUDIENCE = "https://graph.microsoft.com";

export interface SimToken {
  id: string;
  /** Order of issue, from 1. */
  sequence: number;
  /** Clock times in ms. */
  at: number;
  expiresAt: number;
  audience: string;
  roles: ReadonlySet<string>;
  /** Carries `xms_cc: ["cp1"]`: may be challenged (graph.md#tokens). */
  capable: boolean;
  /** Unix time (s) of the `nbf` in the claims that it was asked with: it answers challenges up to that time; 0 for none. */
  notBefore: number;
  kind: "managedIdentity" | "client" | "person";
}

export interface IssuedToken {
  at: number;
  expiresAt: number;
  id: string;
}

export type Checked =
  { token: SimToken } | { problem: "missing" | "malformed" | "expired" | "audience" | "revoked"; token?: SimToken };

/** Issues and checks the access tokens. They look like JWTs and are signed with a key that dies with the simulator. */
export class TokenBook {
  readonly issued: IssuedToken[] = [];
  readonly #key = randomBytes(32);
  readonly #byId = new Map<string, SimToken>();
  readonly #clock: () => number;
  #revokedUpTo = 0;
  #challengedAt: number | null = null;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  issue(
    wanted: Omit<SimToken, "id" | "sequence" | "at" | "expiresAt"> & { seconds: number; tenantId: string; clientId: string },
  ): {
    text: string;
    token: SimToken;
  } {
    const at = this.#clock();
    const { audience, roles, capable, kind, notBefore } = wanted;
    const expiresAt = at + wanted.seconds * 1000;
    const token: SimToken = {
      id: randomUUID(),
      sequence: this.issued.length + 1,
      at,
      expiresAt,
      audience,
      roles,
      capable,
      kind,
      notBefore,
    };
    const claims = {
      aud: audience,
      iss: `https://sts.windows.net/${wanted.tenantId}/`,
      iat: Math.floor(at / 1000),
      nbf: Math.floor(at / 1000),
      exp: Math.floor(expiresAt / 1000),
      appid: wanted.clientId,
      app_displayname: "Groups report",
      oid: wanted.clientId,
      ...(kind === "person" ? { idtyp: "user", scp: [...roles].join(" ") } : { idtyp: "app", roles: [...roles] }),
      tid: wanted.tenantId,
      jti: token.id,
      ver: "1.0",
      ...(capable ? { xms_cc: ["cp1"] } : {}),
    };
    const head = `${encode({ typ: "JWT", alg: "HS256", kid: "simulator" })}.${encode(claims)}`;
    this.#byId.set(token.id, token);
    this.issued.push({ at, expiresAt, id: token.id });
    return { text: `${head}.${this.#sign(head).toString("base64url")}`, token };
  }

  /** Presence, signature, audience, expiry, revocation: in the order in which Graph complains. */
  check(authorization: string | undefined): Checked {
    const text = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    if (text === undefined) return { problem: "missing" };
    const token = this.identify(text);
    if (!token) return { problem: "malformed" };
    if (token.audience !== GRAPH_AUDIENCE) return { problem: "audience", token };
    if (token.expiresAt <= this.#clock()) return { problem: "expired", token };
    if (token.sequence <= this.#revokedUpTo) return { problem: "revoked", token };
    return { token };
  }

  identify(text: string): SimToken | null {
    const [header, payload, signature] = text.split(".");
    if (!header || !payload || !signature) return null;
    const given = Buffer.from(signature, "base64url");
    const right = this.#sign(`${header}.${payload}`);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { jti?: string };
    return this.#byId.get(claims.jti ?? "") ?? null;
  }

  /** Every token issued until now is void. */
  revokeAll(): void {
    this.#revokedUpTo = this.issued.length;
  }

  /** Every token issued before that time is void, once the time has come. */
  revokeBefore(time: number): void {
    if (this.#clock() < time) return;
    for (const token of this.#byId.values()) {
      if (token.at < time && token.sequence > this.#revokedUpTo) this.#revokedUpTo = token.sequence;
    }
  }

  /** A challenge begins with the first token it meets; it is answered by tokens that were asked for with its claims. */
  isChallenged(token: SimToken): boolean {
    this.#challengedAt ??= Math.floor(this.#clock() / 1000);
    return token.notBefore < this.#challengedAt;
  }

  /** Unix time (s) that a token must not come before: that of the challenge which is on, else now. */
  challengeTime(): number {
    return this.#challengedAt ?? Math.floor(this.#clock() / 1000);
  }

  /** So that switching the challenge off and on again begins a new one. */
  forgetChallenge(): void {
    this.#challengedAt = null;
  }

  #sign(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
