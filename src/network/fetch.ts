import { Agent, type Dispatcher, fetch as undiciFetch, ProxyAgent } from "undici";
import { explainFailure } from "./connection-failure";
import { type Proxy, proxyFor } from "./proxy";

/** fetch, and whether it must open a connection of its own. */
export type Fetch = (address: string | URL, init?: RequestInit & { isFresh?: boolean }) => Promise<Response>;

/** Node's types of fetch are those of an older undici. */
type UndiciInit = NonNullable<Parameters<typeof undiciFetch>[1]>;

/** A pool for those asked directly, and one a proxy. */
const pools = new Map<string, Dispatcher>();

function makePool(proxy: Proxy | undefined): Dispatcher {
  return proxy ? new ProxyAgent(proxy.url.href) : new Agent();
}

function sharedPool(proxy: Proxy | undefined): Dispatcher {
  const key = proxy?.url.href ?? "";
  const pool = pools.get(key) ?? makePool(proxy);
  pools.set(key, pool);
  return pool;
}

/**
 * undici's fetch through the proxy that the environment names. A try after a failure goes over a new connection, which may
 * reach a healthier machine; the header `connection: close` ends a pooled one only after one more request over it.
 * @throws ReportError setting-invalid, certificate-untrusted, proxy-refused; ConnectionFailure; undici's own errors.
 */
export const networkFetch: Fetch = async (address, { isFresh = false, ...init } = {}) => {
  const url = new URL(address);
  const proxy = proxyFor(url);
  const dispatcher = isFresh ? makePool(proxy) : sharedPool(proxy);
  try {
    const response = await undiciFetch(url, { ...(init as unknown as UndiciInit), dispatcher });
    return response as unknown as Response;
  } catch (error) {
    throw explainFailure(error, url, proxy);
  } finally {
    // It ends when its one answer has been read.
    if (isFresh) void dispatcher.close().catch(() => undefined);
  }
};
