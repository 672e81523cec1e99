import { z } from "zod";
import { startServer, stopServers } from "./scripted-server";
import { failureOf, makeWorld, START } from "./world";

afterEach(stopServers);

const whole = z.object({ value: z.array(z.number()) });
const parse = (json: unknown) => whole.parse(json).value;
const good = { body: { value: [1] } };

test("a request goes under /v1.0 with a token, low priority and a name", async () => {
  const server = await startServer(good);
  const { client, meter } = makeWorld(server.origin);
  expect(await client.getJson("/groups?$top=999", parse, { ConsistencyLevel: "eventual" })).toEqual([1]);
  const [seen] = server.seen;
  expect(seen).toMatchObject({ method: "GET", path: "/v1.0/groups?$top=999" });
  expect(seen?.headers).toMatchObject({
    authorization: "Bearer token-1",
    accept: "application/json",
    "x-ms-throttle-priority": "Low",
    consistencylevel: "eventual",
  });
  expect(seen?.headers["user-agent"]).toMatch(/^NONISV\|GroupsReport\|GroupsAndTeamsActivityReporter\/\d/);
  expect(seen?.headers["client-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(meter).toEqual({ requests: 1, retries: 0, throttledSeconds: 0 });
});

test("a body is sent as JSON", async () => {
  const server = await startServer(good);
  await makeWorld(server.origin).client.send({ method: "POST", url: "/$batch", body: { requests: [] } }, () => null);
  expect(server.seen[0]).toMatchObject({ method: "POST", path: "/v1.0/$batch", body: '{"requests":[]}' });
  expect(server.seen[0]?.headers["content-type"]).toBe("application/json");
});

test("a 429 is tried again after its Retry-After in seconds", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "7" } }, good);
  const { client, meter, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toEqual([1]);
  expect(waits).toEqual([7]);
  expect(meter).toEqual({ requests: 2, retries: 1, throttledSeconds: 7 });
});

test("a Retry-After may be a date", async () => {
  const date = new Date(START + 9_000).toUTCString();
  const server = await startServer({ status: 503, headers: { "retry-after": date } }, good);
  const { client, waits } = makeWorld(server.origin);
  await client.getJson("/groups", parse);
  expect(waits).toEqual([9]);
});

test("a 429 without Retry-After backs off from two seconds, and counts as throttled", async () => {
  const server = await startServer({ status: 429 }, { status: 429 }, good);
  const { client, meter, waits } = makeWorld(server.origin);
  await client.getJson("/groups", parse);
  expect(waits).toEqual([1.2, 2.4]);
  expect(meter.throttledSeconds).toBeCloseTo(3.6);
});

test.each([408, 409, 500, 502, 503, 504, 509])("a %d is tried again with back-off, and is not throttling", async (status) => {
  const server = await startServer({ status }, { status }, good);
  const { client, meter, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toEqual([1]);
  expect(waits).toEqual([0.3, 0.6]);
  expect(meter).toEqual({ requests: 3, retries: 2, throttledSeconds: 0 });
});

test.each([
  [400, "graph-bad-request"],
  [403, "graph-denied"],
  [404, "graph-not-found"],
  [423, "graph-bad-request"],
  [501, "graph-bad-request"],
])("a %d is final: one request, %s", async (status, code) => {
  const error = { code: status === 403 ? "Authorization_RequestDenied" : "x", message: "y" };
  const server = await startServer({ status, body: { error } }, good);
  const { client } = makeWorld(server.origin);
  expect(await failureOf(client.getJson("/groups", parse))).toMatchObject({ code, status });
  expect(server.seen).toHaveLength(1);
});

test.each<[string, unknown]>([
  ["MissingCredentials", { error: { code: "MissingCredentials" } }],
  ["UnknownError", { error: { code: "UnknownError", message: "" } }],
  ["generalException", { error: { code: "generalException" } }],
  ["without a code", { error: { code: "" } }],
  ["with a gateway's page", "<html>403 Forbidden</html>"],
])("a 403 %s is no denial: it is tried again, and then unavailable", async (_, body) => {
  const refused = { status: 403, body };
  const server = await startServer(refused, good, refused, refused, refused, refused, refused);
  expect(await makeWorld(server.origin).client.getJson("/groups", parse)).toEqual([1]);
  const error = await failureOf(makeWorld(server.origin).client.getJson("/groups", parse));
  expect(error).toMatchObject({ code: "graph-unavailable", status: 403 });
});

test("five tries are all: then it is unavailable, with the seconds to wait and the request-id", async () => {
  const broken = { status: 500, headers: { "request-id": "req-9" } };
  const server = await startServer(broken, broken, broken, broken, broken, good);
  const { client, meter, waits } = makeWorld(server.origin);
  const error = await failureOf(client.getJson("/groups?$filter=secret", parse));
  expect(error).toMatchObject({ code: "graph-unavailable", status: 500, requestId: "req-9" });
  expect(error.waitSeconds).toBeCloseTo(4.8);
  expect(error.message).toBe("Graph keeps answering GET /v1.0/groups with status 500 (request-id req-9).");
  expect(waits).toHaveLength(4);
  expect(meter).toMatchObject({ requests: 5, retries: 4 });
});

test("a wait of more than ten seconds is not sat out here: graph-throttled at once, with the wait", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "11" } }, good);
  const { client, meter, waits } = makeWorld(server.origin);
  expect(await failureOf(client.getJson("/groups", parse))).toMatchObject({
    code: "graph-throttled",
    status: 429,
    waitSeconds: 11,
  });
  expect(waits).toEqual([]);
  expect(server.seen).toHaveLength(1);
  expect(meter).toEqual({ requests: 1, retries: 0, throttledSeconds: 11 });
});

test("a wait of ten seconds is sat out", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "10" } }, good);
  const { client, waits } = makeWorld(server.origin);
  await client.getJson("/groups", parse);
  expect(waits).toEqual([10]);
});

test("a 503 with Retry-After is SharePoint's throttling", async () => {
  const server = await startServer({ status: 503, headers: { "retry-after": "120" } });
  expect(await failureOf(makeWorld(server.origin).client.getJson("/sites", parse))).toMatchObject({
    code: "graph-throttled",
    waitSeconds: 120,
  });
});

test("being throttled without end ends the tries, not the patience", async () => {
  const server = await startServer(...Array.from({ length: 6 }, () => ({ status: 429, headers: { "retry-after": "1" } })));
  expect(await failureOf(makeWorld(server.origin).client.getJson("/groups", parse))).toMatchObject({
    code: "graph-throttled",
    waitSeconds: 1,
  });
  expect(server.seen).toHaveLength(5);
});

test.each([
  ["malformed JSON", { body: '{"value":[1' }],
  ["a proxy's page", { headers: { "content-type": "text/html" }, body: "<html>Sign in to the network</html>" }],
  ["nothing", { body: "" }],
  ["JSON of another form", { body: { values: [1] } }],
  ["a redirect", { status: 302, headers: { location: "/elsewhere" } }],
])("%s where an answer should be is tried again", async (_, reply) => {
  const server = await startServer(reply, good);
  const { client, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toEqual([1]);
  expect(waits).toEqual([0.3]);
  expect(server.seen).toHaveLength(2);
});

test("a page that stays broken is unavailable and says so in one short line", async () => {
  const page = { headers: { "content-type": "text/html" }, body: `<html>\n<body>${"x".repeat(5000)}</body></html>` };
  const server = await startServer(page, page, page, page, page);
  const error = await failureOf(makeWorld(server.origin).client.getJson("/groups", parse));
  expect(error).toMatchObject({ code: "graph-unavailable", status: 200 });
  expect(error.message).toMatch(/^Graph keeps answering GET \/v1\.0\/groups with a broken answer \(.*\)\.$/);
  expect(error.message.length).toBeLessThan(250);
});

test("who asks is told of every answer whether Graph was reached; being throttled is an answer", async () => {
  const server = await startServer(
    { status: 503 },
    { status: 503, headers: { "retry-after": "1" } },
    { fault: "drop" },
    { status: 429 },
    good,
  );
  const { client, reached } = makeWorld(server.origin);
  await client.getJson("/groups", parse);
  expect(reached).toEqual([false, true, false, true, true]);
});
