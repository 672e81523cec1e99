import { randomBytes } from "node:crypto";
import type { GroupRecord, TeamRecord } from "../../src/model/records";
import { SHARDS } from "../../src/model/keys";
import type { PageKey } from "../../src/store/records";
import { type AzuriteStore, openStore } from "./azurite-store";

/** A page's records, however many and however large, come back as they were written, and only those of the pages asked for. */
let azurite: AzuriteStore;
beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());

const page = <S extends PageKey["source"]>(source: S, epoch = 0, number = 0, attempt = "0badcafe") => ({
  source,
  epoch,
  page: number,
  attempt,
});
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

async function rowKeys(partition: string): Promise<string[]> {
  const keys: string[] = [];
  const filter = `PartitionKey eq '${partition}'`;
  for await (const { rowKey } of azurite.connection.tables.records.listEntities({ queryOptions: { filter } }))
    keys.push(rowKey ?? "");
  return keys;
}

test("a page of 100,000 records is spread over sixteen shards and comes back whole", async () => {
  const { records } = azurite.store;
  const teams = Array.from({ length: 100_000 }, (_, n): TeamRecord => ({
    id: `${(n % 16).toString(16)}${n}`,
    archived: n % 3 === 0,
  }));
  await records.write("whole", page("teams"), teams);
  const found: TeamRecord[] = [];
  for (const shard of SHARDS) {
    const { teams: own = [] } = await records.readShard("whole", shard, [page("teams")], ["teams"]);
    expect([shard, own.length, own.every(({ id }) => id.startsWith(shard))]).toEqual([shard, 6250, true]);
    found.push(...own);
  }
  expect(found.toSorted(byId)).toEqual(teams.toSorted(byId));
});

test("what does not fit one entity is split into several, and comes back whole", async () => {
  const { records } = azurite.store;
  // Nothing makes random bytes smaller: 3,000 records of 1 KB are more than three entities hold.
  const groups = Array.from(
    { length: 3000 },
    (_, n) => ({ id: `a${n}`, description: randomBytes(750).toString("base64") }) as unknown as GroupRecord,
  );
  await records.write("large", page("groups"), groups);
  expect((await rowKeys("large_a")).length).toBeGreaterThanOrEqual(3);
  const { groups: found = [] } = await records.readShard("large", "a", [page("groups")], ["groups"]);
  expect(found.toSorted(byId)).toEqual(groups.toSorted(byId));
  // Written again it is the same entities, not more of them.
  const before = await rowKeys("large_a");
  await records.write("large", page("groups"), groups);
  expect(await rowKeys("large_a")).toEqual(before);
});

test("only the very tries that are asked for are read: not another page, epoch, try, source or run", async () => {
  const { records } = azurite.store;
  const keys = [
    page("teams", 0, 1, "11111111"),
    page("teams", 0, 1, "11111112"),
    page("teams", 0, 11, "11111111"),
    page("teams", 1, 1, "11111111"),
    page("teams", 10, 1, "11111111"),
  ];
  for (const [n, key] of keys.entries()) await records.write("run", key, [{ id: `a-${n}`, archived: null }]);
  await records.write("run", page("teamsUsage", 0, 1, "11111111"), [{ id: "a-usage" } as never]);
  await records.write("run-2", page("teams", 0, 1, "11111111"), [{ id: "a-other", archived: null }]);
  for (const [n, key] of keys.entries())
    expect(await records.readShard("run", "a", [key], ["teams"])).toEqual({ teams: [{ id: `a-${n}`, archived: null }] });
  expect(await records.readShard("run", "a", keys, ["teamsUsage", "groups"])).toEqual({});
  expect(await records.readShard("run", "a", [], ["teams"])).toEqual({});
  expect(await records.readShard("run", "b", keys, ["teams"])).toEqual({});
});

test("ids that are no GUID have a shard too, and come back letter for letter", async () => {
  const { records } = azurite.store;
  const ids = ["", "zebra", "Ärger", "🙂", "/\\#?%", 'it\'s "so"', "\u0000\u001f\u007f\u0085", "ABC", "\ud800 alone"];
  await records.write(
    "ids",
    page("teams"),
    ids.map((id) => ({ id, archived: true })),
  );
  const found: string[] = [];
  for (const shard of SHARDS) {
    const { teams = [] } = await records.readShard("ids", shard, [page("teams")], ["teams"]);
    found.push(...teams.map(({ id }) => id));
  }
  expect(found.toSorted()).toEqual(ids.toSorted());
});

test("a run's records are deleted in every shard, more than fit one transaction, and no other run's", async () => {
  const { records } = azurite.store;
  for (let number = 0; number < 130; number++)
    await records.write("gone", page("teams", 0, number), [
      { id: "a", archived: null },
      { id: "b", archived: null },
    ]);
  await records.write("gone-not", page("teams"), [{ id: "a", archived: null }]);
  expect((await rowKeys("gone_a")).length).toBe(130);
  // Two that delete at once: what one finds gone already is no failure.
  await Promise.all([records.deleteRun("gone"), records.deleteRun("gone")]);
  expect([await rowKeys("gone_a"), await rowKeys("gone_b")]).toEqual([[], []]);
  expect((await rowKeys("gone-not_a")).length).toBe(1);
  await records.deleteRun("gone");
});
