import { failure, type Reply } from "../graph/reply";
import type { World } from "../world";
import type { Checked, SimToken } from "./token-book";

/** The 401s of graph.md#tokens and graph.md#errors. */
const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";

const PROBLEMS = {
  missing: "Access token is empty.",
  malformed: "CompactToken parsing failed with error code: 80049217",
  audience: "Access token validation failure. Invalid audience.",
  expired: "Lifetime validation failed, the token is expired.",
  revoked: "Access token has been revoked.",
} as const;

export type Admission = { token: SimToken; roles: ReadonlySet<string> } | { refused: Reply };

/** Who may come in: a good token, not revoked and not challenged, with the roles that count for it. */
export function admit(world: World, authorization: string | undefined): Admission {
  const { switches, tokens } = world;
  if (switches.revokeTokensAt !== null) tokens.revokeBefore(switches.revokeTokensAt);
  const checked: Checked = tokens.check(authorization);
  if ("problem" in checked) {
    if (checked.problem === "revoked" && checked.token?.capable) return { refused: claimsChallenge(world) };
    return { refused: unauthorized(PROBLEMS[checked.problem]) };
  }
  const { token } = checked;
  if (switches.caeChallenge === "none") tokens.forgetChallenge();
  else if (token.capable || switches.caeWithoutCapability) {
    if (switches.caeChallenge === "always" || tokens.isChallenged(token)) return { refused: claimsChallenge(world) };
  }
  // A signed-in person brings scopes of his own.
  const stale = (switches.rolesStale && token.kind === "managedIdentity") || token.kind === "person";
  return { token, roles: stale ? token.roles : switches.permissions };
}

export function unauthorized(message: string): Reply {
  const challenge = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="${GRAPH_APP_ID}"`;
  return failure(401, "InvalidAuthenticationToken", message, { "WWW-Authenticate": challenge });
}

/** graph.md#tokens: parameters unordered, `claims` is base64 JSON; a PoP challenge may stand first in the same header. */
export function claimsChallenge(world: World): Reply {
  const notBefore = world.tokens.challengeTime();
  const claims = Buffer.from(`{"access_token":{"nbf":{"essential":true, "value":"${notBefore}"}}}`).toString("base64");
  const message =
    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
  const uri = 'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"';
  const pop = `PoP realm="", ${uri}, client_id="${GRAPH_APP_ID}", nonce="ey==, \\"quoted\\", realm=", `;
  const bearer = `Bearer realm="", ${uri}, client_id="${GRAPH_APP_ID}", error_description="${message}", error="insufficient_claims", claims="${claims}"`;
  return failure(401, "InvalidAuthenticationToken", message, {
    "WWW-Authenticate": `${world.switches.caePopFirst ? pop : ""}${bearer}`,
  });
}
