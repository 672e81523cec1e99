import { type BatchItem, sendBatch } from "../../src/graph/batch";
import { type Reply, type Seen, startServer, stopServers } from "./scripted-server";
import { failureOf, makeWorld } from "./world";

afterEach(stopServers);

const items = (...ids: string[]): BatchItem[] => ids.map((id) => ({ id, url: `/groups/${id}/owners` }));
const ok = (id: string) => ({ id, status: 200, headers: { "Content-Type": "application/json" }, body: { value: [id] } });
const tooMany = (id: string, retryAfter?: string | number) => ({
  id,
  status: 429,
  headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter },
  body: { error: { code: "TooManyRequests" } },
});
const reply = (...responses: unknown[]): Reply => ({ body: { responses } });
const asked = (seen: Seen | undefined) =>
  (JSON.parse(seen?.body ?? "{}") as { requests: { id: string; method: string; url: string }[] }).requests;
const idsAsked = (seen: Seen | undefined) => asked(seen).map(({ id }) => id);

test("all requests go out in one, each with its id, method, path and own headers", async () => {
  const server = await startServer(reply(ok("a"), ok("b")));
  const { client } = makeWorld(server.origin);
  await sendBatch(client, [
    { id: "a", url: "/groups/a/owners" },
    { id: "b", url: "/groups/b/$count", headers: { ConsistencyLevel: "eventual" } },
  ]);
  expect(server.seen).toHaveLength(1);
  expect(server.seen[0]).toMatchObject({ method: "POST", path: "/v1.0/$batch" });
  expect(asked(server.seen[0])).toEqual([
    { id: "a", method: "GET", url: "/groups/a/owners" },
    { id: "b", method: "GET", url: "/groups/b/$count", headers: { ConsistencyLevel: "eventual" } },
  ]);
});

test("answers are told apart by id, in whatever order they come", async () => {
  const server = await startServer(reply(ok("c"), { id: "a", status: 404, body: { error: { code: "x" } } }, ok("b")));
  const { answers, ...rest } = await sendBatch(makeWorld(server.origin).client, items("a", "b", "c"));
  expect(answers.get("a")).toMatchObject({ status: 404, body: { error: { code: "x" } } });
  expect(answers.get("b")?.body).toEqual({ value: ["b"] });
  expect(answers.get("c")?.body).toEqual({ value: ["c"] });
  expect(rest).toEqual({ throttled: [], refused: new Map(), waitSeconds: undefined });
});

test("headers of an answer are found in any case", async () => {
  const server = await startServer(reply({ ...ok("a"), headers: { "Request-ID": "r-1", "x-ms-resource-unit": 1 } }));
  const { answers } = await sendBatch(makeWorld(server.origin).client, items("a"));
  expect(answers.get("a")?.header("request-id")).toBe("r-1");
  expect(answers.get("a")?.header("X-MS-Resource-Unit")).toBe("1");
  expect(answers.get("a")?.header("retry-after")).toBeNull();
});

test("the throttled and the refused are told apart, with the longest Retry-After, and nothing is asked again here", async () => {
  const server = await startServer(
    reply(
      tooMany("b", "3"),
      ok("a"),
      tooMany("d", 8),
      { id: "c", status: 503, headers: { "retry-after": "5" } },
      { id: "e", status: 502 },
      { id: "f", status: 424 },
      { id: "g", status: 503 },
    ),
  );
  const { client, meter, waits } = makeWorld(server.origin);
  const result = await sendBatch(client, items("a", "b", "c", "d", "e", "f", "g", "h"));
  expect([...result.answers.keys()]).toEqual(["a"]);
  expect(result.throttled).toEqual(["b", "c", "d"]);
  expect(result.waitSeconds).toBe(8);
  // "h" was left out.
  expect([...result.refused]).toEqual([
    ["e", 502],
    ["f", 424],
    ["g", 503],
    ["h", 0],
  ]);
  expect(waits).toEqual([]);
  expect(meter).toEqual({ requests: 1, retries: 0, throttledSeconds: 0 });
});

test("an answer that nobody asked for is nobody's", async () => {
  const server = await startServer(reply(ok("a"), ok("stranger")));
  const { answers } = await sendBatch(makeWorld(server.origin).client, items("a"));
  expect([...answers.keys()]).toEqual(["a"]);
});

test("a 401 inside a batch is asked again once with a fresh token, without a wait", async () => {
  const server = await startServer(reply(ok("a"), { id: "b", status: 401 }), reply(ok("b")));
  const { client, tokens, waits } = makeWorld(server.origin);
  const { answers } = await sendBatch(client, items("a", "b"));
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  expect(server.seen.map(idsAsked)).toEqual([["a", "b"], ["b"]]);
  expect(tokens.rejected).toEqual(["token-1"]);
  expect(waits).toEqual([]);
  expect(answers.get("b")?.status).toBe(200);
});

test("a 401 inside a batch is about the token that the batch was sent with, also where the batch itself was refused before", async () => {
  const server = await startServer({ status: 401 }, reply({ id: "a", status: 401 }), reply(ok("a")));
  const { client, tokens } = makeWorld(server.origin);
  const { answers } = await sendBatch(client, items("a"));
  expect(answers.get("a")?.status).toBe(200);
  expect(tokens.rejected).toEqual(["token-1", "token-2"]);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-3"]);
});

test("a second 401 inside a batch ends it with what Entra said", async () => {
  const body = { error: { code: "InvalidAuthenticationToken", message: "Access token has been revoked." } };
  const server = await startServer(reply({ id: "a", status: 401 }), reply({ id: "a", status: 401, body }));
  const { client, tokens } = makeWorld(server.origin);
  const error = await failureOf(sendBatch(client, items("a")));
  expect(error).toMatchObject({ code: "graph-unauthorized", status: 401 });
  expect(error.message).toBe(
    "Graph refused the token of a request in a batch, also a fresh one: 401 InvalidAuthenticationToken: Access token has been revoked.",
  );
  expect(tokens.rejected).toEqual(["token-1"]);
});

test("a claims challenge inside a batch is answered with its claims", async () => {
  const claims = '{"access_token":{"nbf":{"essential":true, "value":"1726258122"}}}';
  const challenge = `PoP realm="", nonce="a, Bearer claims=\\"x\\"", Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString("base64")}"`;
  const server = await startServer(
    reply(ok("b"), { id: "a", status: 401, headers: { "WWW-Authenticate": challenge } }),
    reply(ok("a")),
  );
  const { client, tokens } = makeWorld(server.origin);
  const { answers } = await sendBatch(client, items("a", "b"));
  expect([...answers.values()].map(({ status }) => status)).toEqual([200, 200]);
  expect(tokens.challenges).toEqual([claims]);
});

test("a batch that is refused as a whole is tried again like any request", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "4" } }, { body: "<html>" }, reply(ok("a")));
  const { client, waits } = makeWorld(server.origin);
  const { answers } = await sendBatch(client, items("a"));
  expect(answers.size).toBe(1);
  expect(waits).toEqual([4, 0.6]);
});

test("a batch that is throttled for long as a whole is graph-throttled", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "90" } });
  expect(await failureOf(sendBatch(makeWorld(server.origin).client, items("a")))).toMatchObject({
    code: "graph-throttled",
    waitSeconds: 90,
  });
});

test.each([
  [403, "MissingCredentials"],
  [403, "UnknownError"],
  [403, "generalException"],
  [403, ""],
])("a %d %s is no denial: it is refused for now", async (status, code) => {
  const server = await startServer(reply(ok("a"), { id: "b", status, body: { error: { code, message: "x" } } }));
  expect([...(await sendBatch(makeWorld(server.origin).client, items("a", "b"))).refused]).toEqual([["b", 403]]);
});

test.each(["Authorization_RequestDenied", "Forbidden", "AccessDenied", "accessDenied", "MissingRole", "InsufficientPermissions"])(
  "a 403 %s is a denial",
  async (code) => {
    const server = await startServer(reply({ id: "a", status: 403, body: { error: { code } } }));
    expect((await sendBatch(makeWorld(server.origin).client, items("a"))).answers.get("a")?.status).toBe(403);
  },
);

describe("an answer of an odd form", () => {
  const value = { value: ["x"] };
  test.each<[string, unknown]>([
    ["headers that are null", { id: "1", status: 200, headers: null, body: value }],
    ["headers that are a list", { id: "1", status: 200, headers: [], body: value }],
    ["headers that are text", { id: "1", status: 200, headers: "x", body: value }],
    ["a header that is null", { id: "1", status: 200, headers: { "Content-Type": null }, body: value }],
    ["a header that is a list", { id: "1", status: 200, headers: { "Content-Type": ["a", "b"] }, body: value }],
    ["a header that is a number", { id: "1", status: 200, headers: { "x-ms-resource-unit": 3 }, body: value }],
    ["no headers", { id: "1", status: 200, body: value }],
    ["an id that is a number", { id: 1, status: 200, body: value }],
    ["a status that is text", { id: "1", status: "200", body: value }],
    ["a 204 without a body", { id: "1", status: 204 }],
    ["no body", { id: "1", status: 200 }],
    ["a body that is null", { id: "1", status: 200, body: null }],
  ])("with %s is read", async (_, answer) => {
    const server = await startServer(reply(answer, ok("2")));
    const { answers } = await sendBatch(makeWorld(server.origin).client, items("1", "2"));
    expect([...answers.keys()].toSorted()).toEqual(["1", "2"]);
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, unknown[]]>([
    ["is null", [null]],
    ["is text", ["x"]],
    ["has no id", [{ status: 200 }]],
    ["has another's id", [{ id: "3", status: 401 }]],
    ["has a status that is none", [{ id: "1", status: "OK" }]],
    ["has status 0", [{ id: "1", status: 0 }]],
    [
      "came twice with two meanings",
      [
        { id: "1", status: 200, body: 1 },
        { id: "1", status: 404 },
      ],
    ],
  ])("that %s counts as missing, and costs no other", async (_, odd) => {
    const server = await startServer(reply(...odd, ok("2")));
    const { answers, refused } = await sendBatch(makeWorld(server.origin).client, items("1", "2"));
    expect([...answers.keys()]).toEqual(["2"]);
    expect([...refused]).toEqual([["1", 0]]);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a batch that can't be read is halved", () => {
  const ids = Array.from({ length: 20 }, (_, n) => `t${n}`);
  const spoilt = (bad: readonly string[], body: string) => (seen: Seen) =>
    idsAsked(seen).some((id) => bad.includes(id)) ? { body } : reply(...idsAsked(seen).map(ok));
  const INSIDE = '{"responses":[{"id":"t7","status":200,"headers":{},"body":{"id":"t7",<html>Service Unavailable</html>}}]}';

  test.each([
    ["one answer that is no JSON", ["t7"], INSIDE, 12],
    ["the first", ["t0"], INSIDE, 12],
    ["two of them", ["t3", "t16"], INSIDE, 22],
    ["responses that are null", ["t7"], '{"responses":null}', 12],
    ["a list in its place", ["t7"], "[]", 12],
    ["null in its place", ["t7"], "null", 12],
  ])("for %s, until that one is alone", async (_, bad, body, most) => {
    const server = await startServer(...Array.from({ length: 60 }, () => spoilt(bad, body)));
    const { answers, refused } = await sendBatch(makeWorld(server.origin).client, items(...ids));
    expect([...refused.keys()].toSorted()).toEqual(bad.toSorted());
    expect(answers.size).toBe(20 - bad.length);
    expect(server.seen.length).toBeLessThanOrEqual(most);
  });

  test("and where it is refused as a bad request for one of them", async () => {
    const step = (seen: Seen): Reply =>
      idsAsked(seen).includes("t7") ? { status: 400, body: {} } : reply(...idsAsked(seen).map(ok));
    const server = await startServer(...Array.from({ length: 60 }, () => step));
    const { refused } = await sendBatch(makeWorld(server.origin).client, items(...ids));
    expect([...refused.keys()]).toEqual(["t7"]);
  });

  test("but not for ever: where four alone can't be read and no other could, the rest isn't asked", async () => {
    const server = await startServer(...Array.from({ length: 60 }, () => ({ body: "<html>" })));
    const { answers, refused } = await sendBatch(makeWorld(server.origin).client, items(...ids));
    expect([answers.size, refused.size]).toEqual([0, 20]);
    expect(server.seen.length).toBeLessThanOrEqual(12);
  });

  test("and a proxy's page that came once costs one more request", async () => {
    const server = await startServer({ body: "<html>" }, (seen: Seen) => reply(...idsAsked(seen).map(ok)));
    expect((await sendBatch(makeWorld(server.origin).client, items(...ids))).answers.size).toBe(20);
    expect(server.seen).toHaveLength(2);
  });
});
