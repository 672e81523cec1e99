import { type BatchItem, sendBatch } from "../../src/graph/batch";
import { type Reply, type Seen, startServer, stopServers } from "./scripted-server";
import { failureOf, makeWorld } from "./world";

afterEach(stopServers);

const items = (...ids: string[]): BatchItem[] => ids.map((id) => ({ id, url: `/groups/${id}/owners` }));
const ok = (id: string) => ({ id, status: 200, headers: { "Content-Type": "application/json" }, body: { value: [id] } });
const throttled = (id: string, retryAfter?: string | number) => ({
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
  const { answers, pending } = await sendBatch(makeWorld(server.origin).client, items("a", "b", "c"));
  expect(answers.get("a")).toMatchObject({ status: 404, body: { error: { code: "x" } } });
  expect(answers.get("b")?.body).toEqual({ value: ["b"] });
  expect(answers.get("c")?.body).toEqual({ value: ["c"] });
  expect(pending).toEqual([]);
});

test("headers of an answer are found in any case", async () => {
  const server = await startServer(reply({ ...ok("a"), headers: { "Request-ID": "r-1", "x-ms-resource-unit": 1 } }));
  const { answers } = await sendBatch(makeWorld(server.origin).client, items("a"));
  expect(answers.get("a")?.header("request-id")).toBe("r-1");
  expect(answers.get("a")?.header("X-MS-Resource-Unit")).toBe("1");
  expect(answers.get("a")?.header("retry-after")).toBeNull();
});

test("only the refused are sent again, after the longest Retry-After of them", async () => {
  const server = await startServer(
    reply(throttled("b", "3"), ok("a"), throttled("d", 8), { id: "c", status: 503, headers: { "retry-after": "5" } }),
    reply(ok("d"), throttled("b", "1"), ok("c")),
    reply(ok("b")),
  );
  const { client, meter, waits } = makeWorld(server.origin);
  const { answers, pending } = await sendBatch(client, items("a", "b", "c", "d"));
  expect(server.seen.map(idsAsked)).toEqual([["a", "b", "c", "d"], ["b", "c", "d"], ["b"]]);
  expect(waits).toEqual([8, 1]);
  expect([...answers.keys()].toSorted()).toEqual(["a", "b", "c", "d"]);
  expect(pending).toEqual([]);
  expect(meter).toEqual({ requests: 3, retries: 2, throttledSeconds: 9 });
});

test("refused without Retry-After backs off", async () => {
  const server = await startServer(reply(throttled("a")), reply({ id: "a", status: 503 }), reply(ok("a")));
  const { client, waits } = makeWorld(server.origin);
  await sendBatch(client, items("a"));
  expect(waits).toEqual([1.2, 0.6]);
});

test("a request whose dependency failed (424) is sent again", async () => {
  const server = await startServer(reply(ok("a"), { id: "b", status: 424 }), reply(ok("b")));
  const { answers } = await sendBatch(makeWorld(server.origin).client, items("a", "b"));
  expect(server.seen.map(idsAsked)).toEqual([["a", "b"], ["b"]]);
  expect(answers.get("b")?.status).toBe(200);
});

test("an answer that is missing is asked for again", async () => {
  const server = await startServer(reply(ok("a")), reply(ok("b")));
  const { client, waits } = makeWorld(server.origin);
  const { answers } = await sendBatch(client, items("a", "b"));
  expect(server.seen.map(idsAsked)).toEqual([["a", "b"], ["b"]]);
  expect(waits).toEqual([0.3]);
  expect(answers.size).toBe(2);
});

test("an answer that nobody asked for is nobody's", async () => {
  const server = await startServer(reply(ok("a"), ok("stranger")));
  const { answers } = await sendBatch(makeWorld(server.origin).client, items("a"));
  expect([...answers.keys()]).toEqual(["a"]);
});

test("a long wait is handed back with those that were refused, and the answers that came", async () => {
  const server = await startServer(reply(ok("a"), throttled("b", "60"), throttled("c", "2")));
  const { client, meter, waits } = makeWorld(server.origin);
  const result = await sendBatch(client, items("a", "b", "c"));
  expect([...result.answers.keys()]).toEqual(["a"]);
  expect(result).toMatchObject({ pending: [{ id: "b" }, { id: "c" }], waitSeconds: 60, wasThrottled: true });
  expect(waits).toEqual([]);
  expect(meter).toMatchObject({ requests: 1, throttledSeconds: 60 });
});

test("five tries are all: what still fails is handed back as not throttled", async () => {
  const broken = reply(ok("a"), { id: "b", status: 500 });
  const server = await startServer(broken, broken, broken, broken, broken, broken);
  const result = await sendBatch(makeWorld(server.origin).client, items("a", "b"));
  expect(server.seen).toHaveLength(5);
  expect(result).toMatchObject({ pending: [{ id: "b" }], wasThrottled: false });
  expect(result.waitSeconds).toBeGreaterThanOrEqual(1);
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

test("the signal ends the wait between two tries", async () => {
  const server = await startServer(reply(throttled("a", "5")), reply(ok("a")));
  const stop = new AbortController();
  const sleep = async (_: number, signal?: AbortSignal) => {
    stop.abort();
    signal?.throwIfAborted();
  };
  const { client } = makeWorld(server.origin, { signal: stop.signal, sleep });
  await expect(sendBatch(client, items("a"))).rejects.toThrow(/abort/i);
  expect(server.seen).toHaveLength(1);
});
