import type { ReportRow } from "../../src/model/report";
import { deletePartition, submitAll } from "../../src/store/partitions";
import { type AzuriteStore, openStore } from "./azurite-store";

let azurite: AzuriteStore;
beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());
afterEach(async () => {
  for (const shard of ["a", "b", "c"]) await azurite.store.groups.replaceShard(shard, "none", []);
});

const HOSTILE = "O'Brien \"quoted\" <b> & \u0001\u001f\u2028\u2029\u0085 مرحبا 👩‍👩‍👧 \r\n' or '1' eq '1";

function row(id: string, runId: string, changes: Partial<ReportRow> = {}): ReportRow {
  return { id, displayName: id, owners: [], warnings: [], notes: [], blockers: [], runId, ...changes } as unknown as ReportRow;
}

async function all(filter?: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const options = filter ? { queryOptions: { filter } } : {};
  for await (const entity of azurite.connection.tables.groups.listEntities(options)) found.push(entity);
  return found;
}

test("text of any kind comes back letter for letter, and breaks no query", async () => {
  const { groups } = azurite.store;
  const ids = ["a'b", "a b", "aÄ", "a🙂", 'a"<&'];
  await groups.replaceShard(
    "a",
    "one",
    ids.map((id) => row(id, "one", { displayName: HOSTILE, owners: [{ id: "o", displayName: HOSTILE, mail: null }] })),
  );
  const found = await all();
  expect(found.map(({ rowKey }) => rowKey).toSorted()).toEqual(ids.toSorted());
  for (const entity of found) expect(entity).toMatchObject({ displayName: HOSTILE, owners: HOSTILE, id: entity["rowKey"] });
  await groups.replaceShard("a", "two", [row("a'b", "two")]);
  expect((await all()).map(({ rowKey }) => rowKey)).toEqual(["a'b"]);
});

test("a text that no property can hold is cut, and never in the middle of a character", async () => {
  const { groups } = azurite.store;
  const cut = `${"x".repeat(31_999)}${"👩".repeat(5000)}`;
  const owners = Array.from({ length: 3000 }, (_, n) => ({ id: `${n}`, displayName: `Owner number ${n}`, mail: null }));
  await groups.replaceShard("b", "one", [row("b", "one", { description: cut, owners })]);
  const [found] = (await all()) as Record<string, string>[];
  for (const key of ["description", "owners"]) {
    expect(found?.[key]?.length).toBeLessThan(32_768);
    expect(found?.[key]?.endsWith("…")).toBe(true);
    // Half a character would be one that stands alone.
    expect(found?.[key]).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  }
});

test("columns are typed, lists are joined, and what is not known is absent, also where it was known before", async () => {
  const { groups } = azurite.store;
  const known = {
    members: 12,
    siteStorageGB: 1.5,
    mailboxStorageMB: 3,
    archived: false,
    owners: [
      { id: "1", displayName: "An", mail: null },
      { id: "2", displayName: null, mail: "b@x.example" },
    ],
    warnings: ["owner-none", "team-quiet"],
    created: "2026-11-20",
  } as unknown as Partial<ReportRow>;
  await groups.replaceShard("c", "one", [row("c1", "one", known)]);
  expect((await all())[0]).toMatchObject({
    partitionKey: "c",
    rowKey: "c1",
    members: 12,
    siteStorageGB: 1.5,
    mailboxStorageMB: 3,
    archived: false,
    owners: "An; 2",
    warnings: "owner-none; team-quiet",
    created: "2026-11-20",
  });
  expect((await all("members gt 10 and archived eq false")).length).toBe(1);
  await groups.replaceShard("c", "two", [row("c1", "two", { members: null, archived: null } as Partial<ReportRow>)]);
  const [after] = await all();
  expect(Object.keys(after ?? {}).filter((key) => ["members", "archived", "siteStorageGB"].includes(key))).toEqual([]);
});

test("a partition is deleted whole or by a filter, over more than one transaction, and no other is touched", async () => {
  const table = azurite.connection.tables.runs;
  const entities = function* (partitionKey: string, count: number) {
    for (let n = 0; n < count; n++) yield ["create", { partitionKey, rowKey: `k${n}`, odd: n % 2 === 1 }] as never;
  };
  expect(await submitAll(table, entities("many", 250))).toBe(250);
  expect(await submitAll(table, entities("other", 1))).toBe(1);
  const left = async () => {
    const keys: string[] = [];
    for await (const { partitionKey } of table.listEntities()) keys.push(partitionKey ?? "");
    return [keys.filter((key) => key === "many").length, keys.filter((key) => key === "other").length];
  };
  expect(await deletePartition(table, "many", "odd eq true")).toBe(125);
  expect(await left()).toEqual([125, 1]);
  await Promise.all([deletePartition(table, "many"), deletePartition(table, "many")]);
  expect(await left()).toEqual([0, 1]);
  expect(await deletePartition(table, "many")).toBe(0);
});
