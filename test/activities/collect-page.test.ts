import { ACTIVITIES } from "../../src/activities";
import { readProgress } from "../../src/runs/progress";
import { startRun } from "../../src/runs/start-run";
import { defaultSwitches } from "../../simulator";
import { committedPages, type FencedCursor } from "../../src/store/cursors";
import { openWorld, type World } from "../integration/world";
import { collectAll, holdNextAnswer, planRun, readRecords } from "./held-run";

/** One page, asked for early, late, twice, and by many at once. */
let world: World;
let runId: string;

beforeAll(async () => {
  world = await openWorld({ groups: 2500, switches: { shortPages: true } });
});
afterAll(() => world.close());
beforeEach(async () => {
  runId = await planRun(world);
});
afterEach(async () => {
  Object.assign(world.simulator.switches, defaultSwitches(), { shortPages: true });
  await ACTIVITIES.finish(world.services, { runId, how: "cancelled", outputs: [] });
});

const collect = (epoch: number, page: number, services = world.services) =>
  ACTIVITIES.collectPage(services, { runId, source: "groups", epoch, page });
const cursor = async () => (await world.services.store.cursors.read(runId, "groups")) as FencedCursor;
const graphRequests = () => world.simulator.requests.filter(({ host }) => host === "graph").length;
const ids = (records: { id: string }[]) => records.map(({ id }) => id).toSorted();
const everyGroup = () => ids(world.simulator.tenant.groups);

test("a page that is past already tells where the source stands, and asks Graph for nothing", async () => {
  expect(await collect(0, 0)).toEqual({ kind: "page", epoch: 0, page: 1 });
  expect(await collect(0, 1)).toEqual({ kind: "page", epoch: 0, page: 2 });
  const [asked, before] = [world.simulator.requests.length, await cursor()];
  for (const page of [0, 1, 0]) expect(await collect(0, page)).toEqual({ kind: "page", epoch: 0, page: 2 });
  expect(world.simulator.requests.length).toBe(asked);
  expect(await cursor()).toEqual(before);
  const end = await collectAll(world.services, { runId, source: "groups", epoch: 0, page: 2 });
  expect(end.at(-1)).toEqual({ kind: "end" });
  const atEnd = world.simulator.requests.length;
  expect(await collect(0, 2)).toEqual({ kind: "end" });
  expect(world.simulator.requests.length).toBe(atEnd);
});

test("of eight calls of one page at once one counts, and all are told the same next page", async () => {
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => collect(0, 0)));
  expect(outcomes).toEqual(Array.from({ length: 8 }, () => ({ kind: "page", epoch: 0, page: 1 })));
  expect(committedPages(await world.services.store.cursors.list(runId)).length).toBe(1);
  await collectAll(world.services, { runId, source: "groups", epoch: 0, page: 1 });
  expect(ids(await readRecords(world.services, runId, "groups"))).toEqual(everyGroup());
});

test("a page that was begun before its list started anew, and ends after it, changes nothing", async () => {
  expect(await collect(0, 0)).toEqual({ kind: "page", epoch: 0, page: 1 });
  const held = holdNextAnswer(world.services);
  const late = collect(0, 1, held.services);
  await held.asked;

  world.simulator.switches.expiredPageToken = { afterPages: 1, mode: "always", list: "/groups" };
  expect(await collect(0, 1)).toEqual({ kind: "page", epoch: 1, page: 0 });
  world.simulator.switches.expiredPageToken = null;
  // The list that is read anew is another: a group of the first epoch's pages has gone meanwhile.
  const { tenant } = world.simulator;
  world.simulator.tenant = { ...tenant, groups: tenant.groups.slice(1) };
  expect(await collect(1, 0)).toEqual({ kind: "page", epoch: 1, page: 1 });
  const before = await cursor();
  held.letGo();
  expect(await late).toEqual({ kind: "page", epoch: 1, page: 1 });
  expect(await cursor()).toEqual(before);

  expect((await collectAll(world.services, { runId, source: "groups", epoch: 1, page: 1 })).at(-1)).toEqual({ kind: "end" });
  expect((await cursor()).state).toBe("complete");
  expect(ids(await readRecords(world.services, runId, "groups"))).toEqual(ids(tenant.groups.slice(1)));
  world.simulator.tenant = tenant;
});

test("a list whose page token expires again and again is given up after three beginnings", async () => {
  world.simulator.switches.expiredPageToken = { afterPages: 1, mode: "always", list: "/groups" };
  const outcomes = await collectAll(world.services, { runId, source: "groups", epoch: 0, page: 0 });
  expect(outcomes.map((outcome) => ("epoch" in outcome ? `${outcome.epoch}.${outcome.page}` : outcome.kind))).toEqual([
    "0.1",
    "1.0",
    "1.1",
    "2.0",
    "2.1",
    "end",
  ]);
  expect((await cursor()).state).toBe("failed");
});

test("a page whose wait has not passed asks Graph for nothing, and once it has passed goes on", async () => {
  world.simulator.switches.failures = [{ fault: "throttle429", probability: 1, times: 1 }];
  world.simulator.switches.retryAfterSeconds = 90;
  const outcome = await collect(0, 0);
  const until = (outcome as { until: string }).until;
  expect(outcome).toEqual({ kind: "wait", epoch: 0, page: 0, until });
  expect(Math.round((Date.parse(until) - Date.now()) / 10_000)).toBe(9);
  const asked = world.simulator.requests.length;
  expect(await collect(0, 0)).toEqual(outcome);
  const [groups] = await readProgress(world.services.store, runId);
  expect(groups).toMatchObject({ state: "reading", waitingUntil: until, rows: 0, pages: 0, requests: 1 });
  expect(world.simulator.requests.length).toBe(asked);
  const later = { ...world.services, now: () => Date.parse(until) + 1 };
  expect(await collect(0, 0, later)).toEqual({ kind: "page", epoch: 0, page: 1 });
  expect(await cursor()).toMatchObject({ notBefore: null, message: null });
});

test("a wait beyond the run's deadline gives the source up, without asking Graph", async () => {
  const notBefore = new Date(Date.now() + 9 * 3_600_000).toISOString();
  await world.services.store.cursors.move(runId, await cursor(), { notBefore });
  const asked = world.simulator.requests.length;
  expect(await collect(0, 0)).toEqual({ kind: "end" });
  expect(await cursor()).toMatchObject({ state: "failed", message: expect.stringContaining("deadline") });
  expect(world.simulator.requests.length).toBe(asked);
});

test("the pages of a run that was cancelled, has ended or never was ask Graph for nothing and write nothing", async () => {
  const { store } = world.services;
  const before = await cursor();
  const asked = world.simulator.requests.length;
  await ACTIVITIES.finish(world.services, { runId, how: "broken", outputs: [] });
  expect(await collect(0, 0)).toEqual({ kind: "cancelled" });
  await store.runs.reopen(runId, new Date(Date.now() + 3_600_000).toISOString());
  await store.runs.requestCancel(runId);
  expect(await collect(0, 0)).toEqual({ kind: "cancelled" });
  expect(await collectAll(world.services, { runId: "20200101T000000Z-000000", source: "groups", epoch: 0, page: 0 })).toEqual([
    { kind: "cancelled" },
  ]);
  expect([world.simulator.requests.length, await cursor()]).toEqual([asked, before]);
});

test("a cancel that comes while Graph is asked ends the page without its answer, and it does not count", async () => {
  world.simulator.switches.hold = /\/groups/;
  const page = collect(0, 0);
  await world.services.store.runs.requestCancel(runId);
  expect(await page).toEqual({ kind: "cancelled" });
  expect(committedPages(await world.services.store.cursors.list(runId))).toEqual([]);
});

test("a cancel that comes while the tenant's name is asked for ends the plan without its answer", async () => {
  const { store } = world.services;
  await ACTIVITIES.finish(world.services, { runId, how: "cancelled", outputs: [] });
  world.simulator.switches.hold = /./;
  const { runId: next } = await startRun(world.services, { ...world.engine, start: async () => undefined });
  const plan = ACTIVITIES.plan(world.services, { runId: next });
  await store.runs.requestCancel(next);
  expect(await plan).toMatchObject({ cancelled: true });
  await ACTIVITIES.finish(world.services, { runId: next, how: "cancelled", outputs: [] });
});

test("the run's deadline ends a page that is being read; its source is failed, and the requests are counted", async () => {
  world.simulator.switches.hold = /\/groups/;
  let hours = 0;
  const page = collect(0, 0, { ...world.services, now: () => Date.now() + hours * 3_600_000 });
  while (world.simulator.requests.at(-1)?.status !== 0) await new Promise(setImmediate);
  hours = 7;
  expect(await page).toEqual({ kind: "end" });
  expect(await cursor()).toMatchObject({ state: "failed", message: expect.stringContaining("RUN_DEADLINE_HOURS") });
  const { markers } = await world.services.store.cursors.list(runId);
  expect(markers.map(({ committed, meter }) => [committed, meter.requests])).toEqual([[false, 1]]);
});

test("rows and pages are those of the tries that count, requests those of the failed ones too", async () => {
  const before = graphRequests();
  const held = holdNextAnswer(world.services);
  const late = collect(0, 0, held.services);
  await held.asked;
  world.simulator.switches.failures = [{ fault: "throttle429", probability: 1, times: 1 }];
  world.simulator.switches.retryAfterSeconds = 11;
  expect((await collect(0, 0)).kind).toBe("wait");
  const later = { ...world.services, now: () => Date.now() + 12_000 };
  const pages = (await collectAll(later, { runId, source: "groups", epoch: 0, page: 0 })).length;
  const counted = graphRequests() - before;
  const [groups] = await readProgress(world.services.store, runId);
  // The try that is held back has made one request, and has not told of it yet.
  expect(groups).toMatchObject({ state: "complete", rows: 2500, expected: 2500, pages, requests: counted - 1 });
  held.letGo();
  expect(await late).toEqual({ kind: "end" });
  expect((await readProgress(world.services.store, runId))[0]).toEqual(groups);
});
