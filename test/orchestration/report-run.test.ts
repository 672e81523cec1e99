import type { FinishInput, PageInput } from "../../src/orchestration/activities";
import { drive, type Script } from "./scripted-run";

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

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

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
  await Promise.all(
    SEEDS.map(async (seed) => {
      const finished: FinishInput[] = [];
      const { log } = await drive("reportRun", { runId: "r" }, script(change, finished), seed);
      expect(finished).toEqual([{ runId: "r", how, outputs: [] }]);
      expect(log.filter((line) => line.startsWith("> publish"))).toEqual([]);
      // Task.all fails fast: another activity may still be under way, but none begins after finish.
      expect(log.findLast((line) => line.startsWith(">"))).toMatch(/^> finish/);
    }),
  );
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
