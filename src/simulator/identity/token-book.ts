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
  /** Carries `xms_cc: ["cp1"]`: may be challenged (§11). */
  capable: boolean;
  kind: "managedIdentity" | "client" | "administrator";
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
  #challengedUpTo: number | null = null;

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
    const { audience, roles, capable, kind } = wanted;
    const expiresAt = at + wanted.seconds * 1000;
    const token: SimToken = { id: randomUUID(), sequence: this.issued.length + 1, at, expiresAt, audience, roles, capable, kind };
    const claims = {
      aud: audience,
      iss: `https://sts.windows.net/${wanted.tenantId}/`,
      iat: Math.floor(at / 1000),
      nbf: Math.floor(at / 1000),
      exp: Math.floor(expiresAt / 1000),
      appid: wanted.clientId,
      oid: wanted.clientId,
      ...(kind === "administrator" ? { idtyp: "user", scp: [...roles].join(" ") } : { idtyp: "app", roles: [...roles] }),
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

  /** A challenge begins with the first token it meets; tokens issued later have answered it. */
  isChallenged(token: SimToken): boolean {
    this.#challengedUpTo ??= this.issued.length;
    return token.sequence <= this.#challengedUpTo;
  }

  /** So that switching the challenge off and on again begins a new one. */
  forgetChallenge(): void {
    this.#challengedUpTo = null;
  }

  #sign(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
