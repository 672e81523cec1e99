import { describeRequest, readErrorBody, toError } from "../../src/graph/failure";

const answer = (status: number, error: unknown, headers: Record<string, string> = {}) => ({
  status,
  header: (name: string) => headers[name] ?? null,
  body: typeof error === "string" ? error : JSON.stringify({ error }),
});

test("the deepest code that is known counts", () => {
  const body = {
    error: { code: "Forbidden", message: "No.", innerError: { code: "outer", innerError: { code: "accessDenied" } } },
  };
  expect(readErrorBody(JSON.stringify(body)).code).toBe("accessDenied");
});

test("innererror is read in either spelling", () => {
  const body = { error: { code: "BadRequest", innererror: { code: "syncStateNotFound", "request-id": "r-1" } } };
  expect(readErrorBody(JSON.stringify(body))).toMatchObject({ code: "syncStateNotFound", requestId: "r-1" });
});

test("an empty code and a status as code are no codes", () => {
  expect(readErrorBody('{"error":{"code":"","message":"x"}}').code).toBe("");
  expect(readErrorBody('{"error":{"code":"TooManyRequests","innerError":{"code":"429"}}}').code).toBe("TooManyRequests");
});

test.each([
  "",
  "null",
  "[]",
  '"text"',
  '{"error":"invalid_request"}',
  '{"error":null}',
  "<html>Bad gateway</html>",
  '{"error":{"message":7}}',
])("a body that is no Graph error is borne: %s", (body) => {
  expect(readErrorBody(body)).toEqual({ code: "", message: "", requestId: undefined });
});

test("a message is one line of at most 200 characters", () => {
  const { message } = readErrorBody(JSON.stringify({ error: { code: "x", message: `a\r\nb ${"c".repeat(500)}` } }));
  expect(message).toHaveLength(200);
  expect(message.startsWith("a b ccc")).toBe(true);
});

test("a request is named by its path, without the query", () => {
  expect(describeRequest("GET", "https://graph.microsoft.com/v1.0/groups?$skiptoken=RFNwdA")).toBe("GET /v1.0/groups");
  expect(describeRequest("GET", "/groups/1/owners?$select=id")).toBe("GET /groups/1/owners");
});

test.each([
  [401, "InvalidAuthenticationToken", "graph-unauthorized"],
  [403, "Authorization_RequestDenied", "graph-denied"],
  [404, "Request_ResourceNotFound", "graph-not-found"],
  [400, "Directory_ExpiredPageToken", "graph-page-token-expired"],
  [400, "Request_UnsupportedQuery", "graph-bad-request"],
  [423, "notAllowed", "graph-bad-request"],
  [501, "NotImplemented", "graph-bad-request"],
])("%d %s becomes %s", (status, code, expected) => {
  const error = toError("GET /v1.0/groups", answer(status, { code, message: "Said by Graph." }));
  expect(error).toMatchObject({ code: expected, status, graphCode: code });
  expect(error.message).toContain("GET /v1.0/groups");
});

test("the message says status, code, what Graph said and the request-id", () => {
  const error = toError(
    "GET /v1.0/groups",
    answer(403, { code: "accessDenied", message: "Insufficient privileges." }, { "request-id": "abc-1" }),
  );
  expect(error.message).toBe("Graph denied GET /v1.0/groups: 403 accessDenied: Insufficient privileges. (request-id abc-1)");
  expect(error.requestId).toBe("abc-1");
});

test("the request-id is taken from the body where no header has it", () => {
  const error = toError("GET /v1.0/groups", answer(404, { code: "x", message: "", innerError: { "request-id": "abc-2" } }));
  expect(error.requestId).toBe("abc-2");
});

test("a gateway's page leaves the status alone to speak", () => {
  expect(toError("GET /v1.0/groups", answer(403, "<html>")).message).toBe("Graph denied GET /v1.0/groups: 403");
});
