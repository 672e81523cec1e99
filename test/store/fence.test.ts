import type { TeamRecord } from "../../src/model/records";
import { committedPages, type FencedCursor, type PageMarker } from "../../src/store/cursors";
import { newAttempt, SHARDS } from "../../src/model/keys";
import { type AzuriteStore, openStore } from "./azurite-store";

/** A page counts by moving the cursor; whatever else was written, early or late, is never read. */
let azurite: AzuriteStore;
let runs = 0;
let runId: string;

beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  runId = `run-${runs++}`;
  await azurite.store.cursors.open(runId, "teams");
});

const meter = { requests: 1, retries: 0, throttledSeconds: 0 };
const read = async () => (await azurite.store.cursors.read(runId, "teams")) as FencedCursor;

/** One try of a page, in its two steps: the records are written, later the cursor is moved. */
async function write(cursor: FencedCursor, records: TeamRecord[]): Promise<() => Promise<boolean>> {
  const { epoch, page } = cursor;
  const marker: PageMarker = {
    source: "teams",
    epoch,
    page,
    attempt: newAttempt(),
    committed: true,
    rows: records.length,
    meter,
    tokens: null,
  };
  await azurite.store.records.write(runId, { ...marker, source: "teams" }, records);
  return () => azurite.store.cursors.move(runId, cursor, { page: page + 1, next: `after ${page}` }, marker);
}

async function readAll(): Promise<TeamRecord[]> {
  const pages = committedPages(await azurite.store.cursors.list(runId));
  const shards = await Promise.all(SHARDS.map((shard) => azurite.store.records.readShard(runId, shard, pages, ["teams"])));
  return shards.flatMap(({ teams = [] }) => teams).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const team = (id: string, archived: boolean | null = false): TeamRecord => ({ id, archived });

test("a delayed duplicate of a page, started before a restart and finishing after it, changes nothing", async () => {
  const first = await read();
  const late = await write(first, [team("a-late", true)]);
  // Meanwhile the source starts again: its epoch is raised, and its first page is read anew.
  expect(await azurite.store.cursors.move(runId, first, { epoch: 1, page: 0, next: null })).toBe(true);
  expect(await (await write(await read(), [team("b-new")]))()).toBe(true);
  const before = await read();
  expect(await late()).toBe(false);
  expect(await readAll()).toEqual([team("b-new")]);
  expect(await read()).toEqual(before);
});

test("a late second try of the same page, whose answer has changed meanwhile, changes nothing", async () => {
  const cursor = await read();
  const late = await write(cursor, [team("a", true), team("c", true)]);
  expect(await (await write(cursor, [team("a"), team("b")]))()).toBe(true);
  expect(await late()).toBe(false);
  expect(await readAll()).toEqual([team("a"), team("b")]);
});

test("of many tries at once exactly one counts, and the counts are its own", async () => {
  const cursor = await read();
  const tries = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      write(
        cursor,
        Array.from({ length: n + 1 }, (_unused, at) => team(`${at % 10}-${n}`)),
      ),
    ),
  );
  const moved = await Promise.all(tries.map((commit) => commit()));
  expect(moved.filter(Boolean).length).toBe(1);
  const pages = committedPages(await azurite.store.cursors.list(runId));
  expect(pages.map(({ rows }) => rows)).toEqual([moved.indexOf(true) + 1]);
  expect((await readAll()).length).toBe(moved.indexOf(true) + 1);
});

test("a restart leaves nothing of the epoch before, also where the new one has no page yet", async () => {
  expect(await (await write(await read(), [team("a")]))()).toBe(true);
  expect(await azurite.store.cursors.move(runId, await read(), { epoch: 1, page: 0, next: null })).toBe(true);
  expect(await readAll()).toEqual([]);
});

test("records of any text and number come back whole", async () => {
  const name = 'O\'Brien "quoted" \u0000 \u202e مرحبا 👩‍👩‍👧 \\ / # ? '.repeat(20);
  const groups = Array.from({ length: 40_000 }, (_, n) => ({ id: `a${n}`, displayName: `${name}${n}` }) as never);
  const cursor = await read();
  const marker: PageMarker = {
    source: "groups",
    epoch: 0,
    page: 0,
    attempt: "x",
    committed: true,
    rows: groups.length,
    meter,
    tokens: null,
  };
  await azurite.store.records.write(runId, { ...marker, source: "groups" }, groups);
  expect(await azurite.store.cursors.move(runId, cursor, {}, marker)).toBe(true);
  await azurite.store.cursors.open(runId, "groups");
  const { groups: found = [] } = await azurite.store.records.readShard(
    runId,
    "a",
    committedPages(await azurite.store.cursors.list(runId)),
    ["groups"],
  );
  expect(found.length).toBe(40_000);
  expect(new Map(found.map((group) => [group.id, group])).get("a39999")).toEqual(groups[39_999]);
  // Deleting leaves nothing of the run, and nothing of another's is touched.
  await azurite.store.records.deleteRun(runId);
  for await (const { partitionKey } of azurite.connection.tables.records.listEntities())
    expect(partitionKey?.startsWith(`${runId}_`)).toBe(false);
});
