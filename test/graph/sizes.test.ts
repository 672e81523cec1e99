import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { downloadReport } from "../../src/graph/download";
import { failureOf, makeWorld } from "./world";

/** Bodies larger than may be read: how they are sent, what is said, and how often they are asked for. */
let server: Server;
let origin: string;
let send: (response: ServerResponse, path: string) => unknown = () => undefined;
let requests: string[];
let cut: number;

beforeEach(async () => {
  requests = [];
  cut = 0;
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.on("close", () => response.writableFinished || cut++);
    void send(response, request.url ?? "");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const MEGABYTE = Buffer.alloc(2 ** 20, "a");
/** Without end: what ends it is the client. */
function* endless(first: string, rest = MEGABYTE): Generator<Buffer> {
  yield Buffer.from(first);
  for (;;) yield rest;
}
const stream = (response: ServerResponse, body: Iterable<Buffer>, status = 200) => {
  response.writeHead(status);
  return pipeline(Readable.from(body), response).catch(() => undefined);
};

test.each<[string, (response: ServerResponse) => unknown]>([
  ["an endless text", (response) => stream(response, endless('{"value":"'))],
  [
    "an endless text, zipped",
    (response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      return pipeline(Readable.from(endless('{"value":"')), createGzip({ level: 1 }), response).catch(() => undefined);
    },
  ],
  ["a length of 400 MB", (response) => response.writeHead(200, { "content-length": 400 * 2 ** 20 }).flushHeaders()],
])("%s ends after 64 MB, is asked for twice, and its connection is closed", async (_, answer) => {
  send = answer;
  const error = await failureOf(makeWorld(origin).client.getJson("/groups", (json) => json));
  expect(error.code).toBe("graph-answer-too-large");
  expect(error.message).toBe("Graph answers GET /v1.0/groups with more than 64 MB, which is not read.");
  expect(requests).toHaveLength(2);
  for (let turn = 0; cut < 2 && turn < 1000; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(cut).toBe(2);
});

test.each([
  ["nested", () => "[".repeat(2_000_000)],
  ["many", () => `[${"0,".repeat(1_000_001)}0]`],
  ["empty objects", () => `[${"{},".repeat(600_000)}{}]`],
])("values that are %s are not made, however few bytes they are", async (_, text) => {
  send = (response) => response.end(text());
  const error = await failureOf(makeWorld(origin).client.getJson("/groups", (json) => json));
  expect(error.message).toBe("Graph answers GET /v1.0/groups with more than a million values, which is not read.");
  expect(requests).toHaveLength(2);
});

test("a text full of commas and brackets is one value", async () => {
  send = (response) => response.end(JSON.stringify({ text: '[{,"\\'.repeat(500_000) }));
  const read = await makeWorld(origin).client.getJson("/groups", (json) => json as { text: string });
  expect(read.text.length).toBe(5 * 500_000);
});

test("once too large is a slip: the second answer counts", async () => {
  send = (response) => (requests.length === 1 ? stream(response, endless("")) : response.end('{"ok":true}'));
  expect(await makeWorld(origin).client.getJson("/groups", (json) => json)).toEqual({ ok: true });
});

test.each([404, 403, 503])("an endless body of a %d is read for its words alone: the status decides", async (status) => {
  send = (response) => stream(response, endless("<html>"), status);
  const error = await failureOf(makeWorld(origin).client.getJson("/groups", (json) => json));
  expect(error.code).toBe({ 404: "graph-not-found", 403: "graph-unavailable", 503: "graph-unavailable" }[status]);
});

test("a report of more than 1 GB is given up, and not fetched again", async () => {
  const row = Buffer.alloc(2 ** 22, `${"a".repeat(63)}\n`);
  send = (response, path) =>
    path.startsWith("/file") ? stream(response, endless("", row)) : response.writeHead(302, { location: `${origin}/file` }).end();
  let bytes = 0;
  const read = async (body: AsyncIterable<Uint8Array>) => {
    for await (const chunk of body) bytes += chunk.length;
  };
  const error = await failureOf(downloadReport(makeWorld(origin).client, "/reports/x", read));
  expect(error.code).toBe("graph-answer-too-large");
  expect(error.message).toContain("more than 1 GB");
  expect(bytes).toBeLessThanOrEqual(2 ** 30);
  expect(requests).toHaveLength(2);
});
