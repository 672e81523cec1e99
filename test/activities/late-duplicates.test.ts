import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { ACTIVITIES } from "../../src/activities";
import type { Summary } from "../../src/model/report";
import { FORMATS } from "../../src/model/formats";
import { SHARDS } from "../../src/model/keys";
import { makeReport, openWorld, type World } from "../integration/world";

/** The host delivers an activity at least once: a second time it may come when the run has long been published. */
let world: World;
let runId: string;
let summary: Summary;

beforeAll(async () => {
  world = await openWorld({ groups: 150 });
  ({ runId, summary } = await makeReport(world));
});
afterAll(() => world.close());

/** All that readers of the report can see. */
async function published(): Promise<Record<string, unknown>> {
  const { files, runs, cursors } = world.services.store;
  const outputs: Record<string, string> = {};
  for (const format of FORMATS) {
    const body = (await files.openOutput(runId, format))?.body;
    outputs[format] = createHash("sha256")
      .update(body ? await buffer(body) : "")
      .digest("hex");
  }
  const shards: Record<string, number> = {};
  for (const shard of SHARDS) {
    shards[shard] = 0;
    for await (const _judged of files.readShard(runId, shard)) shards[shard]++;
  }
  return {
    run: await runs.get(runId),
    summary: await files.readSummary(runId),
    latest: await files.readLatest(),
    lock: await runs.readLock(),
    sources: (await cursors.list(runId)).cursors,
    outputs,
    shards,
  };
}

const calls: Record<string, () => Promise<unknown>> = {
  plan: () => ACTIVITIES.plan(world.services, { runId }),
  collectPage: () => ACTIVITIES.collectPage(world.services, { runId, source: "groups", epoch: 0, page: 0 }),
  failSource: () => ACTIVITIES.failSource(world.services, { runId, source: "groups" }),
  publish: () => Promise.all(FORMATS.map((format) => ACTIVITIES.publish(world.services, { runId, format }))),
  finish: () => ACTIVITIES.finish(world.services, { runId, how: "publish", outputs: summary.outputs }),
  "finish as broken": () => ACTIVITIES.finish(world.services, { runId, how: "broken", outputs: [] }),
  assess: () => ACTIVITIES.assess(world.services, { runId }),
  summarise: () => ACTIVITIES.summarise(world.services, { runId }),
  judge: () => Promise.all(SHARDS.map((shard) => ACTIVITIES.judge(world.services, { runId, shard }))),
};

async function expectNoChange(name: string): Promise<void> {
  const before = await published();
  expect(before["run"]).toMatchObject({ status: "Completed" });
  await calls[name]?.();
  expect(await published()).toEqual(before);
}

test.each(Object.keys(calls))("%s, when it comes again after the run has been published, changes nothing", expectNoChange);
