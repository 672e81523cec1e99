import { createEmbeddedEngine } from "../../src/embedded/engine";
import type { Durable, DurableTask } from "../../src/orchestration/durable";

type Script = (df: Durable) => Generator<DurableTask, unknown, never>;

/** Runs one orchestrator, under the name that the engine starts, to its end. */
async function run(
  script: Script,
  activities: Record<string, (input: never) => Promise<unknown>> = {},
  others: Record<string, Script> = {},
): Promise<unknown> {
  const engine = createEmbeddedEngine({ reportRun: script, ...others }, activities);
  try {
    await engine.start("run-1");
    return await engine.finished("run-1");
  } finally {
    await engine.stop();
  }
}

test("activities run side by side, at most sixteen at once, and give their results in order", async () => {
  let running = 0;
  let most = 0;
  const activities = {
    work: async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20 - (n % 7)));
      running--;
      return n * 2;
    },
  };
  const output = await run(function* (df) {
    return yield df.Task.all(Array.from({ length: 40 }, (_, n) => df.callActivity("work", n)));
  }, activities);
  expect(output).toEqual(Array.from({ length: 40 }, (_, n) => n * 2));
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(16);
});

test("timers in a row each last as long as they say: the orchestrator's clock goes on", async () => {
  const started = Date.now();
  await run(function* (df) {
    for (let n = 0; n < 3; n++) yield df.createTimer(new Date(new Date(df.currentUtcDateTime).getTime() + 200));
    return null;
  });
  expect(Date.now() - started).toBeGreaterThanOrEqual(590);
});

test("a failed activity is thrown into the orchestrator, which may go on", async () => {
  const activities = {
    fail: async () => {
      throw new Error("no");
    },
    work: async () => "done",
  };
  const output = await run(function* (df) {
    try {
      yield df.callActivity("fail", null);
    } catch {
      return yield df.callActivity("work", null);
    }
    return "not thrown";
  }, activities);
  expect(output).toBe("done");
});

test("a sub-orchestration that starts anew is waited for to its true end", async () => {
  const output = await run(
    function* (df) {
      return yield df.Task.all([df.callSubOrchestrator("count", { n: 0 }), df.callSubOrchestrator("count", { n: 3 })]);
    },
    { add: async (n: number) => n + 1 },
    {
      *count(df) {
        const n: number = yield df.callActivity("add", df.getInput<{ n: number }>().n);
        if (n < 5) {
          df.continueAsNew({ n });
          return "again";
        }
        return n;
      },
    },
  );
  expect(output).toEqual([5, 5]);
});

test("an orchestrator that throws ends as failed", async () => {
  await expect(
    run(function* (df) {
      yield df.createTimer(new Date(new Date(df.currentUtcDateTime).getTime() + 1));
      throw new Error("broken");
    }),
  ).rejects.toThrow("broken");
});
