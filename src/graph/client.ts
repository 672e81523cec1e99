import { randomUUID } from "node:crypto";
import { isReportError, oneLine, ReportError } from "../model/errors";
import { connectionReason } from "../network/connection-failure";
import type { Fetch } from "../network/fetch";
import { parseJson, readText, TooLarge } from "../network/read-body";
import { VERSION } from "../settings/settings";
import { parseChallenge } from "../auth/challenge";
import type { TokenProvider } from "../auth/token-provider";
import { makeAttempts, orAborted, TryAgain } from "./attempts";
import { describeRequest, type FailedAnswer, isDenial, readErrorBody, toError } from "./failure";
import { longWaitInWords, MOST_TRIES, requestedWaitSeconds } from "./retry";

/** What one page cost; every try counts as a request. */
export interface Meter {
  requests: number;
  retries: number;
  throttledSeconds: number;
}

export function newMeter(): Meter {
  return { requests: 0, retries: 0, throttledSeconds: 0 };
}

/** What is around the client, given by the caller so that tests can turn its clock. */
export interface GraphEnvironment {
  endpoint: string;
  tokens: TokenProvider;
  fetch: Fetch;
  now: () => number;
  random: () => number;
  /** Resolves after so many milliseconds; rejects as soon as the signal aborts. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Graph's own quotas are kept by pace; the demo's simulated Graph has none to keep. */
  isPaced: boolean;
  /** Told of every answer, so that two minutes of nothing but failed connections can be noticed. */
  onAnswer?: (reached: boolean) => void;
  /** Told the status and the request-id of every answer, for the log. */
  onResponse?: (status: number, requestId: string | null) => void;
}

export interface GraphRequest {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** A path under /v1.0 (`/groups?$top=999`), or a nextLink as Graph gave it. */
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Seconds until one try is given up; [60]. */
  timeoutSeconds?: number;
  /** Is a redirect an answer, as for a usage report? Nowhere else is one expected. */
  takesRedirect?: boolean;
}

export interface GraphAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The answer was not read to its end, and there is no text. */
  tooLarge?: TooLarge;
}

/** Statuses that another try may change; 429 and 503 with their Retry-After, the rest with back-off (graph.md#errors). */
export function isTransient(status: number): boolean {
  return status === 429 || status === 408 || status === 409 || status === 509 || (status >= 500 && status !== 501);
}

/** Graph throttles by 429, and SharePoint also by 503 with Retry-After; everything else transient is an outage. */
export function isThrottle(status: number, waitSeconds: number | undefined): boolean {
  return status === 429 || (status >= 500 && waitSeconds !== undefined);
}

const isRedirect = (status: number) => status >= 300 && status < 400;

function isSuccess(status: number, { takesRedirect }: GraphRequest): boolean {
  return (status >= 200 && status < 300) || (takesRedirect === true && isRedirect(status));
}

/**
 * May it be sent again when nobody knows what became of it? A GET, and a batch, which holds nothing else, may. So may
 * DELETE, and PATCH as it is used here (whole values, never a change by so much): twice is as good as once.
 */
function isRepeatable({ method = "GET", url }: GraphRequest): boolean {
  return method !== "POST" || url === BATCH_URL;
}

/** There was no connection to send it over. */
const NEVER_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;
const MAY_BE_DONE = "It may have been done all the same: look before you try again.";

/** Where batches go. */
export const BATCH_URL = "/$batch";

export type GraphClient = ReturnType<typeof createGraphClient>;

/**
 * The one way out to Graph: a request done right. It sends a valid token and only to the Graph endpoint's own origin,
 * waits as it is told, tries again what another try may change, and throws a ReportError for everything else:
 * graph-throttled and graph-unavailable hold the seconds to wait, the other codes are final.
 * @param signal aborts waiting and requests at once: a run that was cancelled asks nothing more.
 */
export function createGraphClient(environment: GraphEnvironment, meter: Meter, signal?: AbortSignal) {
  const origin = new URL(environment.endpoint).origin;

  function resolve(url: string): string {
    if (url.startsWith("/")) return `${environment.endpoint}/v1.0${url}`;
    const link = URL.canParse(url) ? new URL(url) : undefined;
    if (!link || link.origin !== origin || link.username || link.password) {
      throw new ReportError(
        "graph-untrusted-link",
        `Graph's nextLink points to ${link?.host ?? "no host"} instead of ${new URL(origin).host}; it was not followed, since the token belongs to Graph alone.`,
      );
    }
    return url;
  }

  async function tryOnce(request: GraphRequest, url: string, token: string, attempt: number): Promise<GraphAnswer> {
    const timeout = AbortSignal.timeout((request.timeoutSeconds ?? 60) * 1000);
    const response = await environment.fetch(url, {
      method: request.method ?? "GET",
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "user-agent": `NONISV|GroupsReport|GroupsAndTeamsActivityReporter/${VERSION}`,
        "client-request-id": randomUUID(),
        "x-ms-throttle-priority": "Low",
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...(attempt > 1 ? { connection: "close" } : {}),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // Over a connection of its own, which may reach a healthier machine.
      isFresh: attempt > 1,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) environment.tokens.noticeServerTime(date);
    const { status, headers: received } = response;
    try {
      return { status, headers: received, text: await readText(response) };
    } catch (error) {
      if (error instanceof TooLarge) return { status, headers: received, text: "", tooLarge: error };
      throw error;
    }
  }

  /**
   * @param accept decides whether a 2xx answer is whole; what it throws counts as a broken answer and is tried again
   *   (malformed JSON, a proxy's page with status 200). It is given the token too, which a batch's inner 401 is about.
   */
  async function send<T>(request: GraphRequest, accept: (answer: GraphAnswer, token: string) => T): Promise<T> {
    const url = resolve(request.url);
    const what = describeRequest(request.method ?? "GET", url);
    let tokenRejected = false;
    return makeAttempts<T>({ environment, meter, signal }, MOST_TRIES, async (attempt) => {
      const token = await orAborted(environment.tokens.get(), signal).catch((error: unknown) => {
        // Without a token nobody gets to Graph either.
        if (isReportError(error, "graph-unavailable")) environment.onAnswer?.(false);
        throw error;
      });
      let answer: GraphAnswer;
      let broken: string;
      try {
        meter.requests++;
        answer = await tryOnce(request, url, token, attempt);
      } catch (error) {
        signal?.throwIfAborted();
        if (isReportError(error)) throw error;
        environment.onAnswer?.(false);
        const why = connectionReason(error);
        const mayBeDone = !isRepeatable(request) && !NEVER_SENT.test(why);
        const unreachable = (waitSeconds: number) => {
          // Without the cause, whose words may repeat the token (see connectionReason).
          throw new ReportError(
            "graph-unavailable",
            `No answer from ${new URL(origin).host} to ${what}: ${why}. ${mayBeDone ? MAY_BE_DONE : "Check GRAPH_ENDPOINT and the network."}`,
            { waitSeconds },
          );
        };
        if (mayBeDone) return unreachable(1);
        return new TryAgain({ giveUp: unreachable });
      }
      const { status } = answer;
      environment.onResponse?.(status, answer.headers.get("request-id"));
      const wait = requestedWaitSeconds((name) => answer.headers.get(name), environment.now());
      environment.onAnswer?.(status < 500 || wait !== undefined);
      const failed = { status, header: (name: string) => answer.headers.get(name), body: answer.text };
      if (status === 401 && !tokenRejected && attempt < MOST_TRIES) {
        // A token that others have replaced meanwhile is not yet the one more try.
        tokenRejected = environment.tokens.reject(token, parseChallenge(answer.headers.get("www-authenticate")).claims);
        return new TryAgain({ seconds: 0, giveUp: () => refuse(what, failed) });
      }
      if (isSuccess(status, request)) {
        try {
          if (answer.tooLarge) throw answer.tooLarge;
          return accept(answer, token);
        } catch (error) {
          if (isReportError(error)) throw error;
          broken = describeBroken(error, what, attempt);
        }
      } else if (isTransient(status) || isRedirect(status) || (status === 403 && !isDenial(answer.text))) {
        const { code } = readErrorBody(answer.text);
        broken = `status ${status}${code ? ` ${code}` : ""}`;
      } else {
        return refuse(what, failed);
      }
      const isThrottled = isThrottle(status, wait);
      const requestId = answer.headers.get("request-id") ?? undefined;
      const longWait = longWaitInWords((name) => answer.headers.get(name), environment.now());
      const mayBeDone = !isRepeatable(request) && !isThrottled && status !== 403 && status !== 409;
      const giveUp = (waitSeconds: number) => {
        throw new ReportError(
          isThrottled ? "graph-throttled" : "graph-unavailable",
          `Graph ${mayBeDone ? "answered" : "keeps answering"} ${what} with ${broken}${requestId ? ` (request-id ${requestId})` : ""}.${mayBeDone ? ` ${MAY_BE_DONE}` : longWait}`,
          {
            status,
            waitSeconds,
            ...(requestId ? { requestId } : {}),
          },
        );
      };
      if (mayBeDone) return giveUp(1);
      return new TryAgain({ seconds: wait, isThrottled, giveUp });
    });
  }

  function refuse(what: string, failed: FailedAnswer): never {
    throw toError(what, failed, environment.tokens.clockSkewSeconds());
  }

  return {
    meter,
    signal,
    environment,
    send,
    /** One JSON answer, parsed and checked by `parse` (a zod schema's own parse); the answer's 4xx are thrown. */
    getJson<T>(url: string, parse: (json: unknown) => T, headers?: Record<string, string>): Promise<T> {
      return send({ url, ...(headers ? { headers } : {}) }, ({ text }) => parse(parseJson(text)));
    },
  };
}

/** @throws ReportError graph-answer-too-large at the second try: each costs all that may be read. */
function describeBroken(error: unknown, what: string, attempt: number): string {
  if (!(error instanceof TooLarge)) return `a broken answer (${oneLine(error).slice(0, 120)})`;
  if (attempt > 1) throw tooLarge(what, error);
  return `an answer of ${error.message}`;
}

export function tooLarge(what: string, error: TooLarge): ReportError {
  return new ReportError("graph-answer-too-large", `Graph answers ${what} with ${error.message}, which is not read.`);
}
