import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { assertionProblem } from "./assertion";
import { GRAPH_AUDIENCE } from "./token-book";
import { discovery, metadata } from "./metadata";
import { answerPerson, authorize, beginDeviceCode } from "./people";
import { answered, bearer, json, refusal, scopeProblem } from "./token-replies";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Entra's endpoints, as far as daemons and administrators need them: discovery, metadata, sign-in, tokens. */
export function answerEntra(world: World, method: string, path: string, query: URLSearchParams, body: string): Reply | null {
  const parts = path.split("/").filter(Boolean);
  const tenant = parts[0] ?? "common";
  const rest = parts.slice(1).join("/");
  const form = new URLSearchParams(body);
  if (path === "/common/discovery/instance") return discovery(world, query);
  if (rest === "v2.0/.well-known/openid-configuration") return metadata(world, tenant);
  if (rest === "oauth2/v2.0/authorize" && method === "GET") return authorize(world, query);
  if (rest === "oauth2/v2.0/devicecode" && method === "POST") return beginDeviceCode(world, form);
  if (rest === "oauth2/v2.0/token" && method === "POST") return token(world, tenant, form);
  return null;
}

function token(world: World, tenant: string, form: URLSearchParams): Reply {
  const { credentials, switches, tokens } = world;
  const deny = (status: number, error: string, code: number, message: string) => refusal(world, status, error, code, message);
  if (switches.tokenServiceStatus !== null) return json(switches.tokenServiceStatus, "<html>Service unavailable</html>");
  const grant = form.get("grant_type") ?? "";
  const isPerson = grant !== "client_credentials";
  if (
    tenant !== credentials.tenantId &&
    tenant !== world.tenant.domain &&
    !(isPerson && /^(organizations|common)$/.test(tenant))
  ) {
    return deny(400, "invalid_request", 90002, `Tenant '${tenant}' not found.`);
  }
  if (isPerson) return answerPerson(world, grant, form);
  if (form.get("client_id") !== credentials.clientId) {
    return deny(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${form.get("client_id")}' was not found in the directory.`,
    );
  }
  if (form.get("client_assertion_type") === ASSERTION_TYPE) {
    const endpoint = `${world.authorityOrigin}/${tenant}/oauth2/v2.0/token`;
    const problem = assertionProblem(world, form.get("client_assertion") ?? "", endpoint);
    if (problem) return deny(401, "invalid_client", problem.code, problem.message);
  } else if (form.get("client_secret") !== credentials.clientSecret) {
    return deny(401, "invalid_client", 7000215, "Invalid client secret provided.");
  }
  const problem = scopeProblem(world, form);
  if (problem) return problem;
  const issued = tokens.issue({
    audience: GRAPH_AUDIENCE,
    roles: new Set(switches.permissions),
    ...answered(form),
    kind: "client",
    seconds: world.drawTokenLife(answered(form).capable),
    ...credentials,
  });
  return json(200, bearer(world, issued));
}
