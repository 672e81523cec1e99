import { createHash, randomBytes, randomUUID } from "node:crypto";

/** A person's sign-in under way: by device code, or in a browser that was sent to `authorize`. */
interface Pending {
  code: string;
  clientId: string;
  /** Polls that are answered with `authorization_pending` first. */
  pollsLeft: number;
  challenge: string | null;
  redirectUri: string | null;
  nonce: string | null;
}

/** What Entra keeps of sign-ins: codes, each good for one token, and refresh tokens. */
export class SignIns {
  readonly #pending = new Map<string, Pending>();
  readonly #refresh = new Map<string, { clientId: string }>();

  begin(clientId: string, more: Partial<Pick<Pending, "pollsLeft" | "challenge" | "redirectUri" | "nonce">> = {}): string {
    const code = randomBytes(24).toString("base64url");
    this.#pending.set(code, { code, clientId, pollsLeft: 0, challenge: null, redirectUri: null, nonce: null, ...more });
    return code;
  }

  /** The sign-in of a device code; `pending` while the person has not yet signed in. */
  redeemDevice(code: string, clientId: string): Pending | "pending" | undefined {
    const found = this.#pending.get(code);
    if (!found || found.clientId !== clientId) return undefined;
    if (found.pollsLeft-- > 0) return "pending";
    this.#pending.delete(code);
    return found;
  }

  /** The sign-in of an authorization code, if the one who redeems it is the one who began it (PKCE, RFC 7636). */
  redeemCode(code: string, clientId: string, redirectUri: string | null, verifier: string | null): Pending | undefined {
    const found = this.#pending.get(code);
    this.#pending.delete(code);
    if (!found || found.clientId !== clientId || found.redirectUri !== redirectUri) return undefined;
    const proof = createHash("sha256")
      .update(verifier ?? "")
      .digest("base64url");
    return found.challenge === proof ? found : undefined;
  }

  issueRefresh(clientId: string): string {
    const token = `refresh.${randomUUID()}.${randomBytes(24).toString("base64url")}`;
    this.#refresh.set(token, { clientId });
    return token;
  }

  /** Every sign-in until now is void, as after a change of the password. */
  revokeAll(): void {
    this.#refresh.clear();
  }

  knowsRefresh(token: string, clientId: string): boolean {
    return this.#refresh.get(token)?.clientId === clientId;
  }
}
