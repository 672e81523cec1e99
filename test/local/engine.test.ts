import { createEmbeddedEngine } from "../../src/local/engine";
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

test("the text of a failure is the host's, and may be told apart by nobody", async () => {
  const tell = (name: string, orchestrator: boolean) =>
    run(
      function* (df) {
        try {
          return yield orchestrator ? df.callSubOrchestrator(name, null) : df.callActivity(name, null);
        } catch (error) {
          return (error as Error).message;
        }
      },
      {
        fail: async () => {
          throw new Error("no");
        },
        failAtOnce: () => {
          throw new Error("no");
        },
      },
      {
        // oxlint-disable-next-line require-yield
        *fail() {
          throw new Error("no");
        },
      },
    );
  expect(await tell("fail", false)).toBe("Activity function 'fail' failed: no");
  expect(await tell("failAtOnce", false)).toBe("Activity function 'failAtOnce' failed: no");
  expect(await tell("fail", true)).toBe("Orchestrator function 'fail' failed: no");
  expect(await tell("none", true)).toMatch(/no orchestrator none/);
});

test("what goes to an activity and comes back is JSON: nothing is shared, and nothing else gets through", async () => {
  const seen: unknown[] = [];
  const given = { when: new Date(0), none: undefined, list: [1] };
  const output = await run(
    function* (df) {
      const first: unknown = yield df.callActivity("keep", given);
      given.list.push(2);
      const sub: unknown = yield df.callSubOrchestrator("sub", given);
      return { first, sub, none: undefined };
    },
    {
      keep: async (input: never) => {
        seen.push(input);
        return undefined;
      },
    },
    {
      // oxlint-disable-next-line require-yield
      *sub(df) {
        return df.getInput();
      },
    },
  );
  expect(seen).toEqual([{ when: "1970-01-01T00:00:00.000Z", list: [1] }]);
  expect(output).toEqual({ first: null, sub: { when: "1970-01-01T00:00:00.000Z", list: [1, 2] } });
  expect(Object.keys(output as object)).toEqual(["first", "sub"]);
});

test("of tasks side by side the first failure is told at once, the others go on; an empty list throws", async () => {
  let isDone = false;
  let letGo = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const activities = {
    fail: async () => {
      throw new Error("no");
    },
    slow: async () => {
      await gate;
      isDone = true;
    },
  };
  const output = await run(function* (df) {
    try {
      yield df.Task.all([df.callActivity("slow", null), df.callActivity("fail", null)]);
    } catch {
      const wasDone = isDone;
      letGo();
      try {
        yield df.Task.all([]);
      } catch {
        return wasDone;
      }
    }
    return "nothing was thrown";
  }, activities);
  expect(output).toBe(false);
});

test("a stop lets what has begun come to its end and begins nothing more, and its run is told of it", async () => {
  const log: string[] = [];
  let letGo = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let tell = () => undefined as void;
  const begun = new Promise<void>((resolve) => (tell = resolve));
  const script: Script = function* (df) {
    yield df.Task.all(Array.from({ length: 20 }, (_, n) => df.callActivity("work", n)));
    yield df.callActivity("work", "after");
    return null;
  };
  const work = async (n: never) => {
    log.push(`> ${String(n)}`);
    if (log.length === 16) tell();
    await gate;
    log.push(`< ${String(n)}`);
  };
  const engine = createEmbeddedEngine({ reportRun: script }, { work });
  await engine.start("run-1");
  const output = engine.finished("run-1").catch((error: unknown) => (error as Error).message);
  await begun;
  const stopped = engine.stop();
  letGo();
  await stopped;
  expect(log.length).toBe(32);
  expect(await output).toBe("The engine was stopped before the run had ended.");
  await new Promise((resolve) => setImmediate(resolve));
  expect(log.length).toBe(32);
});

test("after a stop no timer is left that would hold the process", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  let tell = () => undefined as void;
  const asleep = new Promise<void>((resolve) => (tell = resolve));
  const engine = createEmbeddedEngine(
    {
      *reportRun(df) {
        const timer = df.createTimer(new Date(Date.now() + 3_600_000));
        tell();
        yield timer;
        return null;
      },
    },
    {},
  );
  await engine.start("run-1");
  await asleep;
  expect(timers()).toBe(before + 1);
  await engine.stop();
  expect(timers()).toBe(before);
});

test("a run of this engine is gone once its orchestrator has ended, not while it is starting; one of a stopped engine is", async () => {
  let letGo = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const script: Script = function* (df) {
    yield df.callActivity("wait", null);
    throw new Error("broken");
  };
  const engine = createEmbeddedEngine({ reportRun: script }, { wait: () => gate });
  const lock = { runId: "run-1", holder: engine.holder, heartbeat: new Date().toISOString() };
  expect(await engine.isGone(lock)).toBe(false);
  await engine.start("run-1");
  expect(await engine.isGone(lock)).toBe(false);
  letGo();
  await expect(engine.finished("run-1")).rejects.toThrow("broken");
  expect(await engine.isGone(lock)).toBe(true);
  await engine.stop();
  const another = createEmbeddedEngine({}, {});
  expect(await another.isGone({ ...lock, runId: "run-2" })).toBe(true);
});

test("an orchestrator that throws ends as failed", async () => {
  await expect(
    run(function* (df) {
      yield df.createTimer(new Date(new Date(df.currentUtcDateTime).getTime() + 1));
      throw new Error("broken");
    }),
  ).rejects.toThrow("broken");
});
