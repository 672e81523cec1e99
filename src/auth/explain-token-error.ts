import { isReportError, oneLine, ReportError } from "../model/errors";
import { ConnectionFailure } from "../network/connection-failure";
import { TooLarge } from "../network/read-body";
import type { AuthChoice } from "../settings/choose-auth";

/** Entra's own words for why there is no token: `AADSTS7000215: Invalid client secret provided…`, without trace ids. */
function entraReason(text: string): string | undefined {
  const found = /AADSTS\d+:.*?(?=\s*(?:Trace ID|Correlation ID|Timestamp)\b|$)/s.exec(text);
  return found?.[0].replace(/\s+/g, " ").trim();
}

/**
 * Words of Node, of MSAL and of Entra for a service that does not answer now. MSAL asks for endpoints only when a credential
 * is configured, so that failure is none of configuration, though @azure/identity calls it CredentialUnavailable.
 */
const SILENCE =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|network[ _]error|status code:? (?:429|5\d\d)/i;
/** The same in the words of Python, in which the Azure CLI is written. */
const CLI_SILENCE = /Max retries exceeded|NewConnectionError|Connection(?:Reset|Refused)?Error|Connection aborted|timed out/i;
const NO_ENDPOINTS = /endpoints_resolution_error/;
const TRANSIENT = /temporarily_unavailable|AADSTS900(?:06|24|25|33|55)\b/;

/** What to look at where Entra refuses, by kind. */
const CHECK: Partial<Record<AuthChoice["kind"], string>> = {
  "client-secret": "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
  certificate:
    "AZURE_TENANT_ID, AZURE_CLIENT_ID, and that the certificate is registered with the application and has not expired",
  "workload-identity":
    "AZURE_TENANT_ID, AZURE_CLIENT_ID, and that the application's federated credential has the issuer, subject and audience of AZURE_FEDERATED_TOKEN_FILE",
  "device-code": "AZURE_TENANT_ID and AZURE_CLIENT_ID (an application that allows public client flows), and sign in again",
  browser: "AZURE_TENANT_ID and AZURE_CLIENT_ID (an application that allows public client flows), and sign in again",
};
const CHECK_ANY = "AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate";

/**
 * Turns what @azure/identity throws into one line that says what to do. A credential that is missing or wrong stays
 * wrong, so it ends the run; a token service that does not answer is `graph-unavailable` and is tried again.
 */
export function explainTokenError(error: unknown, choice: AuthChoice = { kind: "default" }): ReportError {
  if (isReportError(error)) return error;
  const text = messageChain(error);
  const refused = (message: string) => new ReportError("token-refused", message, { cause: error });
  const silent = (message: string) => new ReportError("graph-unavailable", message, { cause: error, waitSeconds: 5 });
  if (error instanceof ConnectionFailure)
    return silent(`The token service did not answer: ${error.message}. Check the network and AZURE_AUTHORITY_HOST.`);
  if (error instanceof TooLarge) return silent(`The token service answered with ${error.message}. Check AZURE_AUTHORITY_HOST.`);
  const refusal = /ManagedIdentityCredential: Authentication failed\..*?Description: (.*?)\.? - Correlation ID/s.exec(text)?.[1];
  if (choice.kind === "managed-identity") {
    if (refusal !== undefined && refusal !== "Not Available" && !isBusy(error))
      return refused(
        `The managed identity endpoint refused a token: ${refusal}. Check that the identity is assigned, and AZURE_CLIENT_ID where it is a user-assigned one.`,
      );
    if (refusal !== undefined || /ManagedIdentityCredential: (?:Network unreachable|Authentication failed)/.test(text))
      return silent("The managed identity endpoint (IDENTITY_ENDPOINT) did not answer with a token.");
  }
  const command = /az login --claims-challenge \S+ --scope \S+/.exec(text)?.[0];
  if (command) {
    const tenant = choice.kind === "azure-cli" && choice.tenantId ? ` --tenant ${choice.tenantId}` : "";
    return refused(`Graph wants a new sign-in (continuous access evaluation). Run: ${command}${tenant}`);
  }
  if (choice.kind === "azure-cli") {
    if (CLI_SILENCE.test(text) || TRANSIENT.test(text)) return silent("The Azure CLI could not reach Entra. Check the network.");
    return explainAzureCli(text, error);
  }
  if (isBusy(error) || NO_ENDPOINTS.test(text) || TRANSIENT.test(text) || (SILENCE.test(text) && !isNothingConfigured(error)))
    return silent("The token service did not answer. Check the network and AZURE_AUTHORITY_HOST.");
  if (/device_code_expired|AADSTS70020\b/.test(text))
    return refused("Nobody signed in with the code while it was good. Try again.");
  const entra = entraReason(text);
  if (entra) return refused(`Entra refused a token: ${entra} Check ${CHECK[choice.kind] ?? CHECK_ANY}.`);
  if (isNothingConfigured(error)) {
    const hint = choice.kind === "default" && choice.hint ? `: ${choice.hint}` : "";
    return new ReportError(
      "credential-unavailable",
      `No credentials found${hint}: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or a certificate), run on a managed identity, sign in with \`az login\`, or name another way with --auth.`,
      { cause: error },
    );
  }
  if (choice.kind === "browser" && /open|spawn|xdg|ENOENT/i.test(text))
    return refused("No browser could be opened to sign in. Use --auth device-code instead.");
  return refused(`Could not get a token: ${oneLine(error).slice(0, 300)}`);
}

function explainAzureCli(text: string, cause: unknown): ReportError {
  const entra = entraReason(text);
  const again = "Sign in with `az login` (for another tenant `az login --tenant`), then try again.";
  if (entra) return new ReportError("token-refused", `The Azure CLI gave no token: ${entra} ${again}`, { cause });
  const said = /could not be found|not recognized/.test(text)
    ? "The Azure CLI was not found. Install it, or name another way with --auth."
    : `The Azure CLI gave no token. ${again}`;
  return new ReportError("credential-unavailable", said, { cause });
}

function isNothingConfigured(error: unknown): boolean {
  const name = (error as { name?: string } | undefined)?.name;
  if (name === "CredentialUnavailableError") return true;
  const errors = (error as { errors?: unknown[] } | undefined)?.errors;
  return name === "AggregateAuthenticationError" && Array.isArray(errors) && errors.every((inner) => isNothingConfigured(inner));
}

function messageChain(error: unknown): string {
  return causes(error)
    .map((at) => (at instanceof Error ? at.message : String(at)))
    .join("\n");
}

/** Says an HTTP status, which MSAL's words leave out, that a service is busy? */
function isBusy(error: unknown): boolean {
  return causes(error).some((at) => {
    const { status } = at as { status?: unknown };
    return typeof status === "number" && (status === 429 || status >= 500);
  });
}

/** An error and what stands behind it, those of a chain of credentials among them. */
function causes(error: unknown, depth = 0): unknown[] {
  if (!error || depth > 5) return [];
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  return [error, ...(Array.isArray(errors) ? errors : []), cause].flatMap((at, index) =>
    index === 0 ? [at] : causes(at, depth + 1),
  );
}
