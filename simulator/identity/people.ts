import type { Reply } from "../graph/reply";
import type { World } from "../world";
import { GRAPH_AUDIENCE } from "./token-book";
import { answered, bearer, json, refusal, scopeProblem } from "./token-replies";

/** Seconds between two polls of a device code. */
const INTERVAL = 1;

/** `POST …/devicecode`: the person signs in elsewhere; here after so many polls (`deviceCodePolls`). */
export function beginDeviceCode(world: World, form: URLSearchParams): Reply {
  const clientId = form.get("client_id") ?? "";
  const code = world.signIns.begin(clientId, { pollsLeft: world.switches.deviceCodePolls });
  return json(200, {
    user_code: "SIMULATOR",
    device_code: code,
    verification_uri: `${world.authorityOrigin}/device`,
    expires_in: 900,
    interval: INTERVAL,
    message: `To sign in, use a web browser to open the page ${world.authorityOrigin}/device and enter the code SIMULATOR to authenticate.`,
  });
}

/** `GET …/authorize`: the person is signed in already and consents, so the browser goes back at once with a code. */
export function authorize(world: World, query: URLSearchParams): Reply {
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(redirectUri) || query.get("code_challenge_method") !== "S256")
    return refusal(world, 400, "invalid_request", 50011, `The redirect URI '${redirectUri}' does not match the application's.`);
  const code = world.signIns.begin(query.get("client_id") ?? "", {
    challenge: query.get("code_challenge"),
    redirectUri,
    nonce: query.get("nonce"),
  });
  const answer = new URLSearchParams({ code, state: query.get("state") ?? "", client_info: clientInfo(world) });
  const location =
    query.get("response_mode") === "fragment"
      ? `${redirectUri}#${answer}`
      : `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${answer}`;
  return { status: 302, headers: { Location: location }, body: "" };
}

/** The grants of people: a device code, a code from the browser, a refresh token. */
export function answerPerson(world: World, grant: string, form: URLSearchParams): Reply {
  const { signIns } = world;
  const clientId = form.get("client_id") ?? "";
  let nonce: string | null = null;
  if (grant === "device_code" || grant === "urn:ietf:params:oauth:grant-type:device_code") {
    const found = signIns.redeemDevice(form.get("device_code") ?? "", clientId);
    if (found === "pending")
      return refusal(
        world,
        400,
        "authorization_pending",
        70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
      );
    if (!found)
      return refusal(
        world,
        400,
        "expired_token",
        70020,
        "The provided value for the input parameter 'device_code' is not valid.",
      );
  } else if (grant === "authorization_code") {
    const found = signIns.redeemCode(form.get("code") ?? "", clientId, form.get("redirect_uri"), form.get("code_verifier"));
    if (!found)
      return refusal(world, 400, "invalid_grant", 70008, "The provided authorization code or refresh token has expired.");
    nonce = found.nonce;
  } else if (grant === "refresh_token") {
    if (!signIns.knowsRefresh(form.get("refresh_token") ?? "", clientId))
      return refusal(world, 400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.");
  } else {
    return refusal(world, 400, "unsupported_grant_type", 70003, `The app requested an unsupported grant type '${grant}'.`);
  }
  const problem = scopeProblem(world, form);
  if (problem) return problem;
  const { tenant, tokens, switches } = world;
  const issued = tokens.issue({
    audience: GRAPH_AUDIENCE,
    roles: new Set([...switches.permissions, ...switches.administrator.scopes]),
    ...answered(form),
    kind: "person",
    seconds: world.drawTokenLife(answered(form).capable),
    tenantId: tenant.id,
    clientId,
  });
  return json(200, {
    ...bearer(world, issued),
    // `.default` stands among them, or MSAL would not find the token in its cache.
    scope: [...switches.permissions, ".default"].map((name) => `${GRAPH_AUDIENCE}/${name}`).join(" "),
    refresh_token: signIns.issueRefresh(clientId),
    id_token: idToken(world, clientId, nonce),
    client_info: clientInfo(world),
  });
}

const PERSON = "0a0a0a0a-1111-4222-8333-444444444444";

function clientInfo({ tenant }: World): string {
  return encode({ uid: PERSON, utid: tenant.id });
}

function idToken({ tenant, clock, authorityOrigin }: World, audience: string, nonce: string | null): string {
  const now = Math.floor(clock() / 1000);
  const claims = {
    aud: audience,
    iss: `${authorityOrigin}/${tenant.id}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    name: "Administrator",
    oid: PERSON,
    preferred_username: `admin@${tenant.domain}`,
    sub: PERSON,
    tid: tenant.id,
    ver: "2.0",
    ...(nonce ? { nonce } : {}),
  };
  return `${encode({ typ: "JWT", alg: "none" })}.${encode(claims)}.c2lnbmF0dXJl`;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
