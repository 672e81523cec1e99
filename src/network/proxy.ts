import { isIP } from "node:net";
import { getProxyForUrl } from "proxy-from-env";
import { ReportError } from "../model/errors";
import type { Environment } from "../settings/environment";

/** The proxy that a request has to take. */
export interface Proxy {
  url: URL;
  /** The environment variable that names it, as it is spelled there. */
  variable: string;
}

/** In this order. curl would not send https through HTTP_PROXY, but Node 24 (NODE_USE_ENV_PROXY) and the Azure SDK do. */
const VARIABLES = ["https_proxy", "all_proxy", "http_proxy"] as const;

/**
 * The proxy for an address, by HTTPS_PROXY, ALL_PROXY, HTTP_PROXY and NO_PROXY in upper or lower case; undefined where it is
 * asked directly. Plain http is never sent through one: it is spoken on loopback alone, and to the managed identity's endpoint.
 * @throws ReportError setting-invalid: the variable names nothing that can be a proxy.
 */
export function proxyFor(address: URL, env: Environment = process.env): Proxy | undefined {
  if (address.protocol !== "https:") return undefined;
  for (const name of VARIABLES) {
    const variable = env[name] ? name : name.toUpperCase();
    const text = env[variable]?.trim();
    if (text) return isExcepted(address, name) ? undefined : { url: readProxy(text, variable), variable };
  }
  return undefined;
}

/** Without a scheme it is an http proxy, as for curl. The value may hold a password: it is not repeated. */
function readProxy(text: string, variable: string): URL {
  const full = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.hostname && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new ReportError(
    "setting-invalid",
    `The variable ${variable} names no proxy that can be used: it must be an http or https address, such as http://proxy.example.com:3128.`,
  );
}

/**
 * By NO_PROXY. A name in it stands for all below it, as for curl; Node wants a dot or a star ahead of it, which is
 * understood as well (https://curl.se/libcurl/c/CURLOPT_NOPROXY.html, https://nodejs.org/api/http.html#built-in-proxy-support).
 */
function isExcepted({ hostname, port }: URL, variable: (typeof VARIABLES)[number]): boolean {
  const scheme = variable === "http_proxy" ? "http" : "https";
  return [hostname, ...parents(hostname)].some((host) => getProxyForUrl(`${scheme}://${host}:${port || 443}`) === "");
}

function parents(hostname: string): string[] {
  if (isIP(hostname) || hostname.startsWith("[")) return [];
  const labels = hostname.split(".");
  return labels.slice(1).map((_, at) => labels.slice(at + 1).join("."));
}
