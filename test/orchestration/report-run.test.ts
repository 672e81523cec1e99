import type { FinishInput, PageInput } from "../../src/orchestration/activities";
import { drive, type Script } from "./drive";

const PHASES = [["groups", "groupsUsage", "teamsUsage"], ["owners", "siteUsage"], ["sites"]];

/** A run in which all goes well, but for what the test changes. */
function script(change: Partial<Record<string, (input: never) => unknown>> = {}, finished: FinishInput[] = []): Script {
  const usual: Record<string, (input: never) => unknown> = {
    plan: () => ({ cancelled: false, phases: PHASES, patience: [1, 2] }),
    collectPage: ({ page, epoch }: PageInput) => (page < 2 ? { kind: "page", epoch, page: page + 1 } : { kind: "end" }),
    failSource: () => null,
    assess: () => ({ publishable: true }),
    judge: () => ({ rows: 1 }),
    summarise: () => ({ rows: 16 }),
    publish: ({ format }: { format: string }) => ({ name: `report.${format}`, bytes: 1, sha256: "x" }),
    finish: (input: FinishInput) => {
      finished.push(input);
      return { status: input.how === "publish" ? "Completed" : "Failed" };
    },
  };
  return (name, input) => ({ ...usual, ...change })[name]?.(input);
}

const SEEDS = Array.from({ length: 40 }, (_, n) => n + 1);

test.each(SEEDS)("in any order of completions the phases follow each other, and finish is the last (seed %i)", async (seed) => {
  const finished: FinishInput[] = [];
  const { log, output } = await drive("reportRun", { runId: "r" }, script({}, finished), seed);
  expect(output).toBe("Completed");
  const at = (line: string) => log.indexOf(line);
  const last = (start: string) => log.findLastIndex((line) => line.startsWith(start));
  for (const [before, after] of [
    [0, 1],
    [1, 2],
  ] as const) {
    const ends = Math.max(...(PHASES[before] ?? []).map((name) => last(`< collectPage ${name}`)));
    expect(Math.min(...(PHASES[after] ?? []).map((name) => at(`> collectPage ${name} 0 0`)))).toBeGreaterThan(ends);
  }
  // At most two judges at a time, every shard once.
  let judging = 0;
  for (const line of log.filter((one) => one.includes(" judge "))) {
    judging += line.startsWith(">") ? 1 : -1;
    expect(judging).toBeLessThanOrEqual(2);
  }
  expect(log.filter((line) => line.startsWith("> judge")).toSorted()).toEqual(
    [..."0123456789abcdef"].map((shard) => `> judge ${shard}`),
  );
  expect(at("< summarise")).toBeLessThan(at("> publish json"));
  expect(finished).toEqual([
    {
      runId: "r",
      how: "publish",
      outputs: ["json", "csv", "xlsx", "html"].map((format) => ({ name: `report.${format}`, bytes: 1, sha256: "x" })),
    },
  ]);
  expect(log.at(-1)).toMatch(/^< finish/);
});

test.each<[string, Partial<Record<string, (input: never) => unknown>>, FinishInput["how"]]>([
  ["a run that is cancelled before it begins", { plan: () => ({ cancelled: true, phases: [], patience: [] }) }, "cancelled"],
  [
    "a source that is cancelled",
    { collectPage: ({ source }: PageInput) => ({ kind: source === "teamsUsage" ? "cancelled" : "end" }) },
    "cancelled",
  ],
  [
    "a Graph that is out of reach",
    { collectPage: ({ source }: PageInput) => ({ kind: source === "groupsUsage" ? "unreachable" : "end" }) },
    "unreachable",
  ],
  ["groups that could not be listed", { assess: () => ({ publishable: false }) }, "notCollected"],
  [
    "an activity that always throws",
    {
      judge: () => {
        throw new Error("broken");
      },
    },
    "broken",
  ],
  [
    "a plan that always throws",
    {
      plan: () => {
        throw new Error("broken");
      },
    },
    "broken",
  ],
])("%s ends by finish, once, and publishes nothing", async (_case, change, how) => {
  for (const seed of SEEDS.slice(0, 10)) {
    const finished: FinishInput[] = [];
    const { log } = await drive("reportRun", { runId: "r" }, script(change, finished), seed);
    expect(finished).toEqual([{ runId: "r", how, outputs: [] }]);
    expect(log.filter((line) => line.startsWith("> publish"))).toEqual([]);
    // Task.all fails fast: another activity may still be under way, but none begins after finish.
    expect(log.findLast((line) => line.startsWith(">"))).toMatch(/^> finish/);
  }
});

test("an activity that throws a few times is called again, and the run is published", async () => {
  let throws = 3;
  const judge = () => {
    if (throws-- > 0) throw new Error("storage did not answer");
    return { rows: 1 };
  };
  const { output, timers } = await drive("reportRun", { runId: "r" }, script({ judge }));
  expect(output).toBe("Completed");
  expect(timers.length).toBeGreaterThan(0);
});
