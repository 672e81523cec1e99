import { randomUUID } from "node:crypto";
import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { GRAPH_AUDIENCE } from "./token-book";

export function json(status: number, body: unknown): Reply {
  return { status, headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, no-cache" }, body };
}

/** What of the request's `claims` ends up in the token: the capability, and the challenge that it answers. */
export function answered(form: URLSearchParams): { capable: boolean; notBefore: number } {
  const claims = form.get("claims") ?? "";
  const notBefore = /"nbf"\s*:\s*\{[^}]*"value"\s*:\s*"?(\d+)/.exec(claims)?.[1];
  return { capable: /"xms_cc"[\s\S]*"cp1"/i.test(claims), notBefore: Number(notBefore ?? 0) };
}

export function bearer(
  world: World,
  { text, token: { at, expiresAt } }: ReturnType<World["tokens"]["issue"]>,
): Record<string, unknown> {
  const seconds = Math.round((expiresAt - at) / 1000);
  const { refreshInSeconds } = world.switches;
  return {
    token_type: "Bearer",
    expires_in: seconds,
    ext_expires_in: seconds,
    ...(refreshInSeconds === null ? {} : { refresh_in: refreshInSeconds }),
    access_token: text,
  };
}

export function scopeProblem(world: World, form: URLSearchParams): Reply | undefined {
  const scopes = (form.get("scope") ?? "")
    .split(" ")
    .filter((scope) => !["openid", "profile", "offline_access", ""].includes(scope));
  if (scopes.length === 1 && scopes[0]?.replace("//.default", "/.default") === `${GRAPH_AUDIENCE}/.default`) return undefined;
  const words = `The provided value for the input parameter 'scope' is not valid: ${form.get("scope")}.`;
  return refusal(world, 400, "invalid_scope", 70011, words);
}

/** graph.md#tokens: Entra's shape of an error. */
export function refusal(world: World, status: number, error: string, code: number, message: string): Reply {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = `${new Date(world.clock()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  return json(status, {
    error,
    error_description: `AADSTS${code}: ${message}\r\nTrace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
  });
}
