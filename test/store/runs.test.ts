import type { ReportRow } from "../../src/model/report";
import { newRunId } from "../../src/model/keys";
import type { Latest } from "../../src/store/files";
import { type AzuriteStore, openStore } from "./azurite-store";

let azurite: AzuriteStore;
beforeAll(async () => {
  azurite = await openStore();
});
afterAll(() => azurite.stop());

const nobodyGone = async () => false;

test("of twelve that take the lock at once exactly one has it, and the others are told who", async () => {
  const { runs } = azurite.store;
  const ids = Array.from({ length: 12 }, (_, n) => `run-${n}`);
  const taken = await Promise.allSettled(ids.map((id) => runs.takeLock(id, "host:1", nobodyGone)));
  const winner = ids.filter((_, n) => taken[n]?.status === "fulfilled");
  expect(winner.length).toBe(1);
  for (const one of taken)
    if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "run-in-progress", runId: winner[0] });
  await runs.releaseLock("somebody-else");
  expect((await runs.readLock())?.runId).toBe(winner[0]);
  await runs.releaseLock(winner[0] as string);
  expect(await runs.readLock()).toBeUndefined();
});

test("a lock is taken over from a run that is gone, by one of those who try, and the old run's heartbeat does nothing", async () => {
  const { runs } = azurite.store;
  await runs.takeLock("old", "host:1", nobodyGone);
  await expect(runs.takeLock("new", "host:2", nobodyGone)).rejects.toMatchObject({ runId: "old" });
  const ids = Array.from({ length: 6 }, (_, n) => `new-${n}`);
  const taken = await Promise.allSettled(ids.map((id) => runs.takeLock(id, "host:2", async (lock) => lock.runId === "old")));
  expect(taken.filter(({ status }) => status === "fulfilled").length).toBe(1);
  const before = await runs.readLock();
  await runs.heartbeat("old");
  expect(await runs.readLock()).toEqual(before);
  await runs.releaseLock("old");
  expect(await runs.readLock()).toEqual(before);
  await runs.heartbeat(before?.runId ?? "");
  expect((await runs.readLock())?.etag).not.toBe(before?.etag);
});

test("runs are listed newest first, ended, cancelled and reopened", async () => {
  const { runs } = azurite.store;
  const plan = { features: [], thresholds: {} as never, deadline: "2026-11-23T08:00:00Z", previousRunId: null, tenantId: null };
  const ids = [1, 2, 3].map((day) => newRunId(new Date(`2026-11-0${day}T02:00:00Z`)));
  for (const id of ids) await runs.insert(id, "2026-11-01T02:00:00Z", plan);
  expect((await runs.list()).map(({ runId }) => runId)).toEqual(ids.toReversed());
  const [id = ""] = ids;
  await runs.requestCancel(id);
  await runs.end(id, "Failed", "2026-11-01T03:00:00Z", { message: "No answer.", canResume: true });
  expect(await runs.get(id)).toMatchObject({ status: "Failed", cancelRequested: true, message: "No answer.", canResume: true });
  await runs.reopen(id, "2026-11-02T08:00:00Z");
  expect(await runs.get(id)).toMatchObject({
    status: "Running",
    message: null,
    finishedAt: null,
    canResume: false,
    deadline: "2026-11-02T08:00:00Z",
  });
});

test("latest.json names the newest, whoever writes last", async () => {
  const { files } = azurite.store;
  const latest = (n: number): Latest => ({
    runId: `2026110${n}T020000Z-000000`,
    startedAt: "",
    finishedAt: "",
    status: "Completed",
    groups: n,
  });
  await Promise.all([3, 1, 5, 2, 4].map((n) => files.writeLatest(latest(n))));
  expect(await files.readLatest()).toEqual(latest(5));
  await files.writeLatest(latest(2));
  expect(await files.readLatest()).toEqual(latest(5));
});

test("the table Groups holds a shard's rows of the newest run and no others", async () => {
  const { groups } = azurite.store;
  const row = (n: number, runId: string) =>
    ({
      id: `a-${n}`,
      displayName: `Group ${n}`,
      owners: [{ id: "o", displayName: "An", mail: null }],
      warnings: ["team-quiet"],
      description: "x".repeat(40_000),
      members: n,
      archived: null,
      runId,
    }) as unknown as ReportRow;
  await groups.replaceShard(
    "a",
    "one",
    Array.from({ length: 250 }, (_, n) => row(n, "one")),
  );
  await groups.replaceShard("b", "one", [row(999, "one")]);
  await groups.replaceShard(
    "a",
    "two",
    Array.from({ length: 20 }, (_, n) => row(n, "two")),
  );
  const found: Record<string, unknown>[] = [];
  for await (const entity of azurite.connection.tables.groups.listEntities()) found.push(entity);
  expect(found.length).toBe(21);
  expect(found.find(({ rowKey }) => rowKey === "a-7")).toMatchObject({
    displayName: "Group 7",
    owners: "An",
    warnings: "team-quiet",
    members: 7,
    runId: "two",
  });
  expect(found.every((entity) => !("archived" in entity))).toBe(true);
});
