import { decodeClaims } from "../../auth/token-claims";
import { isReportError, ReportError } from "../../model/errors";

/** The delegated permissions (scopes) that granting needs, as Microsoft documents them for appRoleAssignments. */
export const WRITE_SCOPE = "AppRoleAssignment.ReadWrite.All";
export const READ_SCOPE = "Application.Read.All";

const ADMINISTRATOR = "a Privileged Role Administrator or a Global Administrator";
const BY_SCRIPT = "or make a script for one with --script";

/** One line for an administrator, or for somebody who is none, in place of what Graph or the credential said. */
export function explainRefusal(error: unknown, token: string | undefined): unknown {
  if (isReportError(error, "credential-unavailable")) {
    return new ReportError(
      "credential-unavailable",
      `Nobody is signed in on this machine. Sign in with \`az login --allow-no-subscriptions\` as ${ADMINISTRATOR}, ${BY_SCRIPT}, which needs no sign-in here.`,
      { cause: error },
    );
  }
  if (!isReportError(error, "graph-denied")) return error;
  const trace = error.requestId ? ` (request-id ${error.requestId})` : "";
  return new ReportError("graph-denied", `${whatIsMissing(token)}${trace}`, { cause: error, status: 403 });
}

/** A token tells its own kind and scopes where it can be read; Microsoft does not promise that it can. */
function whatIsMissing(token: string | undefined): string {
  const claims = (token === undefined ? undefined : decodeClaims(token)) ?? {};
  const scopes = typeof claims["scp"] === "string" ? claims["scp"].split(" ") : undefined;
  if (scopes === undefined && (claims["idtyp"] === "app" || Array.isArray(claims["roles"]))) {
    return `Microsoft Graph refused, because this is an application's own sign-in and no administrator's. Sign in as ${ADMINISTRATOR} with --auth device-code, --auth browser, or --auth azure-cli after \`az login --allow-no-subscriptions\`, ${BY_SCRIPT}.`;
  }
  const missing = scopes === undefined ? [] : [WRITE_SCOPE, READ_SCOPE].filter((scope) => !includes(scopes, scope));
  if (missing.length > 0) {
    return `Microsoft Graph refused: the sign-in's token lacks the scope ${missing.join(" and ")}. The Azure CLI has it unless the tenant restricts it: sign in again with \`az login --allow-no-subscriptions --scope https://graph.microsoft.com/.default\`, use another sign-in to which ${WRITE_SCOPE} and ${READ_SCOPE} are consented, ${BY_SCRIPT}.`;
  }
  return `Microsoft Graph refused: to grant or revoke application permissions of Microsoft Graph the signed-in account must be ${ADMINISTRATOR} (activate the role if it is an eligible one, then sign in again). Sign in as one, ${BY_SCRIPT}.`;
}

/** Scopes that hold the wanted one within them. */
function includes(scopes: readonly string[], wanted: string): boolean {
  const wider = wanted === READ_SCOPE ? ["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"] : [];
  return [wanted, ...wider, "Directory.AccessAsUser.All"].some((scope) => scopes.includes(scope));
}
