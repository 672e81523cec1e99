import type { HttpResponseInit } from "@azure/functions";
import type { HttpAccess, HttpAuth } from "../settings/settings";
import { readPrincipal } from "./principal";
import { problem } from "./problem";
import type { ApiRequest, Route } from "./request";

/** The app roles of the Entra application in front of the app, as docs/http.md and the templates name them. */
export const ROLES = { read: "Report.Read", operate: "Report.Operate" } as const;

/** Who operates may read. */
const ENOUGH: Record<"read" | "operate", readonly string[]> = {
  read: [ROLES.read, ROLES.operate],
  operate: [ROLES.operate],
};

const NOT_GUARDED =
  "HTTP_AUTH is entra, but App Service authentication is not on in front of this app (WEBSITE_AUTH_ENABLED is not True), so that anybody could claim to be anybody. Switch it on with Microsoft Entra as its provider, or set HTTP_AUTH to key.";

/**
 * Does the Functions host ask for a key? With Entra it does not: App Service authentication stands in front, and
 * `refuse` looks at the caller's roles.
 */
export function authLevelOf({ permission }: Route, auth: HttpAuth): "anonymous" | "function" {
  return permission === undefined || permission === "ticket" || auth === "entra" ? "anonymous" : "function";
}

/** The answer to a caller who may not; undefined where nothing is in the way. Keys have been looked at before. */
export function refuse(route: Route, request: ApiRequest, { auth, isGuarded }: HttpAccess): HttpResponseInit | undefined {
  if (auth === "key") return route.method === "GET" ? undefined : refuseForeignForms(request, false);
  // Without it, nothing takes a forged x-ms-client-principal away.
  if (!isGuarded) return problem(503, "Not protected", NOT_GUARDED);
  // Paths that the front lets through unseen: a principal in such a request proves nothing, and is not looked at.
  if (route.permission === undefined || route.permission === "monitor") return undefined;
  return (
    // Whoever opens a report by a ticket has signed in as well.
    refuseWithoutRole(route.permission === "ticket" ? "read" : route.permission, request) ??
    (route.method === "GET" ? undefined : refuseForeignForms(request, true))
  );
}

function refuseWithoutRole(permission: keyof typeof ENOUGH, request: ApiRequest): HttpResponseInit | undefined {
  const principal = readPrincipal(request.headers.get("x-ms-client-principal"));
  if (!principal)
    return problem(
      401,
      "Not signed in",
      "Sign in at /.auth/login/aad, or send a bearer token for this app.",
      {},
      { "www-authenticate": "Bearer" },
    );
  if (principal.provider !== "aad")
    return problem(
      403,
      "Another sign-in",
      "Only those who signed in with Microsoft Entra may do this; this app has no roles for another provider.",
    );
  if (principal.roles.some((role) => ENOUGH[permission].includes(role))) return undefined;
  const role = ROLES[permission];
  return problem(
    403,
    "Role missing",
    `You are signed in, but without the app role ${role}. Somebody who manages this app in Entra can assign it: Enterprise applications > this app > Users and groups. Then sign in again.`,
    { role },
  );
}

/**
 * A page of another site can make a browser send a form, cookies and all, but no header of its own. With keys, what comes
 * from a browser must carry one; with cookies in play, all must.
 */
function refuseForeignForms(request: ApiRequest, always: boolean): HttpResponseInit | undefined {
  const fromBrowser = always || (request.headers.get("origin") ?? request.headers.get("sec-fetch-site")) !== null;
  const own = ["x-functions-key", "authorization", "x-requested-with"].some((name) => request.headers.get(name) !== null);
  if (!fromBrowser || own) return undefined;
  const who = always ? "A request that changes something" : "A request from a browser";
  return problem(403, "Header missing", `${who} must carry the header x-functions-key, authorization or x-requested-with.`);
}
