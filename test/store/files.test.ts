import { createHash, randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import type { JudgedGroup } from "../../src/model/report";
import { type StoredFile } from "../../src/store/files";
import { FORMATS, type Format, OUTPUTS } from "../../src/model/formats";
import { type AzuriteStore, openStore } from "./azurite-store";

let azurite: AzuriteStore;
beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());

async function* pieces(...texts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* texts;
}

const HOSTILE = 'O\'Brien "quoted" </script> \u0000\u001f\u2028 مرحبا 👩‍👩‍👧 \r\n,;\t';

test.each(FORMATS)("%s is told with the length and the sum of the file as it is read, however it is stored", async (format) => {
  const { files } = azurite.store;
  const parts = [HOSTILE, Buffer.from("ÄÖÜ"), "", randomBytes(6 * 1024 * 1024), "x".repeat(200_000)];
  const whole = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const told = await files.writeOutput("run", format, pieces(...parts));
  expect(told).toEqual({
    name: OUTPUTS[format].name,
    bytes: whole.length,
    sha256: createHash("sha256").update(whole).digest("hex"),
    stored: expect.anything(),
  });
  const stored = (await files.openOutput("run", format)) as StoredFile;
  const bytes = await buffer(stored.body);
  expect(told.stored).toEqual({ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  expect([stored.length, stored.gzip, stored.type]).toEqual([bytes.length, format !== "xlsx", OUTPUTS[format].type]);
  expect((stored.gzip ? gunzipSync(bytes) : bytes).equals(whole)).toBe(true);
});

test("a file that is written again is another by its ETag", async () => {
  const { files } = azurite.store;
  const etags: string[] = [];
  for (const text of ["one", "two"]) {
    await files.writeOutput("again", "csv", pieces(text));
    const stored = (await files.openOutput("again", "csv")) as StoredFile;
    expect(gunzipSync(await buffer(stored.body)).toString()).toBe(text);
    etags.push(stored.etag);
  }
  expect(new Set(etags).size).toBe(2);
});

test.each<Format>(["csv", "xlsx"])(
  "a %s whose writer fails in the middle is no file, and its failure is told",
  async (format) => {
    async function* broken() {
      yield "the beginning";
      await Promise.resolve();
      throw new Error("the writer failed");
    }
    const { files } = azurite.store;
    await expect(files.writeOutput("broken", format, broken())).rejects.toThrow("the writer failed");
    expect(await files.openOutput("broken", format)).toBeUndefined();
  },
);

test("what is not there is undefined, and a shard that is not there has no rows", async () => {
  const { files } = azurite.store;
  for (const format of FORMATS) expect(await files.openOutput("never", format)).toBeUndefined();
  expect(await files.readSummary("never")).toBeUndefined();
  expect(await files.readLatest()).toBeUndefined();
  for await (const row of files.readShard("never", "a")) expect(row).toBe("none");
  await files.deleteRun("never");
});

test("a shard's groups come back in order, whatever their text, and however many", async () => {
  const { files } = azurite.store;
  const groups = Array.from(
    { length: 2501 },
    (_, n) => ({ row: { id: `a${n}`, displayName: `${HOSTILE}${n}`, description: null }, history: [] }) as unknown as JudgedGroup,
  );
  await files.writeShard("run", "a", groups);
  await files.writeShard("run", "b", []);
  const found: JudgedGroup[] = [];
  for await (const group of files.readShard("run", "a")) found.push(group);
  expect(found).toEqual(groups);
  for await (const group of files.readShard("run", "b")) expect(group).toBe("none");
});

test("a reader of a shard may stop in the middle", async () => {
  const { files } = azurite.store;
  const groups = Array.from(
    { length: 20_000 },
    (_, n) => ({ row: { id: `a${n}`, description: randomBytes(60).toString("hex") } }) as unknown as JudgedGroup,
  );
  await files.writeShard("stopped", "a", groups);
  let read = 0;
  for await (const _group of files.readShard("stopped", "a")) if (++read === 3) break;
  expect(read).toBe(3);
});

test("deleting a run's files leaves those of the others", async () => {
  const { files } = azurite.store;
  const summary = { runId: "x" } as never;
  for (const runId of ["20261101T020000Z-aaaaaa", "20261101T020000Z-aaaaab"]) {
    await files.writeSummary(runId, summary);
    await files.writeOutput(runId, "json", pieces("{}"));
    await files.writeShard(runId, "0", []);
  }
  await Promise.all([files.deleteRun("20261101T020000Z-aaaaaa"), files.deleteRun("20261101T020000Z-aaaaaa")]);
  const left: string[] = [];
  for await (const { name } of azurite.connection.container.listBlobsFlat()) if (name.includes("20261101")) left.push(name);
  expect(left).toEqual(
    ["report.json", "shards/0.ndjson.gz", "summary.json"].map((name) => `runs/20261101T020000Z-aaaaab/${name}`),
  );
});
