import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { ReportError } from "../../src/model/errors";
import { startServer, stopServers } from "./scripted-server";
import { failureOf, fakeTokens, makeWorld } from "./world";

afterEach(stopServers);

const parse = (json: unknown) => z.object({ ok: z.boolean() }).parse(json).ok;
const good = { body: { ok: true } };
/** Like the real sleep: it ends with the signal. */
const realSleep = async (milliseconds: number, signal?: AbortSignal) =>
  void (await delay(milliseconds, undefined, signal ? { signal } : {}));

test("a connection that is dropped before the headers is tried again", async () => {
  const server = await startServer({ fault: "drop" }, { fault: "drop" }, good);
  const { client, meter, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toBe(true);
  expect(waits).toEqual([0.3, 0.6]);
  expect(meter).toEqual({ requests: 3, retries: 2, throttledSeconds: 0 });
});

test("a connection that breaks in the middle of the body is tried again, and the half is not used", async () => {
  const server = await startServer({ fault: "cut", body: '{"ok":false}' }, good);
  const { client, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toBe(true);
  expect(waits).toEqual([0.3]);
});

test.each([
  ["does not answer", "graph-unavailable", [false]],
  ["refuses", "token-refused", []],
] as const)("a token service that %s: %s, and whether that is an outage is told", async (_, code, told) => {
  const get = () => Promise.reject(new ReportError(code, "no token"));
  const { client, reached } = makeWorld("http://127.0.0.1:9", { tokens: { ...fakeTokens(), get } });
  expect((await failureOf(client.getJson("/groups", parse))).code).toBe(code);
  expect(reached).toEqual(told);
});

test("a 503 is tried again over a connection that no request has used", async () => {
  const server = await startServer(good, { status: 503 }, { status: 503 }, { status: 503 }, good);
  const { client } = makeWorld(server.origin);
  await client.getJson("/warm", parse);
  await new Promise(setImmediate);
  await client.getJson("/groups", parse);
  const [, ...tries] = server.seen.map(({ connection }) => connection);
  const [, ...again] = tries;
  expect(new Set(tries).size).toBe(4);
  expect(again).not.toContain(1);
});

test("requests that succeed share a connection", async () => {
  const server = await startServer(good, good, good);
  const { client } = makeWorld(server.origin);
  for (let n = 0; n < 3; n++) {
    await client.getJson("/groups", parse);
    await delay(5);
  }
  expect(new Set(server.seen.map(({ connection }) => connection)).size).toBe(1);
});

test("a closed port is unavailable, with host, reason and what to check", async () => {
  const server = await startServer();
  await server.stop();
  const { client, meter, reached } = makeWorld(server.origin);
  const error = await failureOf(client.getJson("/groups?$skiptoken=RFNw", parse));
  expect(error.code).toBe("graph-unavailable");
  expect(error.message).toBe(
    `No answer from ${new URL(server.origin).host} to GET /v1.0/groups: ECONNREFUSED. Check GRAPH_ENDPOINT and the network.`,
  );
  expect(error.waitSeconds).toBeGreaterThanOrEqual(1);
  expect(meter.requests).toBe(5);
  expect(reached).toEqual([false, false, false, false, false]);
});

test("a request without an answer is given up at its time limit and tried again", async () => {
  const server = await startServer({ fault: "hang" }, good);
  const { client } = makeWorld(server.origin);
  expect(await client.send({ url: "/groups", timeoutSeconds: 0.2 }, ({ text }) => parse(JSON.parse(text)))).toBe(true);
  expect(server.seen).toHaveLength(2);
});

test("what never answers is said to have timed out", async () => {
  const server = await startServer(...Array.from({ length: 5 }, () => ({ fault: "hang" as const })));
  const error = await failureOf(makeWorld(server.origin).client.send({ url: "/groups", timeoutSeconds: 0.1 }, () => null));
  expect(error).toMatchObject({ code: "graph-unavailable" });
  expect(error.message).toContain("timed out");
});

test("the signal ends a wait at once, and nothing more is asked", async () => {
  const server = await startServer({ status: 429, headers: { "retry-after": "10" } }, good);
  const stop = new AbortController();
  const sleep = async (milliseconds: number, signal?: AbortSignal) => {
    setImmediate(() => stop.abort());
    await realSleep(milliseconds, signal);
  };
  const { client } = makeWorld(server.origin, { signal: stop.signal, sleep });
  await expect(client.getJson("/groups", parse)).rejects.toThrow(/abort/i);
  expect(server.seen).toHaveLength(1);
});

test("the signal ends a request that is under way, without another try", async () => {
  const stop = new AbortController();
  const server = await startServer(() => {
    setImmediate(() => stop.abort());
    return { fault: "hang" };
  }, good);
  const { client, waits, reached } = makeWorld(server.origin, { signal: stop.signal });
  await expect(client.getJson("/groups", parse)).rejects.toThrow(/abort/i);
  expect(server.seen).toHaveLength(1);
  expect(waits).toEqual([]);
  expect(reached).toEqual([]);
});

test("a signal that was raised before asks nothing at all", async () => {
  const server = await startServer(good);
  const { client, meter } = makeWorld(server.origin, { signal: AbortSignal.abort() });
  await expect(client.getJson("/groups", parse)).rejects.toThrow(/abort/i);
  expect(server.seen).toEqual([]);
  expect(meter.requests).toBe(0);
});
