import { parseChallenge } from "../auth/challenge";
import { ReportError, type ReportErrorOptions } from "../model/errors";

/** What a failed answer of Graph looks like once read; a batch's inner answers have the same shape. */
export interface FailedAnswer {
  status: number;
  header: (name: string) => string | null;
  body: string;
}

interface GraphErrorBody {
  code: string;
  message: string;
  requestId: string | undefined;
}

/** Reads Graph's error body; `innerError` is also spelled `innererror`, and the code may be empty (graph.md#errors). */
export function readErrorBody(text: string): GraphErrorBody {
  let code = "";
  let message = "";
  let requestId: string | undefined;
  try {
    let at = (JSON.parse(text) as { error?: unknown }).error as Record<string, unknown> | undefined;
    message = typeof at?.["message"] === "string" ? at["message"] : "";
    for (let depth = 0; at && typeof at === "object" && depth < 5; depth++) {
      if (typeof at["code"] === "string" && at["code"] !== "" && !/^\d+$/.test(at["code"])) code = at["code"];
      if (typeof at["request-id"] === "string") requestId = at["request-id"];
      at = (at["innerError"] ?? at["innererror"]) as Record<string, unknown> | undefined;
    }
  } catch {
    // Not JSON: a gateway's page. The status alone has to do.
  }
  return { code, message: message.replace(/\s+/g, " ").slice(0, 200), requestId };
}

/** What the services call a refusal for want of a role, a scope, a licence or somebody's consent, in the words of a code. */
const DENIAL =
  /denied|forbidden|permission|privilege|unauthori[sz]ed|\broles?\b|scope|consent|licen[cs]e|premium|polic(?:y|ies)|allowed|blocked|disabled|restricted|insufficient|identity not found|locked/i;

/**
 * Is a 403 what it says? Some are the service's own trouble, for minutes or for a day: `MissingCredentials`, `UnknownError`,
 * no code at all, a gateway's page. Only a code that names what is wanting is a denial.
 * https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/1751
 */
export function isDenial(body: string): boolean {
  const words = readErrorBody(body)
    .code.replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ");
  return DENIAL.test(words);
}

/** `GET /v1.0/groups` out of a full URL: queries hold filters and skip tokens, which no message needs. */
export function describeRequest(method: string, url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : (url.split("?")[0] ?? url);
  return `${method} ${path}`;
}

function read({ status, header, body }: FailedAnswer) {
  const graph = readErrorBody(body);
  const options: ReportErrorOptions = { status, graphCode: graph.code };
  const requestId = header("request-id") ?? graph.requestId;
  if (requestId) options.requestId = requestId;
  return { graph, options, trace: requestId ? ` (request-id ${requestId})` : "" };
}

/**
 * A final answer (one that no further try will change) as the error that its caller can act on.
 * @param clockSkewSeconds how far the server's clock is ahead of this machine's, where they differ.
 */
export function toError(request: string, failed: FailedAnswer, clockSkewSeconds = 0): ReportError {
  const { status } = failed;
  if (status === 401) return unauthorized(request, failed, clockSkewSeconds);
  const { graph, options, trace } = read(failed);
  const said = `${status}${graph.code ? ` ${graph.code}` : ""}${graph.message ? `: ${graph.message}` : ""}`;
  if (status === 403) return new ReportError("graph-denied", `Graph denied ${request}: ${said}${trace}`, options);
  if (status === 404) return new ReportError("graph-not-found", `Graph does not know ${request}: ${said}${trace}`, options);
  if (status === 400 && graph.code === "Directory_ExpiredPageToken") {
    return new ReportError("graph-page-token-expired", `The page token of ${request} has expired${trace}`, options);
  }
  return new ReportError("graph-bad-request", `Graph refused ${request}: ${said}${trace}`, options);
}

/**
 * The 401 of a token that had just been had anew, in Entra's own words: those of a challenge say more than Graph's.
 */
function unauthorized(request: string, failed: FailedAnswer, clockSkewSeconds: number): ReportError {
  const { graph, options, trace } = read(failed);
  const { claims, description } = parseChallenge(failed.header("www-authenticate"));
  const said = description ?? graph.message;
  const code = graph.code ? ` ${graph.code}` : "";
  const whatToDo =
    claims === undefined
      ? ""
      : " The claims that it asks for were answered once; see the application's sign-ins in Entra. A managed identity can't answer them.";
  const minutes = Math.round(Math.abs(clockSkewSeconds) / 60);
  const clock =
    minutes === 0 ? "" : ` This machine's clock is ${minutes} minutes ${clockSkewSeconds > 0 ? "behind" : "ahead of"} Graph's.`;
  return new ReportError(
    "graph-unauthorized",
    `Graph refused the token of ${request}, also a fresh one: 401${code}${said ? `: ${said}` : ""}${trace}${/[.!?]$/.test(said) || trace ? "" : "."}${whatToDo}${clock}`,
    options,
  );
}
