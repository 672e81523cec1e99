import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { json } from "./token-replies";

export function discovery(world: World, query: URLSearchParams): Reply {
  const host = new URL(world.authorityOrigin).host;
  const tenant = new URL(query.get("authorization_endpoint") ?? world.authorityOrigin).pathname.split("/")[1] ?? "common";
  return json(200, {
    tenant_discovery_endpoint: `${world.authorityOrigin}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
}

export function metadata(world: World, tenant: string): Reply {
  const root = `${world.authorityOrigin}/${tenant}`;
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
