import { randomUUID } from "node:crypto";
import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { GRAPH_AUDIENCE } from "./token-book";

/** Entra's endpoints, as far as a confidential client needs them: discovery, metadata, client_credentials. */
export function answerEntra(world: World, method: string, path: string, query: URLSearchParams, body: string): Reply | null {
  const parts = path.split("/").filter(Boolean);
  const rest = parts.slice(1).join("/");
  if (path === "/common/discovery/instance") return discovery(world, query);
  if (rest === "v2.0/.well-known/openid-configuration") return metadata(world, parts[0] ?? "common");
  if (rest === "oauth2/v2.0/token") return method === "POST" ? token(world, parts[0] ?? "", new URLSearchParams(body)) : null;
  return null;
}

function json(status: number, body: unknown): Reply {
  return { status, headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, no-cache" }, body };
}

function discovery(world: World, query: URLSearchParams): Reply {
  const host = new URL(world.graphOrigin).host;
  const tenant = new URL(query.get("authorization_endpoint") ?? world.graphOrigin).pathname.split("/")[1] ?? "common";
  return json(200, {
    tenant_discovery_endpoint: `${world.graphOrigin}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
}

function metadata(world: World, tenant: string): Reply {
  const root = `${world.graphOrigin}/${tenant}`;
  return json(200, {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${root}/discovery/v2.0/keys`,
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    issuer: `${root}/v2.0`,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${root}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    tenant_region_scope: "EU",
    cloud_instance_name: "microsoftonline.com",
    msgraph_host: "graph.microsoft.com",
  });
}

function token(world: World, tenant: string, form: URLSearchParams): Reply {
  const { credentials, switches, tokens } = world;
  const deny = (status: number, error: string, code: number, message: string) => refusal(world, status, error, code, message);
  if (tenant !== credentials.tenantId && tenant !== world.tenant.domain) {
    return deny(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
  }
  if (form.get("grant_type") !== "client_credentials") {
    return deny(400, "unsupported_grant_type", 70003, `The app requested an unsupported grant type '${form.get("grant_type")}'.`);
  }
  if (form.get("client_id") !== credentials.clientId) {
    return deny(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${form.get("client_id")}' was not found in the directory.`,
    );
  }
  if (form.get("client_secret") !== credentials.clientSecret) {
    return deny(401, "invalid_client", 7000215, "Invalid client secret provided.");
  }
  const scopes = (form.get("scope") ?? "")
    .split(" ")
    .filter((scope) => !["openid", "profile", "offline_access", ""].includes(scope));
  if (scopes.length !== 1 || scopes[0]?.replace("//.default", "/.default") !== `${GRAPH_AUDIENCE}/.default`) {
    return deny(
      400,
      "invalid_scope",
      70011,
      `The provided value for the input parameter 'scope' is not valid: ${form.get("scope")}.`,
    );
  }
  const seconds = switches.tokenLifeSeconds;
  const issued = tokens.issue({
    audience: GRAPH_AUDIENCE,
    roles: new Set(switches.permissions),
    capable: /"xms_cc"[\s\S]*"cp1"/i.test(form.get("claims") ?? ""),
    kind: "client",
    seconds,
    ...credentials,
  });
  return json(200, {
    token_type: "Bearer",
    expires_in: seconds,
    ext_expires_in: seconds,
    ...(switches.refreshInSeconds === null ? {} : { refresh_in: switches.refreshInSeconds }),
    access_token: issued.text,
  });
}

/** §11: Entra's shape of an error. */
function refusal(world: World, status: number, error: string, code: number, message: string): Reply {
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
