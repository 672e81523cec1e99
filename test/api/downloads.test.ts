import { request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { readRange } from "../../src/api/range";
import { type LocalServer, startLocalServer } from "../../src/local/server";
import { FORMATS, type Format } from "../../src/model/formats";
import { makeReport, openWorld, type World } from "../integration/world";

/** Files as they come over a real connection: whole, in parts, and gone on with where they were cut. */
let world: World;
let server: LocalServer;

beforeAll(async () => {
  world = await openWorld({ groups: 400 });
  await makeReport(world);
  server = await startLocalServer(world, 0, () => undefined);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** `most`: the connection is cut once so many bytes have come. */
function get(format: string, headers: Record<string, string> = {}, method = "GET", most = Infinity): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(server.url);
    const path = `/api/reports/latest/${format}`;
    const options = { host, port, method, path, headers: { "x-functions-key": server.key, ...headers } };
    const sent = httpRequest(options, (response) => {
      const told = { status: response.statusCode ?? 0, headers: response.headers };
      if (most === Infinity) return void buffer(response).then((body) => resolve({ ...told, body }), reject);
      let body = Buffer.alloc(0);
      response.on("data", (piece: Buffer) => {
        body = Buffer.concat([body, piece]);
        if (body.length >= most) response.destroy();
      });
      response.on("close", () => resolve({ ...told, body: body.subarray(0, most) }));
    });
    sent.on("error", reject).end();
  });
}

const CASES = FORMATS.flatMap((format) => ["gzip", "identity"].map((coding): [Format, string] => [format, coding]));

test.each(CASES)("HEAD tells of %s (%s) what GET does, and sends nothing", async (format, coding) => {
  const accept = { "accept-encoding": coding };
  const [head, whole] = [await get(format, accept, "HEAD"), await get(format, accept)];
  const { date: _date, connection: _connection, "keep-alive": _alive, ...told } = whole.headers;
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(head.headers).toMatchObject(told);
  expect(told).toMatchObject({ "content-length": String(whole.body.length), "accept-ranges": "bytes" });
  expect(told["etag"]).toMatch(/^"[0-9a-f]{64}"$/);
});

test.each(CASES)("any range of %s (%s) is that part of the bytes that are sent whole", async (format, coding) => {
  const accept = { "accept-encoding": coding };
  const whole = await get(format, accept);
  const bytes = whole.body.length;
  const place = fc.integer({ min: 0, max: bytes - 1 });
  const range = fc.oneof(
    fc
      .tuple(place, place)
      .map(([a, b]) => ({ text: `${Math.min(a, b)}-${Math.max(a, b)}`, first: Math.min(a, b), end: Math.max(a, b) + 1 })),
    place.map((first) => ({ text: `${first}-`, first, end: bytes })),
    place.map((first) => ({ text: `${first}-${bytes + 5000}`, first, end: bytes })),
    place.map((first) => ({ text: `-${bytes - first}`, first, end: bytes })),
  );
  await fc.assert(
    fc.asyncProperty(range, async ({ text, first, end }) => {
      const part = await get(format, { ...accept, range: `bytes=${text}` });
      expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes ${first}-${end - 1}/${bytes}`]);
      expect([part.headers["content-length"], part.headers["etag"]]).toEqual([String(end - first), whole.headers["etag"]]);
      expect(part.headers["content-encoding"]).toBe(whole.headers["content-encoding"]);
      expect(part.body.equals(whole.body.subarray(first, end))).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test.each(CASES)(
  "a client that is cut in the middle of %s (%s), again and again, has the whole file in the end",
  async (format, coding) => {
    const accept = { "accept-encoding": coding };
    const whole = await get(format, accept);
    const step = Math.ceil(whole.body.length / 5);
    const first = await get(format, accept, "GET", step);
    let had = first.body;
    while (had.length < whole.body.length) {
      const headers = { ...accept, range: `bytes=${had.length}-`, "if-range": String(first.headers["etag"]) };
      const next = await get(format, headers, "GET", step);
      expect(next.status).toBe(206);
      had = Buffer.concat([had, next.body]);
    }
    expect(had.equals(whole.body)).toBe(true);
  },
);

test("a range of another version of the file, or of the same otherwise encoded, is not joined to it: all of it is sent", async () => {
  const packed = await get("csv", { "accept-encoding": "gzip" });
  const plain = await get("csv");
  expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  for (const tag of [packed.headers["etag"], '"other"', `W/${String(plain.headers["etag"])}`, "Thu, 26 Nov 2026 02:00:00 GMT"]) {
    const answer = await get("csv", { range: "bytes=100-", "if-range": String(tag) });
    expect([answer.status, answer.body.length]).toEqual([200, plain.body.length]);
  }
  const known = await get("csv", { range: "bytes=100-", "if-none-match": String(plain.headers["etag"]) });
  expect([known.status, known.body.length]).toEqual([304, 0]);
});

test("a range past the end is refused with the length, and so is an empty one", async () => {
  const bytes = (await get("csv")).body.length;
  for (const range of [`bytes=${bytes}-`, `bytes=${bytes + 7}-${bytes + 9}`, "bytes=-0"]) {
    const answer = await get("csv", { range });
    expect([answer.status, answer.headers["content-range"]]).toEqual([416, `bytes */${bytes}`]);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
  }
});

test.each(["bytes=5-2", "bytes=-", "bytes=0-1,4-5", "items=0-5", "bytes 0-5", "bytes=a-b", "bytes=1.5-2", ""])(
  "Range: %s is none, and all is sent",
  (range) => expect(readRange(range, null, '"x"', 100)).toBeUndefined(),
);

test("an empty file has no range", () => {
  expect([readRange("bytes=0-", null, '"x"', 0), readRange("bytes=-5", null, '"x"', 0)]).toEqual([
    "unsatisfiable",
    "unsatisfiable",
  ]);
});
