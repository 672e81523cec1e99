import { gzipSync } from "node:zlib";
import { DATA_VERSION } from "../../src/store/data-version";
import { newRunId } from "../../src/model/keys";
import type { JudgedGroup, Summary } from "../../src/model/report";
import type { Latest } from "../../src/store/files";
import { type AzuriteStore, openStore } from "./azurite-store";

/** Data as version 0.1.0 wrote it before versions were written, as this version writes it, and as a later one may. */
let azurite: AzuriteStore;
let runId: string;
let day = 0;
beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());
beforeEach(() => {
  runId = newRunId(new Date(Date.UTC(2026, 10, ++day, 2)));
});

const NEWER = /was written by version 9\.1\.0 of this software.*Deploy 9\.1\.0 or later\.$/;
const BLOB_NEWER = { dataversion: String(DATA_VERSION + 1), writtenby: "9.1.0" };
const ROW_NEWER = { dataVersion: DATA_VERSION + 1, writtenBy: "9.1.0" };
const refusal = { code: "data-newer", message: expect.stringMatching(NEWER) as string };
const plan = { features: [], thresholds: {}, deadline: "2026-11-23T08:00:00Z", previousRunId: null, tenantId: null };

async function writeRow(stamp: object, status = "Running"): Promise<void> {
  const row = { partitionKey: "run", rowKey: runId, status, startedAt: "2026-11-01T02:00:00Z", plan: JSON.stringify(plan) };
  await azurite.connection.tables.runs.createEntity({ ...row, ...stamp });
}

async function writeBlob(name: string, content: string | Buffer, metadata?: Record<string, string>): Promise<void> {
  const blob = azurite.connection.container.getBlockBlobClient(name);
  await blob.upload(content, Buffer.byteLength(content), metadata ? { metadata } : {});
}

const latest = (): Latest => ({ runId, startedAt: "", finishedAt: "", status: "Completed", groups: 1 });

async function readAll(): Promise<JudgedGroup[]> {
  const groups: JudgedGroup[] = [];
  for await (const group of azurite.store.files.readShard(runId, "a")) groups.push(group);
  return groups;
}

test("what this version writes carries its version, and is read again", async () => {
  const { runs, cursors, files } = azurite.store;
  await runs.insert(runId, "2026-11-01T02:00:00Z", plan as never);
  await cursors.open(runId, "groups");
  const cursor = await cursors.read(runId, "groups");
  if (cursor) await cursors.move(runId, cursor, { page: 1 });
  await files.writeShard(runId, "a", [{ row: { id: "a1" } } as JudgedGroup]);
  await files.writeSummary(runId, { runId } as Summary);
  await files.writeLatest(latest());
  const { tables, container } = azurite.connection;
  for (const entity of [await tables.runs.getEntity("run", runId), await tables.cursors.getEntity(runId, "cursor_groups")])
    expect(entity).toMatchObject({ dataVersion: DATA_VERSION });
  for (const name of [`runs/${runId}/shards/a.ndjson.gz`, `runs/${runId}/summary.json`, "latest.json"]) {
    const { metadata } = await container.getBlobClient(name).getProperties();
    expect([name, metadata?.["dataversion"]]).toEqual([name, String(DATA_VERSION)]);
  }
  expect((await runs.get(runId))?.status).toBe("Running");
  expect((await cursors.read(runId, "groups"))?.page).toBe(1);
  expect(await readAll()).toEqual([{ row: { id: "a1" } }]);
  await files.checkRun(runId);
});

test("data without a version is read", async () => {
  const { runs, cursors, files } = azurite.store;
  await writeRow({}, "Completed");
  const cursor = { source: "groups", epoch: 0, page: 3, next: null, state: null, message: null, notBefore: null };
  await azurite.connection.tables.cursors.createEntity({
    partitionKey: runId,
    rowKey: "cursor_groups",
    cursor: JSON.stringify(cursor),
  });
  await writeBlob(`runs/${runId}/shards/a.ndjson.gz`, gzipSync(`${JSON.stringify({ row: { id: "a1" } })}\n`));
  await writeBlob(`runs/${runId}/summary.json`, JSON.stringify({ runId }));
  await writeBlob("latest.json", JSON.stringify(latest()));
  expect(await runs.get(runId)).toMatchObject({ runId, status: "Completed" });
  expect((await runs.list()).map((run) => run.runId)).toContain(runId);
  expect((await cursors.read(runId, "groups"))?.page).toBe(3);
  expect((await cursors.list(runId)).cursors.length).toBe(1);
  expect(await readAll()).toEqual([{ row: { id: "a1" } }]);
  expect(await files.readSummary(runId)).toEqual({ runId });
  expect(await files.readLatest()).toEqual(latest());
  await files.checkRun(runId);
});

test("data of a newer version is refused in words, and stands in nobody's way", async () => {
  const { runs, cursors, files } = azurite.store;
  await writeRow(ROW_NEWER);
  const cursor = { partitionKey: runId, rowKey: "cursor_groups", cursor: "{}", ...ROW_NEWER };
  await azurite.connection.tables.cursors.createEntity(cursor);
  await writeBlob(`runs/${runId}/shards/a.ndjson.gz`, Buffer.from("other"), BLOB_NEWER);
  await writeBlob(`runs/${runId}/summary.json`, "other", BLOB_NEWER);
  await writeBlob("latest.json", "other", BLOB_NEWER);
  await expect(runs.get(runId)).rejects.toMatchObject(refusal);
  await expect(cursors.read(runId, "groups")).rejects.toMatchObject(refusal);
  await expect(cursors.list(runId)).rejects.toMatchObject(refusal);
  await expect(readAll()).rejects.toMatchObject(refusal);
  await expect(files.readSummary(runId)).rejects.toMatchObject(refusal);
  await expect(files.readLatest()).rejects.toMatchObject(refusal);
  await expect(files.checkRun(runId)).rejects.toMatchObject(refusal);
  expect((await runs.list()).map((run) => run.runId)).not.toContain(runId);

  expect((await runs.listUnfinished()).map((standing) => standing.runId)).toContain(runId);
  await runs.end(runId, "Failed", "2026-11-02T02:00:00Z", { message: "It was abandoned." });
  expect(await azurite.connection.tables.runs.getEntity("run", runId)).toMatchObject({
    status: "Failed",
    message: "It was abandoned.",
    dataVersion: DATA_VERSION + 1,
  });
  expect((await runs.listUnfinished()).map((standing) => standing.runId)).not.toContain(runId);
  await files.writeLatest(latest());
  expect(await files.readLatest()).toEqual(latest());
});

test("a version that can't be told is refused too, without repeating what stands there", async () => {
  await writeRow({ dataVersion: 7, writtenBy: "<b>\n" });
  await expect(azurite.store.runs.get(runId)).rejects.toMatchObject({
    message: expect.stringMatching(/was written by a newer version of this software.*Deploy that version or later\.$/) as string,
  });
});
