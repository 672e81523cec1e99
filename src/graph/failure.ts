import { ReportError, type ReportErrorOptions } from "../errors";

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

/** Reads Graph's error body; `innerError` is also spelled `innererror`, and the code may be empty (graph-facts §12). */
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

/** `GET /v1.0/groups` out of a full URL: queries hold filters and skip tokens, which no message needs. */
export function describeRequest(method: string, url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : (url.split("?")[0] ?? url);
  return `${method} ${path}`;
}

/** A final answer (one that no further try will change) as the error that its caller can act on. */
export function toError(request: string, { status, header, body }: FailedAnswer): ReportError {
  const graph = readErrorBody(body);
  const options: ReportErrorOptions = { status, graphCode: graph.code };
  const requestId = header("request-id") ?? graph.requestId;
  if (requestId) options.requestId = requestId;
  const said = `${status}${graph.code ? ` ${graph.code}` : ""}${graph.message ? `: ${graph.message}` : ""}`;
  const trace = requestId ? ` (request-id ${requestId})` : "";
  if (status === 401)
    return new ReportError(
      "graph-unauthorized",
      `Graph refused the token of ${request}, also a fresh one: ${said}${trace}`,
      options,
    );
  if (status === 403) return new ReportError("graph-denied", `Graph denied ${request}: ${said}${trace}`, options);
  if (status === 404) return new ReportError("graph-not-found", `Graph does not know ${request}: ${said}${trace}`, options);
  if (status === 400 && graph.code === "Directory_ExpiredPageToken") {
    return new ReportError("graph-page-token-expired", `The page token of ${request} has expired${trace}`, options);
  }
  return new ReportError("graph-bad-request", `Graph refused ${request}: ${said}${trace}`, options);
}
