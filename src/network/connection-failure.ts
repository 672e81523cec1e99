import { oneLine, ReportError } from "../model/errors";
import type { Proxy } from "./proxy";

/** A connection that failed in a way that may pass, in words. */
export class ConnectionFailure extends Error {
  override name = "ConnectionFailure";
}

/** A proxy answered CONNECT with this status. Of what a socket fails with, the Azure SDK keeps message and code. */
export class ProxyRefusal extends Error {
  override name = "ProxyRefusal";
  readonly code: string;
  constructor(status: number) {
    super(`Proxy response (${status}) !== 200 when HTTP Tunneling`);
    this.code = "ERR_PROXY_TUNNEL";
  }
}

/** Node's codes for a certificate that it does not trust: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(CERT_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_INVALID)$)/;
const WHY_UNTRUSTED: Record<string, string> = {
  CERT_HAS_EXPIRED: "it has expired, by this machine's clock",
  CERT_NOT_YET_VALID: "it is not yet valid, by this machine's clock",
  HOSTNAME_MISMATCH: "it is for another name",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
};
/** The connection to the first machine could not be made: that is the proxy's, where there is one. */
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/**
 * What a failed connection means. Final are what stays so until somebody changes something: a certificate that is not
 * trusted, a proxy that refuses. The rest is handed back as it is, or as a ConnectionFailure where a proxy is the reason.
 * @returns ReportError certificate-untrusted or proxy-refused, ConnectionFailure, or the error itself.
 */
export function explainFailure(error: unknown, address: URL, proxy: Proxy | undefined): unknown {
  const code = errorCode(error);
  if (code !== undefined && UNTRUSTED.test(code))
    return new ReportError(
      "certificate-untrusted",
      `The certificate of ${address.host} is not trusted: ${WHY_UNTRUSTED[code] ?? "its issuer is not known here"} (${code}). If your network puts its own certificates in the place of others', name the file of their authority (PEM) in NODE_EXTRA_CA_CERTS.`,
    );
  if (!proxy) return error;
  const named = `The proxy ${proxy.url.host} (${proxy.variable})`;
  const status = refusedWith(error);
  if (status !== undefined && status < 500)
    return new ReportError(
      "proxy-refused",
      `${named} does not let us through to ${address.host}: ${status}. ${status === 407 ? `Put its user and password into ${proxy.variable}` : "Have it allow that host"}, or name the host in NO_PROXY.`,
    );
  if (status !== undefined) return new ConnectionFailure(`${lowerFirst(named)} answered ${status}`);
  if (code !== undefined && UNREACHABLE.test(code))
    return new ConnectionFailure(`${lowerFirst(named)} can't be reached, ${code}`);
  return error;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** undici tells the status of a refused CONNECT in these words alone, and ProxyRefusal too. */
function refusedWith(error: unknown): number | undefined {
  for (const at of causes(error)) {
    const said = /^Proxy response \((\d{3})\) !== 200 when HTTP Tunneling$/.exec((at as { message?: string }).message ?? "")?.[1];
    if (said) return Number(said);
  }
  return undefined;
}

function errorCode(error: unknown): string | undefined {
  return causes(error)
    .map((at) => (at as { code?: unknown }).code)
    .find((code): code is string => typeof code === "string" && /^[A-Z]/.test(code));
}

/** An error and what stands behind it; of several addresses that were tried, the first one's. */
function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error; at && found.length < 6;) {
    found.push(at);
    const { cause, errors } = at as { cause?: unknown; errors?: unknown[] };
    at = cause ?? errors?.[0];
  }
  return found;
}

/**
 * `ECONNREFUSED`, `timed out`, `terminated`: what an administrator can search for. fetch repeats in some of its messages
 * the header or the address that it did not like, which may be a token or a signed URL: only plain words are handed on.
 */
export function connectionReason(error: unknown): string {
  if (error instanceof ConnectionFailure) return error.message;
  const code = errorCode(error);
  if (code !== undefined) return code;
  if (causes(error).some((at) => (at as { name?: string }).name === "TimeoutError")) return "timed out";
  const text = oneLine(error);
  return /^[\w ,.'()-]{1,120}$/.test(text) ? text : "the request could not be sent";
}
