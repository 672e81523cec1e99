import { DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import { isReportError, oneLine, ReportError } from "../errors";

/**
 * The identity that the environment names, in the order of @azure/identity's DefaultAzureCredential: client secret or
 * certificate (AZURE_*), workload identity federation, managed identity, then the developer's own sign-ins.
 * A new object has an empty token cache, except for managed identities, whose cache is the process's (graph-facts §11).
 */
export function createCredential(): TokenCredential {
  return new DefaultAzureCredential();
}

/** Entra's own words for why there is no token: `AADSTS7000215: Invalid client secret provided…`, without trace ids. */
function entraReason(text: string): string | undefined {
  const found = /AADSTS\d+:.*?(?=\s*(?:Trace ID|Correlation ID|Timestamp)\b|$)/s.exec(text);
  return found?.[0].replace(/\s+/g, " ").trim();
}

/**
 * Words of Node, of MSAL and of Entra for a service that does not answer now. MSAL asks for endpoints only when a credential
 * is configured, so that failure is none of configuration, though @azure/identity calls it CredentialUnavailable.
 */
const SILENCE = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|network[ _]error|status code:? 5\d\d/i;
const NO_ENDPOINTS = /endpoints_resolution_error/;
const TRANSIENT = /temporarily_unavailable|AADSTS900(?:06|33)\b/;

/**
 * Turns what @azure/identity throws into one line that says what to do. A credential that is missing or wrong stays
 * wrong, so it ends the run; a token service that does not answer is `graph-unavailable` and is tried again.
 * @param managedIdentity is one offered here? Its refusal looks like its absence otherwise.
 */
export function explainTokenError(error: unknown, managedIdentity = false): ReportError {
  if (isReportError(error)) return error;
  const text = messageChain(error);
  const refusal = /ManagedIdentityCredential: Authentication failed\..*?Description: (.*?)\.? - Correlation ID/s.exec(text)?.[1];
  if (managedIdentity && refusal !== undefined && refusal !== "Not Available") {
    return new ReportError(
      "token-refused",
      `The managed identity endpoint refused a token: ${refusal}. Check that the identity is assigned, and AZURE_CLIENT_ID where it is a user-assigned one.`,
      { cause: error },
    );
  }
  if (managedIdentity && (refusal !== undefined || /ManagedIdentityCredential: Network unreachable/.test(text))) {
    return new ReportError(
      "graph-unavailable",
      "The managed identity endpoint (IDENTITY_ENDPOINT) did not answer with a token.",
      { cause: error, waitSeconds: 5 },
    );
  }
  if (NO_ENDPOINTS.test(text) || TRANSIENT.test(text) || (SILENCE.test(text) && !isNothingConfigured(error))) {
    return new ReportError("graph-unavailable", "The token service did not answer. Check the network and AZURE_AUTHORITY_HOST.", {
      cause: error,
      waitSeconds: 5,
    });
  }
  const entra = entraReason(text);
  if (entra) {
    return new ReportError(
      "token-refused",
      `Entra refused a token: ${entra} Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate.`,
      { cause: error },
    );
  }
  if (isNothingConfigured(error)) {
    return new ReportError(
      "credential-unavailable",
      "No credentials found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or a certificate), run on a managed identity, or sign in with `az login`.",
      { cause: error },
    );
  }
  return new ReportError("token-refused", `No token could be had: ${oneLine(error).slice(0, 300)}`, { cause: error });
}

function isNothingConfigured(error: unknown): boolean {
  const name = (error as { name?: string } | undefined)?.name;
  if (name === "CredentialUnavailableError") return true;
  const errors = (error as { errors?: unknown[] } | undefined)?.errors;
  return name === "AggregateAuthenticationError" && Array.isArray(errors) && errors.every((inner) => isNothingConfigured(inner));
}

function messageChain(error: unknown): string {
  const parts: string[] = [];
  for (let at = error, depth = 0; at && depth < 5; at = (at as { cause?: unknown }).cause, depth++) {
    parts.push(at instanceof Error ? at.message : String(at));
    for (const inner of (at as { errors?: unknown[] }).errors ?? [])
      parts.push(inner instanceof Error ? inner.message : String(inner));
  }
  return parts.join("\n");
}
