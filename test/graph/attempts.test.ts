import { type Reply, startServer, stopServers } from "./scripted-server";
import { failureOf, fakeTokens, makeWorld } from "./world";

afterEach(stopServers);

const UNKNOWN: [string, Reply][] = [
  ["a connection that breaks before an answer", { fault: "drop" }],
  ["an answer that breaks off", { fault: "cut", body: "{" }],
  ["a gateway's 502", { status: 502 }],
  ["a 504", { status: 504 }],
  ["a redirect", { status: 307, headers: { location: "https://login.contoso.com/" } }],
];

describe("what changes something", () => {
  test.each(UNKNOWN)("is sent once by POST: after %s nobody knows whether it was done", async (_, reply) => {
    const server = await startServer(reply, { status: 201 });
    const error = await failureOf(makeWorld(server.origin).client.send({ method: "POST", url: "/x", body: {} }, () => null));
    expect(error).toMatchObject({ code: "graph-unavailable" });
    expect(error.message).toMatch(/It may have been done all the same: look before you try again\.$/);
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, Reply]>([
    ["401", { status: 401 }],
    ["429", { status: 429, headers: { "retry-after": "2" } }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "2" } }],
    ["409", { status: 409 }],
  ])("is sent again by POST where a %s says that it was not done", async (_, reply) => {
    const server = await startServer(reply, { status: 201 });
    await makeWorld(server.origin).client.send({ method: "POST", url: "/x", body: {} }, () => null);
    expect(server.seen).toHaveLength(2);
  });

  test("is tried again by POST where there was no connection to send it over", async () => {
    const server = await startServer();
    await server.stop();
    const { client, waits } = makeWorld(server.origin);
    const error = await failureOf(client.send({ method: "POST", url: "/x", body: {} }, () => null));
    expect(error.message).toMatch(/ECONNREFUSED\. Check GRAPH_ENDPOINT and the network\.$/);
    expect(waits).toHaveLength(4);
  });

  test.each(["PATCH", "DELETE"] as const)("may be done twice by %s, and is sent again", async (method) => {
    const server = await startServer({ fault: "drop" }, { status: 502 }, { status: 204 });
    await makeWorld(server.origin).client.send({ method, url: "/x" }, () => null);
    expect(server.seen).toHaveLength(3);
  });
});

test.each([300, 301, 302, 303, 304, 307, 308])("a %d is no answer where none is expected", async (status) => {
  const redirect = { status, headers: { location: "https://login.contoso.com/" }, body: { value: [] } };
  const server = await startServer(redirect, { body: { value: [1] } });
  expect(await makeWorld(server.origin).client.getJson("/groups", (json) => json)).toEqual({ value: [1] });
  expect(server.seen).toHaveLength(2);
  server.script(redirect, redirect, redirect, redirect, redirect);
  const error = await failureOf(makeWorld(server.origin).client.getJson("/groups", (json) => json));
  expect(error).toMatchObject({ code: "graph-unavailable", status });
  expect(error.message).toBe(`Graph keeps answering GET /v1.0/groups with status ${status}.`);
});

test("a cancel ends the wait for a token that does not come", async () => {
  const server = await startServer({ body: {} });
  const stop = new AbortController();
  const tokens = { ...fakeTokens(), get: () => new Promise<string>(() => setImmediate(() => stop.abort())) };
  const { client } = makeWorld(server.origin, { signal: stop.signal, tokens });
  await expect(client.getJson("/groups", (json) => json)).rejects.toThrow(/abort/i);
  expect(server.seen).toEqual([]);
});
