import { randomUUID } from "node:crypto";
import { promisedSeconds, type TokenPolicy } from "../identity/token-policies";
import { listBody, pageOf } from "./paging";
import { ROLES } from "./permissions";
import { badRequest, failure, notFound, ok, type Reply } from "./reply";
import type { GraphRequest } from "./request";
import type { Route } from "./route";

const PATH = "/policies/tokenLifetimePolicies";
/** Nothing is said of the size of a page, so clients must follow the link; small here, so that tests meet one. */
const PAGE = 2;

/** The tenant's token lifetime policies (graph.md#tokens). Writing wants a permission that reading does not. */
export const POLICY_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/policies\/tokenLifetimePolicies$/,
    roles: ROLES.policies,
    cost: () => ({ units: 1 }),
    answer: (request) => {
      const policies = request.world.tokenPolicies.map((policy) => ({ ...policy, appliesTo: undefined }));
      return ok(listBody(request, "policies/tokenLifetimePolicies", pageOf(request, policies, PAGE)));
    },
  },
  {
    method: "GET",
    pattern: /^\/policies\/tokenLifetimePolicies\/([^/]+)\/appliesTo$/,
    roles: ROLES.policies,
    cost: () => ({ units: 1 }),
    answer: (request, match) =>
      withPolicy(request, match, ({ appliesTo }) =>
        ok({ value: appliesTo.map(({ type, ...object }) => ({ "@odata.type": `#microsoft.graph.${type}`, ...object })) }),
      ),
  },
  {
    method: "POST",
    pattern: /^\/policies\/tokenLifetimePolicies$/,
    roles: ROLES.policiesWrite,
    cost: () => ({ units: 1 }),
    answer: ({ world, body }) => {
      const wanted = JSON.parse(body) as TokenPolicy;
      const problem = problemOf(wanted);
      if (problem) return problem;
      if (wanted.isOrganizationDefault && world.tokenPolicies.some(({ isOrganizationDefault }) => isOrganizationDefault))
        return failure(400, "Request_BadRequest", "There is already an organization default policy of this type.");
      const { displayName, definition, isOrganizationDefault = false } = wanted;
      const policy: TokenPolicy = { id: randomUUID(), displayName, definition, isOrganizationDefault, appliesTo: [] };
      world.tokenPolicies.push(policy);
      return { ...ok({ "@odata.context": `${world.graphOrigin}/v1.0/$metadata#${PATH}/$entity`, ...policy }), status: 201 };
    },
  },
  {
    method: "PATCH",
    pattern: /^\/policies\/tokenLifetimePolicies\/([^/]+)$/,
    roles: ROLES.policiesWrite,
    cost: () => ({ units: 1 }),
    answer: (request, match) =>
      withPolicy(request, match, (policy) => {
        const changed = { ...policy, ...(JSON.parse(request.body) as Partial<TokenPolicy>) };
        const problem = problemOf(changed);
        if (!problem) Object.assign(policy, changed);
        return problem ?? { ...ok(""), status: 204 };
      }),
  },
  {
    method: "DELETE",
    pattern: /^\/policies\/tokenLifetimePolicies\/([^/]+)$/,
    roles: ROLES.policiesWrite,
    cost: () => ({ units: 1 }),
    answer: (request, match) =>
      withPolicy(request, match, (policy) => {
        const { tokenPolicies } = request.world;
        tokenPolicies.splice(tokenPolicies.indexOf(policy), 1);
        return { ...ok(""), status: 204 };
      }),
  },
];

function withPolicy({ world }: GraphRequest, match: RegExpExecArray, answer: (policy: TokenPolicy) => Reply): Reply {
  const policy = world.tokenPolicies.find(({ id }) => id === match[1]);
  return policy ? answer(policy) : notFound(match[1] ?? "");
}

function problemOf(policy: TokenPolicy): Reply | undefined {
  if (!policy.displayName) return badRequest("Property displayName is required.");
  if (promisedSeconds(policy) === undefined)
    return badRequest("Invalid policy definition: AccessTokenLifetime must be between 10 minutes and 1 day.");
  return undefined;
}
