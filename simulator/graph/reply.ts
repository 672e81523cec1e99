/** What a route answers. A string body goes out as it is, anything else as JSON. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

const JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

export function ok(body: unknown, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { "Content-Type": JSON_TYPE, "Cache-Control": "no-cache", ...headers }, body };
}

export function text(body: string, contentType = "text/plain"): Reply {
  return { status: 200, headers: { "Content-Type": contentType, "Cache-Control": "no-cache" }, body };
}

/** An error in Graph's shape (graph.md#errors); the ids are filled in where the reply is sent. */
export function failure(status: number, code: string, message: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: { error: { code, message } } };
}

export function badRequest(message: string): Reply {
  return failure(400, "Request_BadRequest", message);
}

export function unsupportedQuery(message: string): Reply {
  return failure(400, "Request_UnsupportedQuery", message);
}

export function denied(): Reply {
  return failure(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

export function notFound(id: string): Reply {
  return failure(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** graph.md#throttling-headers: the directory's 429. Other services use other codes; a client keys on the status. */
export function throttled(seconds: number | null, headers: Record<string, string> = {}): Reply {
  return failure(429, "TooManyRequests", "Please retry again later.", {
    ...(seconds === null ? {} : { "Retry-After": String(seconds) }),
    ...headers,
  });
}

/** A reply with its request ids: header `request-id`, and the same inside an error's innerError (graph.md#errors). */
export function stamped(reply: Reply, requestId: string, clientRequestId: string, at: Date): Reply {
  const headers = { ...reply.headers, "request-id": requestId, "client-request-id": clientRequestId };
  if (!isError(reply.body)) return { ...reply, headers };
  const error = {
    ...reply.body.error,
    innerError: { date: at.toISOString().slice(0, 19), "request-id": requestId, "client-request-id": clientRequestId },
  };
  return { ...reply, headers, body: { error } };
}

function isError(body: unknown): body is { error: Record<string, unknown> } {
  // Entra's errors carry a string there and keep their own shape (graph.md#tokens).
  return typeof body === "object" && body !== null && "error" in body && typeof body.error === "object";
}
