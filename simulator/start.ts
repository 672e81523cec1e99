import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { FaultBook } from "./faults";
import { answer, open } from "./graph/api";
import { answerBatch } from "./graph/batch";
import { Limits } from "./graph/limits";
import { failure, type Reply } from "./graph/reply";
import { exchange, type Incoming } from "./http/exchange";
import { listen, type TlsOptions } from "./http/listener";
import { answerEntra } from "./identity/entra";
import { ManagedIdentity } from "./identity/managed-identity";
import type { Trust } from "./identity/assertion";
import { SignIns } from "./identity/sign-in";
import { GRAPH_AUDIENCE, TokenBook, type IssuedToken } from "./identity/token-book";
import { promisedSeconds, type TokenPolicy } from "./identity/token-policies";
import { Dice } from "./random";
import { DownloadBook } from "./reports/download-book";
import { answerDownload } from "./reports/download";
import { defaultSwitches, type Switches } from "./switches";
import { type Principal, PrincipalBook } from "./tenant/principal-book";
import { makeTenant } from "./tenant/make-tenant";
import type { Tenant } from "./tenant/types";
import type { Clock, Credentials, RequestEntry, RequestHost, Tamper, World } from "./world";

export interface SimulatorOptions {
  /** Microsoft 365 groups in the tenant. Default 1000. */
  groups?: number;
  /** Default 1. */
  seed?: number;
  /** The tenant's today; default: the real one. */
  now?: Date;
  switches?: Partial<Switches>;
  /** A tenant made before, for tests that start many simulators on one. */
  tenant?: Tenant;
  /** Clock of tokens and throttles, in ms; default Date.now. */
  clock?: Clock;
  /** Serve everything over https: MSAL wants it of an authority. */
  tls?: TlsOptions;
  /** Serve Entra alone over https, on a port of its own. */
  authorityTls?: TlsOptions;
  /** How the application proves itself besides its secret. */
  trust?: Partial<Trust>;
}

export interface Simulator {
  /** Root of Graph; the API is under /v1.0. */
  graphEndpoint: string;
  /** Where pre-authenticated report URLs lead: another origin. */
  downloadEndpoint: string;
  /** For IDENTITY_ENDPOINT and IDENTITY_HEADER. */
  identityEndpoint: string;
  identityHeader: string;
  /** For AZURE_AUTHORITY_HOST; Entra's token endpoint. */
  authorityHost: string;
  credentials: Credentials;
  /** The truth. Another may take its place while it runs: the next day, groups that came and went. */
  tenant: Tenant;
  /** May be changed while it runs. */
  switches: Switches;
  /** May be set and taken away while it runs. */
  tamper: Tamper | undefined;
  /** Every HTTP request that came in, in order. */
  requests: RequestEntry[];
  /** Every request inside a batch. */
  subrequests: RequestEntry[];
  tokens: { readonly issued: IssuedToken[] };
  /** The assertions that Entra took. */
  assertions: World["assertions"];
  /** The tenant's token lifetime policies; may be changed. */
  tokenPolicies: TokenPolicy[];
  /** The service principals; `own` is the identity that the app's tokens belong to. */
  principals: { readonly own: Principal; readonly others: Principal[] };
  /** A token of a signed-in administrator, as `az account get-access-token` would print it (switch `administrator`). */
  administratorToken(): string;
  /** Every token issued until now is void. */
  revokeAll(): void;
  /** People must sign in again for their next token. */
  revokeSignIns(): void;
  /** Cuts all connections and frees the ports. */
  close(): Promise<void>;
}

/** Starts a tenant, its Graph and its token endpoints on two free ports of 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = Date.now, seed = 1 } = options;
  const tenant = options.tenant ?? makeTenant(options);
  const switches: Switches = { ...defaultSwitches(), ...options.switches };
  const clientId = randomUUID();
  const world: World = {
    tenant,
    switches,
    clock,
    dice: new Dice(seed + 7919),
    credentials: { tenantId: tenant.id, clientId, clientSecret: randomBytes(20).toString("base64url") },
    identityHeader: randomUUID(),
    graphOrigin: "",
    authorityOrigin: "",
    downloadOrigin: "",
    tokens: new TokenBook(clock),
    trust: { certificates: [], federated: [], ...options.trust },
    signIns: new SignIns(),
    assertions: [],
    tokenPolicies: [],
    drawTokenLife: (isCapable) => drawTokenLife(world, isCapable),
    faults: new FaultBook(),
    limits: new Limits(),
    downloads: new DownloadBook(),
    principals: new PrincipalBook(tenant, clientId, () => switches.permissions),
    expiredLists: new Set(),
    subrequests: [],
    batches: 0,
    underWay: { graph: 0, download: 0, identity: 0 },
    tamper: undefined,
  };
  const requests: RequestEntry[] = [];
  const identity = new ManagedIdentity(world);
  const answerMain = (request: IncomingMessage, response: ServerResponse) => {
    const host = hostOf(request.url ?? "/");
    return exchange(world, requests, host, request, response, (incoming) =>
      host === "identity" ? answerIdentity(world, identity, incoming) : answerGraph(world, incoming),
    );
  };
  const [main, authority, download] = await Promise.all([
    listen(answerMain, options.tls),
    options.authorityTls ? listen(answerMain, options.authorityTls) : undefined,
    listen((request, response) => {
      return exchange(world, requests, "download", request, response, ({ path, query, entry }) =>
        answerDownload(world, path, query, entry.authorized),
      );
    }, options.tls),
  ]);
  world.graphOrigin = main.origin;
  world.authorityOrigin = (authority ?? main).origin;
  world.downloadOrigin = download.origin;
  return {
    graphEndpoint: main.origin,
    downloadEndpoint: download.origin,
    identityEndpoint: `${main.origin}${MSI_PATH}`,
    identityHeader: world.identityHeader,
    authorityHost: world.authorityOrigin,
    credentials: world.credentials,
    get tenant() {
      return world.tenant;
    },
    set tenant(next) {
      world.tenant = next;
    },
    switches: world.switches,
    get tamper() {
      return world.tamper;
    },
    set tamper(next) {
      world.tamper = next;
    },
    requests,
    subrequests: world.subrequests,
    tokens: world.tokens,
    assertions: world.assertions,
    tokenPolicies: world.tokenPolicies,
    principals: world.principals,
    administratorToken: () =>
      world.tokens.issue({
        audience: GRAPH_AUDIENCE,
        roles: new Set(switches.administrator.scopes),
        capable: false,
        notBefore: 0,
        kind: "person",
        seconds: world.drawTokenLife(false),
        tenantId: tenant.id,
        clientId: AZURE_CLI_ID,
      }).text,
    revokeAll: () => world.tokens.revokeAll(),
    revokeSignIns: () => world.signIns.revokeAll(),
    close: async () => {
      await Promise.all([main.close(), authority?.close(), download.close()]);
    },
  };
}

/** CTL policies are honoured neither in CAE sessions nor for managed identities (graph.md#tokens); the latter is left out here. */
function drawTokenLife({ switches, dice, tokenPolicies }: World, isCapable: boolean): number {
  const { tokenLifeSeconds, caeLifeSeconds } = switches;
  if (isCapable && caeLifeSeconds !== null) return caeLifeSeconds;
  const promised = isCapable
    ? undefined
    : promisedSeconds(tokenPolicies.find(({ isOrganizationDefault }) => isOrganizationDefault));
  if (promised !== undefined) return promised;
  if (typeof tokenLifeSeconds === "number") return tokenLifeSeconds;
  const [least, most] = tokenLifeSeconds;
  return dice.int(least, most);
}

/** The Azure CLI's own application, the same in every tenant. */
const AZURE_CLI_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const MSI_PATH = "/msi/token";

function hostOf(url: string): RequestHost {
  return /^\/(v1\.0|beta)(\/|\?|$)/.test(url) ? "graph" : "identity";
}

function answerIdentity(world: World, identity: ManagedIdentity, { method, path, query, headers, body }: Incoming): Reply {
  if (path === MSI_PATH) return identity.answer(method, query, headers);
  return answerEntra(world, method, path, query, body) ?? failure(404, "NotFound", "Nothing is here.");
}

function answerGraph(world: World, incoming: Incoming): Reply {
  const request = open(world, incoming);
  if ("status" in request) return request;
  if (request.path !== "/$batch" || request.method !== "POST") return answer(request);
  const before = world.subrequests.length;
  const reply = answerBatch(world, incoming);
  incoming.entry.batchOf = world.subrequests.length - before;
  return reply;
}
