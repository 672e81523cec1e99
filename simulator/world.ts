import type { FaultBook } from "./faults";
import type { Reply } from "./graph/reply";
import type { Incoming } from "./http/exchange";
import type { JwtHeader, JwtPayload } from "jsonwebtoken";
import type { Trust } from "./identity/assertion";
import type { SignIns } from "./identity/sign-in";
import type { TokenBook } from "./identity/token-book";
import type { TokenPolicy } from "./identity/token-policies";
import type { Limits } from "./graph/limits";
import type { Dice } from "./random";
import type { DownloadBook } from "./reports/download-book";
import type { Switches } from "./switches";
import type { PrincipalBook } from "./tenant/principal-book";
import type { Tenant } from "./tenant/types";

/** Milliseconds since 1970. */
export type Clock = () => number;

export interface Credentials {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

/** All that a request may need, held in one place for the life of a simulator. */
export interface World {
  tenant: Tenant;
  switches: Switches;
  clock: Clock;
  dice: Dice;
  credentials: Credentials;
  /** Expected in X-IDENTITY-HEADER. */
  identityHeader: string;
  /** Scheme, host and port of Graph, and of the report downloads. Known once both listen. */
  graphOrigin: string;
  /** Entra's; Graph's own, unless `authorityTls` sets it apart. */
  authorityOrigin: string;
  downloadOrigin: string;
  tokens: TokenBook;
  trust: Trust;
  signIns: SignIns;
  /** Assertions that were taken, in order. */
  assertions: { header: JwtHeader; payload: JwtPayload }[];
  tokenPolicies: TokenPolicy[];
  /** Seconds that the next token lives. */
  drawTokenLife(isCapable: boolean): number;
  faults: FaultBook;
  limits: Limits;
  downloads: DownloadBook;
  principals: PrincipalBook;
  /** Lists whose page token has expired once already. */
  expiredLists: Set<string>;
  subrequests: RequestEntry[];
  /** Batches answered so far. */
  batches: number;
  underWay: Record<RequestHost, number>;
  tamper: Tamper | undefined;
}

/**
 * Puts an answer in the place of the honest one, or changes it: whatever a false or broken Graph may send. Undefined leaves it.
 * The body may be an object, text, a Buffer, the text's pieces (a usage report is that), or an endless stream.
 */
export type Tamper = (host: RequestHost, incoming: Incoming, honest: Reply) => Reply | undefined;

export type RequestHost = "graph" | "download" | "identity";

/** One line of the log. */
export interface RequestEntry {
  /** Clock time in ms. */
  at: number;
  host: RequestHost;
  method: string;
  /** Path with query. */
  path: string;
  /** 0 until it is answered, and for good where the connection was cut. */
  status: number;
  /** Was an Authorization header sent? */
  authorized: boolean;
  /** The id of the token that was sent, where it is one of ours. */
  token?: string;
  /** Requests to the same host that were under way when it came, itself among them. */
  together?: number;
  /** The fault that struck. */
  fault?: string;
  /** For a `$batch`: how many requests it held. For one inside: the number of its batch, from 1. */
  batchOf?: number;
  userAgent?: string;
}
