import { admit } from "../identity/challenge";
import type { World } from "../world";
import { GROUP_ROUTES } from "./group-routes";
import { MEMBER_ROUTES } from "./member-routes";
import { Refusal } from "./odata";
import { ORGANIZATION_ROUTES } from "./organization-routes";
import { holdsAny } from "./permissions";
import { denied, failure, type Reply } from "./reply";
import { POLICY_ROUTES } from "./policy-routes";
import { REPORT_ROUTES } from "./report-routes";
import type { GraphRequest } from "./request";
import { SERVICE_PRINCIPAL_ROUTES } from "./service-principal-routes";
import { SITE_ROUTES } from "./site-routes";
import { TEAM_ROUTES } from "./team-routes";
import { USER_ROUTES } from "./user-routes";

const ROUTES = [
  ...GROUP_ROUTES,
  ...MEMBER_ROUTES,
  ...TEAM_ROUTES,
  ...USER_ROUTES,
  ...SITE_ROUTES,
  ...REPORT_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...POLICY_ROUTES,
  ...SERVICE_PRINCIPAL_ROUTES,
];

export interface PlainRequest {
  method: string;
  /** Path with query, from the root: `/v1.0/groups?…`. */
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A request that may come in, or the 401 for one that may not. */
export function open(world: World, plain: PlainRequest): GraphRequest | Reply {
  const [rawPath = "/", rawQuery = ""] = split(plain.url);
  const version = /^\/(v1\.0|beta)(?=\/|$)/.exec(rawPath)?.[1];
  if (version !== "v1.0") return failure(404, "ResourceNotFound", `Invalid version: ${rawPath.split("/")[1] ?? ""}`);
  const admission = admit(world, plain.headers["authorization"]);
  if ("refused" in admission) return admission.refused;
  return {
    world,
    method: plain.method,
    path: decoded(rawPath.slice("/v1.0".length)),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: plain.headers,
    body: plain.body,
    roles: admission.roles,
    token: admission.token,
  };
}

/** One request to the API, alone or inside a batch: throttles first, then permissions, then the route. */
export function answer(request: GraphRequest): Reply {
  for (const route of ROUTES) {
    const match = route.method === request.method ? route.pattern.exec(request.path) : null;
    if (!match) continue;
    const charged = request.world.limits.charge(request.world, route.cost(request, match));
    if ("refused" in charged) return charged.refused;
    const reply = holdsAny(request.roles, route.roles) ? attempt(() => route.answer(request, match)) : denied();
    return { ...reply, headers: { ...charged.headers, ...reply.headers } };
  }
  return failure(400, "BadRequest", `Resource not found for the segment '${request.path.split("/")[1] ?? ""}'.`);
}

function attempt(run: () => Reply): Reply {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path) || "/";
  } catch {
    return path;
  }
}
