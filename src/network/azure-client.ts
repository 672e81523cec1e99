import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  type ProxySettings,
  type TlsSettings,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { newPipeline, type Pipeline, type RequestPolicyFactory } from "@azure/storage-blob";
import { HttpsProxyAgent } from "https-proxy-agent";
import { isReportError } from "../model/errors";
import { isLoopback } from "../settings/settings";
import { ConnectionFailure, explainFailure, ProxyRefusal } from "./connection-failure";
import { type Proxy, proxyFor } from "./proxy";
import { counted, decode, MOST_ANSWER_BYTES, TooLarge } from "./read-body";

/** `storage` on loopback (Azurite) is never asked through a proxy. */
type Service = "storage" | "identity";

/** A tunnel whose refusal is an error. HttpsProxyAgent would hand the proxy's answer on as that of the machine behind it. */
class Tunnel extends HttpsProxyAgent<string> {
  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
    let status = 200;
    request.once("proxyConnect", (answer: { statusCode: number }) => (status = answer.statusCode));
    const socket = await super.connect(request, options);
    if (status === 200) return socket;
    socket.destroy();
    throw new ProxyRefusal(status);
  }
}

const agents = new Map<string, HttpAgent>();

function agentFor(address: URL, proxy: Proxy | undefined, tls: TlsSettings | undefined): HttpAgent {
  const key = JSON.stringify([address.protocol, proxy?.url.href, tls]);
  const agent = agents.get(key) ?? makeAgent(address, proxy, tls);
  agents.set(key, agent);
  return agent;
}

function makeAgent(address: URL, proxy: Proxy | undefined, tls: TlsSettings | undefined): HttpAgent {
  if (address.protocol === "http:") return new HttpAgent({ keepAlive: true });
  const options = { keepAlive: true, ...(tls as object) };
  return proxy ? new Tunnel(proxy.url.href, options) : new HttpsAgent(options);
}

/** Sends a request of the Azure SDK the way that Graph's take. */
async function sendRouted<Answer>(
  service: Service,
  request: Pick<PipelineRequest, "url" | "agent" | "tlsSettings">,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const address = new URL(request.url);
  const proxy = service === "storage" && isLoopback(address) ? undefined : proxyFor(address);
  request.agent = agentFor(address, proxy, request.tlsSettings);
  try {
    return await send();
  } catch (error) {
    throw explainFailure(error, address, proxy);
  }
}

/**
 * The SDK has its own view of the variables, a narrower one (no ports, no stars; loopback is none of its exceptions). It is
 * given this, which leads nowhere, and overruled by the agent of each request.
 */
const NO_VIEW: ProxySettings = { host: "http://127.0.0.1", port: 9 };

/** What the SDK's clients are made with. */
export interface NetworkOptions {
  httpClient: HttpClient;
  proxyOptions: ProxySettings;
}

/** For Table Storage; Blob Storage's clients are made with `blobPipeline`. */
export function storageNetwork(): NetworkOptions {
  const client = createDefaultHttpClient();
  return {
    proxyOptions: NO_VIEW,
    httpClient: { sendRequest: (request) => sendRouted("storage", request, () => client.sendRequest(request)) },
  };
}

/** For credentials. MSAL keeps of a failed connection its words at best: `watch` makes a credential that tells why. */
export function identityNetwork(): { options: NetworkOptions; watch: (credential: TokenCredential) => TokenCredential } {
  const client = createDefaultHttpClient();
  let failure: unknown;
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      failure = undefined;
      try {
        return await sendRouted("identity", request, () => sendCounted(request, client));
      } catch (error) {
        if (isReportError(error) || error instanceof ConnectionFailure || error instanceof TooLarge) failure = error;
        throw error;
      }
    },
  };
  const watch = (credential: TokenCredential): TokenCredential => ({
    getToken: async (...wanted) => {
      failure = undefined;
      try {
        return await credential.getToken(...wanted);
      } catch (error) {
        throw failure ?? error;
      }
    },
  });
  return { options: { httpClient, proxyOptions: NO_VIEW }, watch };
}

const IDENTITY_TIMEOUT_MS = 60_000;

/** The SDK reads a token service's answer to its end, however long that takes and whatever its size. */
async function sendCounted(request: PipelineRequest, client: HttpClient): Promise<PipelineResponse> {
  const timeout = AbortSignal.timeout(IDENTITY_TIMEOUT_MS);
  request.abortSignal = request.abortSignal ? AbortSignal.any([request.abortSignal as AbortSignal, timeout]) : timeout;
  request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
  const { readableStreamBody: body, ...response } = await client.sendRequest(request);
  return body
    ? { ...response, bodyAsText: await decode(counted(body as AsyncIterable<Uint8Array>, MOST_ANSWER_BYTES)) }
    : response;
}

/** Blob Storage's clients take their HTTP client in an older form, which can't be made; but policies see each request. */
export function blobPipeline(credential: NonNullable<Parameters<typeof newPipeline>[0]>): Pipeline {
  const pipeline = newPipeline(credential, { proxyOptions: NO_VIEW });
  const route: RequestPolicyFactory = {
    create: (next) => ({ sendRequest: (request) => sendRouted("storage", request, () => next.sendRequest(request)) }),
  };
  pipeline.factories.push(route);
  return pipeline;
}
