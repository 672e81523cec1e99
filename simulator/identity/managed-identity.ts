import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { GRAPH_AUDIENCE, type SimToken } from "./token-book";

/**
 * The App Service endpoint for managed identities (graph.md#tokens): `GET …?resource=…&api-version=2019-08-01`, secret in
 * X-IDENTITY-HEADER; `expires_on` is a string, and there is no `expires_in` and no `refresh_in`.
 */
export class ManagedIdentity {
  readonly #world: World;
  /** What `rolesStale` hands out again and again. */
  #kept: { text: string; token: SimToken; lifeMs: number } | null = null;
  #firstRoles: ReadonlySet<string> | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  answer(method: string, query: URLSearchParams, headers: IncomingHttpHeaders): Reply {
    if (method !== "GET") return refusal(405, "Method not allowed.");
    if (headers["x-identity-header"] !== this.#world.identityHeader)
      return refusal(401, "The X-IDENTITY-HEADER is missing or wrong.");
    if (query.get("api-version") !== "2019-08-01") return refusal(400, "The api-version must be 2019-08-01.");
    const resource = query.get("resource");
    if (!resource) return refusal(400, "The resource parameter is missing.");
    if (resource.replace(/\/$/, "") !== GRAPH_AUDIENCE) {
      return refusal(400, `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`);
    }
    const clientId = query.get("client_id");
    if (clientId !== null && clientId !== this.#world.credentials.clientId)
      return refusal(400, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.");
    const { text, token } = this.#token();
    return {
      status: 200,
      headers: { "Content-Type": "application/json" },
      body: {
        access_token: text,
        expires_on: String(Math.floor(token.expiresAt / 1000)),
        resource,
        token_type: "Bearer",
        client_id: this.#world.credentials.clientId,
      },
    };
  }

  #token(): { text: string; token: SimToken } {
    const { switches, tokens, clock, credentials } = this.#world;
    if (!switches.rolesStale) this.#kept = this.#firstRoles = null;
    // The back end renews shortly before the end; without that a caller would be handed seconds.
    if (this.#kept && this.#kept.token.expiresAt - clock() > this.#kept.lifeMs / 10) return this.#kept;
    const roles = (this.#firstRoles ??= new Set(switches.permissions));
    const seconds = this.#world.drawTokenLife(false);
    const issued = tokens.issue({
      audience: GRAPH_AUDIENCE,
      roles,
      capable: false,
      notBefore: 0,
      kind: "managedIdentity",
      seconds,
      ...credentials,
    });
    this.#kept = { ...issued, lifeMs: seconds * 1000 };
    if (!switches.rolesStale) this.#firstRoles = null;
    return issued;
  }
}

function refusal(status: number, message: string): Reply {
  return { status, headers: { "Content-Type": "application/json" }, body: { statusCode: status, message } };
}
