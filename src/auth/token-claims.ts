import { ReportError, withoutControls } from "../model/errors";
import { GRAPH_APP_ID } from "../model/permissions";

/** The claims of a token where it can be decoded; Graph tokens are opaque by contract, so undefined is no error. */
export function decodeClaims(token: string): Record<string, unknown> | undefined {
  try {
    const payload = token.split(".")[1];
    const claims: unknown = payload ? JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) : undefined;
    return typeof claims === "object" && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What a token says of itself, typed; null where it says nothing. Times are milliseconds since 1970. */
export interface TokenFacts {
  issuedAt: number | null;
  expiresAt: number | null;
  audience: string | null;
  tenantId: string | null;
  appId: string | null;
  appName: string | null;
  /** `app`: it acts for itself, with roles; `user`: for the person signed in, with scopes. */
  actsAs: "app" | "user";
  /** App roles, or scopes of a person's token. */
  permissions: string[];
  /** Carries the capability cp1: Graph may challenge it (continuous access evaluation), and it may live up to 28 hours. */
  isCae: boolean;
}

export function readTokenFacts(token: string): TokenFacts | undefined {
  const claims = decodeClaims(token);
  if (!claims) return undefined;
  const text = (name: string) => (typeof claims[name] === "string" && claims[name] !== "" ? claims[name] : null);
  const time = (name: string) => (typeof claims[name] === "number" ? claims[name] * 1000 : null);
  const list = (value: unknown) => (Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []);
  const scopes = text("scp");
  return {
    issuedAt: time("iat"),
    expiresAt: time("exp"),
    audience: text("aud"),
    tenantId: text("tid"),
    appId: text("appid") ?? text("azp"),
    appName: text("app_displayname"),
    actsAs: scopes === null ? "app" : "user",
    permissions: scopes === null ? list(claims["roles"]) : scopes.split(" ").filter(Boolean),
    isCae: list(claims["xms_cc"]).some((capability) => capability.toLowerCase() === "cp1"),
  };
}

export interface Expected {
  /** Without a slash at its end. */
  resource: string;
  /** AZURE_TENANT_ID; a domain's name can't be compared with a token's id. */
  tenantId?: string | undefined;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** @throws ReportError token-refused: the token is decodable, and for another audience or tenant than wanted. */
export function checkToken({ audience, tenantId }: TokenFacts, expected: Expected): void {
  const audiences = [expected.resource, `${expected.resource}/`, GRAPH_APP_ID];
  if (audience !== null && !audiences.some((wanted) => same(wanted, audience)))
    throw new ReportError(
      "token-refused",
      `The token is for ${shown(audience)}, not for ${expected.resource}, so it was not used. Check GRAPH_ENDPOINT and AZURE_AUTHORITY_HOST.`,
    );
  if (tenantId !== null && expected.tenantId && GUID.test(expected.tenantId) && !same(expected.tenantId, tenantId))
    throw new ReportError(
      "token-refused",
      `The token is for the tenant ${shown(tenantId)}, but AZURE_TENANT_ID is ${expected.tenantId}, so it was not used. Correct AZURE_TENANT_ID, or sign in to that tenant.`,
    );
}

/** Text that anybody may have written, such as a claim or a name: without what moves a terminal's cursor, and not endless. */
export function shown(claim: string, longest = 80): string {
  const plain = withoutControls(claim);
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
