import { shareOf } from "../random";
import type { SimUser } from "../tenant/types";
import { USER_DEFAULTS, USER_FIELDS } from "./group-fields";
import { unitsOf } from "./limits";
import { pickFields, Refusal, selected, topOf } from "./odata";
import { listBody, pageOf } from "./paging";
import { holdsAny, ROLES } from "./permissions";
import { denied, failure, ok, unsupportedQuery, type Reply } from "./reply";
import { isEventual, type GraphRequest } from "./request";
import type { Route } from "./route";

/** graph.md#sign-ins: the largest page with signInActivity is 500; without it 999. */
const SIGN_IN_MAX = 500;
/** graph.md#sign-ins: above this an advanced query lost the sign-ins of some users. */
const ADVANCED_MAX = 120;

function wantsSignIns(request: GraphRequest): boolean {
  const asked = `${request.query.get("$select") ?? ""},${request.query.get("$filter") ?? ""}`;
  return /signInActivity/i.test(asked);
}

function answer(request: GraphRequest): Reply {
  const { switches, tenant, clock } = request.world;
  const fields: readonly string[] = selected(request.query.get("$select"), USER_FIELDS, "microsoft.graph.user") ?? USER_DEFAULTS;
  const signIns = wantsSignIns(request);
  if (signIns) {
    if (!holdsAny(request.roles, ROLES.signIns) || !holdsAny(request.roles, ROLES.userDetails)) return denied();
    if (switches.nonPremium) {
      return failure(
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "Neither tenant is B2C or tenant doesn't have premium license",
      );
    }
  }
  const top = topOf(
    request.query.get("$top"),
    { standard: 100, max: signIns ? SIGN_IN_MAX : 999, over: signIns ? switches.signInTopOverMax : switches.topOverMax },
    signIns ? `Cannot query data for more than ${SIGN_IN_MAX} users at a time.` : undefined,
  );
  const filter = request.query.get("$filter");
  const users = filter === null ? tenant.users : tenant.users.filter(signInFilter(filter));
  const page = pageOf(request, users, top);
  const losesSome = signIns && isEventual(request) && request.query.get("$count") === "true" && top > ADVANCED_MAX;
  const today = new Date(clock()).toISOString().slice(0, 10);
  const items = page.items.map((user) => {
    const json = pickFields(user, fields);
    if (!fields.includes("signInActivity")) return json;
    const share = shareOf(user.id, 3);
    // graph.md#sign-ins: the property is absent, not null, for who never signed in, and for some where Graph loses it.
    if (!user.signInActivity || share < switches.signInAbsent || (losesSome && share < 0.3)) delete json["signInActivity"];
    else json["signInActivity"] = { ...user.signInActivity, lastSignInRequestId: `${today}-${user.id.slice(0, 8)}` };
    return json;
  });
  const counted = request.query.get("$count") === "true" && isEventual(request);
  return ok(listBody(request, "users", { ...page, items }, counted ? users.length : undefined));
}

/** graph.md#sign-ins: a filter on lastSignInDateTime is not combined with any other. */
function signInFilter(filter: string): (user: SimUser) => boolean {
  const match = /^signInActivity\/(lastSignInDateTime|lastSuccessfulSignInDateTime) (le|ge) (\S+)$/i.exec(filter.trim());
  const property = match?.[1] as "lastSignInDateTime" | undefined;
  const limit = match?.[3];
  if (!property || !limit) throw new Refusal(unsupportedQuery("Unsupported or invalid query filter clause for resource 'User'."));
  return (user) => {
    const date = user.signInActivity?.[property];
    return date != null && (match?.[2]?.toLowerCase() === "le" ? date <= limit : date >= limit);
  };
}

export const USER_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/users$/,
    roles: ROLES.users,
    cost: (request) => ({ units: unitsOf(request, 2), ...(wantsSignIns(request) ? { window: "signIns" as const } : {}) }),
    answer,
  },
];
