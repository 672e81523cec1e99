import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { ACTIVITIES } from "../../src/activities";
import type { OutputFile } from "../../src/model/report";
import { FORMATS } from "../../src/model/formats";
import { SHARDS } from "../../src/model/keys";
import { openWorld, type World } from "../integration/world";
import { collectAll, planRun } from "./held-run";

/**
 * A message whose visibility could not be renewed in time is delivered again while its first delivery still works on it: the
 * same activity twice at the same moment, in two processes.
 */
let world: World;
let runId: string;

beforeAll(async () => {
  world = await openWorld({ groups: 400 });
  runId = await planRun(world);
  for (const source of ["groups", "groupsUsage", "teamsUsage", "owners", "siteUsage"] as const)
    await collectAll(world.services, { runId, source, epoch: 0, page: 0 });
  await ACTIVITIES.assess(world.services, { runId });
});
afterAll(() => world.close());

const COPIES = [0, 1, 2];
const digest = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** All that the judges write: the shards' lines, and the table's rows. */
async function judged(): Promise<{ lines: number; digest: string }> {
  const lines: string[] = [];
  for (const shard of SHARDS)
    for await (const group of world.services.store.files.readShard(runId, shard)) lines.push(JSON.stringify(group));
  return { lines: lines.length, digest: digest(lines.join("\n")) };
}

async function output(format: (typeof FORMATS)[number]): Promise<string> {
  const body = (await world.services.store.files.openOutput(runId, format))?.body;
  return digest(body ? await buffer(body) : "");
}

test("three deliveries of every judge at once: each ends, and the rows are those of one", async () => {
  await Promise.all(SHARDS.map((shard) => ACTIVITIES.judge(world.services, { runId, shard })));
  const once = await judged();
  expect(once.lines).toBe(400);
  for (const shard of SHARDS) {
    const outcomes = await Promise.all(COPIES.map(() => ACTIVITIES.judge(world.services, { runId, shard })));
    expect(new Set(outcomes.map(({ rows }) => rows)).size).toBe(1);
  }
  expect(await judged()).toEqual(once);
});

test("three deliveries of every publish at once: each tells the same sum, and it is that of the stored file", async () => {
  await ACTIVITIES.summarise(world.services, { runId });
  for (const format of FORMATS) {
    const alone = await ACTIVITIES.publish(world.services, { runId, format });
    const stored = await output(format);
    const outcomes: OutputFile[] = await Promise.all(COPIES.map(() => ACTIVITIES.publish(world.services, { runId, format })));
    expect(outcomes).toEqual(COPIES.map(() => alone));
    expect(await output(format)).toBe(stored);
  }
});

test("what a killed host was at is delivered again after a minute: the least that the extension takes for its control queues", () => {
  const { extensions } = JSON.parse(readFileSync(path.join(__dirname, "../../host.json"), "utf8")) as {
    extensions: { durableTask: { storageProvider: Record<string, unknown> } };
  };
  // Below a minute AzureStorageOptions.Validate throws, and no host starts.
  expect(extensions.durableTask.storageProvider).toMatchObject({
    controlQueueVisibilityTimeout: "00:01:00",
    workItemQueueVisibilityTimeout: "00:01:00",
  });
});
