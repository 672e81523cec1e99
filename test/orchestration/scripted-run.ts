import type { OrchestrationHandler } from "durable-functions";
import type { FinishInput, PageInput, PageOutcome, PlanOutcome } from "../../src/orchestration/activities";
import { collectSource } from "../../src/orchestration/collect-source";
import type { Durable, Orchestrator } from "../../src/orchestration/durable";
import { reportRun } from "../../src/orchestration/report-run";
import type { SourceName } from "../../src/model/records";
import { ACTION, DurableHost, type Handler } from "../functions/durable-host";

export const ORCHESTRATORS: Record<string, Orchestrator<unknown>> = { reportRun, collectSource };

const { createOrchestrator } = jest.requireActual<{ createOrchestrator: (handler: OrchestrationHandler) => Handler }>(
  "durable-functions/lib/src/util/testingUtils",
);

/** An orchestrator as durable-functions registers it. */
export function asHandler(orchestrator: Orchestrator<unknown>): Handler {
  return createOrchestrator(function* (context) {
    return yield* orchestrator(context.df as unknown as Durable) as Generator<never, unknown, unknown>;
  });
}

/** What the stand-in of the Functions host calls: our orchestrators, and the activities given. */
export function functionsOf(activities: ScriptedRun["activities"]): Map<string, Handler> {
  const functions = new Map(Object.entries(activities) as unknown as [string, Handler][]);
  for (const [name, orchestrator] of Object.entries(ORCHESTRATORS)) functions.set(name, asHandler(orchestrator));
  return functions;
}

export interface Driven {
  output: unknown;
  /** Every activity in the order in which they began and ended. */
  log: string[];
  /** Seconds of every timer. */
  timers: number[];
  /** How many histories the instance had, one after another. */
  histories: number;
}

export type Script = (name: string, input: never) => unknown;

/** Carries one orchestrator to its end under durable-functions' own replay, with activities that a script answers; waits pass at once. */
export async function drive(name: string, input: unknown, script: Script, seed = 1): Promise<Driven> {
  const driven: Driven = { output: undefined, log: [], timers: [], histories: 1 };
  const random = dice(seed);
  const names = ["plan", "collectPage", "stillGoing", "failSource", "assess", "judge", "summarise", "publish", "finish"];
  const activities = names.map((activity) => [
    activity,
    async (value: object) => {
      const label = [activity, ...Object.values(value).slice(1)].join(" ");
      driven.log.push(`> ${label}`);
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
      driven.log.push(`< ${label}`);
      return script(activity, value as never);
    },
  ]);
  const shorten = (milliseconds: number) => {
    driven.timers.push(Math.round(milliseconds / 1000));
    return Math.min(milliseconds, 5);
  };
  const host = new DurableHost(
    functionsOf(Object.fromEntries(activities) as never),
    random,
    shorten,
    ({ id }, _trigger, state) => {
      if (id === "driven" && state.actions.flat().some(({ actionType }) => actionType === ACTION.continueAsNew))
        driven.histories++;
    },
  );
  host.start(name, "driven", input);
  const { status, output } = await host.finished("driven");
  if (status === "Failed") throw new Error(String(output));
  return { ...driven, output };
}

/** The other side of the orchestrators: activities that answer by a seeded plan, take a random while, and keep a log. */
export type How = FinishInput["how"];

export interface ScriptedRun {
  activities: Record<string, (input: never) => Promise<unknown>>;
  /** Throws where the orchestrators did anything out of order; to be called once the run has ended. */
  check: () => void;
}

const SHARDS = [..."0123456789abcdef"];
const FORMATS = ["json", "csv", "xlsx", "html"];
const PHASES: SourceName[][] = [
  ["groups", "groupsUsage", "teamsUsage", "users"],
  ["owners", "siteUsage", "teams"],
  [],
  ["sites"],
];
/** Seconds; the waits of over a minute are for a host that shortens them. */
export const PATIENCE = [0.005, 0.01, 0.005];
export const LONG_PATIENCE = [70, 0.005, 130];

export function dice(seed: number): () => number {
  let state = seed * 7919 + 17;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

interface Entry {
  began: boolean;
  name: string;
  input: never;
}

/** What a source will do, turn by turn; `null` throws. */
function planSource(random: () => number, last: PageOutcome["kind"] | "giveUp"): (PageOutcome | null)[] {
  let [epoch, page, failures] = [0, 0, 0];
  const turns: (PageOutcome | null)[] = [];
  const length = random() < 0.1 ? 120 : Math.floor(random() * 6);
  while (turns.length < length) {
    const chance = random();
    if (chance < 0.15 && failures < PATIENCE.length) {
      failures++;
      turns.push(chance < 0.05 ? null : { kind: "retry", epoch, page });
    } else if (chance < 0.2) {
      turns.push({ kind: "wait", epoch, page, until: new Date(Date.now() + random() * 40).toISOString() });
    } else {
      failures = 0;
      // Another try of the page may have gone further, or the list may have begun anew.
      if (chance < 0.27) [epoch, page] = [epoch + 1, 0];
      else page += chance < 0.35 ? 3 : 1;
      turns.push({ kind: "page", epoch, page });
    }
  }
  if (last !== "giveUp") return [...turns, { kind: last } as PageOutcome];
  const restart: PageOutcome = { kind: "page", epoch, page };
  return [...turns, restart, ...Array.from({ length: PATIENCE.length + 1 }, (): PageOutcome => ({ ...restart, kind: "retry" }))];
}

export function scriptRun(seed: number, how: How, patience = PATIENCE): ScriptedRun {
  const random = dice(seed);
  const log: Entry[] = [];
  const all = PHASES.flat();
  const special = all[Math.floor(random() * all.length)] as SourceName;
  const endOf = (source: SourceName) => {
    if ((how === "cancelled" || how === "unreachable") && source === special) return how;
    return how === "publish" && source === special ? "giveUp" : "end";
  };
  const turns = new Map(all.map((source) => [source, planSource(random, endOf(source))]));
  const asked = new Map(all.map((source) => [source, 0]));
  const told = new Map(all.map((source) => [source, { epoch: 0, page: 0 }]));
  const faults: string[] = [];
  let throwing = how === "broken" ? Infinity : Math.floor(random() * 3);

  function collectPage({ source, epoch, page }: PageInput): PageOutcome {
    const at = told.get(source);
    if (at?.epoch !== epoch || at.page !== page) faults.push(`${source} was asked for ${epoch}.${page}`);
    const turn = asked.get(source) ?? 0;
    asked.set(source, turn + 1);
    const outcome = turns.get(source)?.[turn];
    if (outcome === undefined) faults.push(`${source} was asked after its end`);
    if (!outcome) throw new Error("the page failed");
    if ("epoch" in outcome) told.set(source, { epoch: outcome.epoch, page: outcome.page });
    return outcome;
  }

  const answers: Record<string, (input: never) => unknown> = {
    plan: (): PlanOutcome => ({ cancelled: false, phases: PHASES, patience }),
    collectPage,
    stillGoing: () => ({ going: true }),
    failSource: () => null,
    assess: () => ({ publishable: how !== "notCollected" }),
    judge: () => {
      if (throwing-- > 0) throw new Error("storage did not answer");
      return { rows: 1 };
    },
    summarise: () => ({ rows: 16 }),
    publish: ({ format }: { format: string }) => ({ name: `report.${format}`, bytes: 1, sha256: "x" }),
    finish: (input: FinishInput) => ({ status: input.how === "publish" ? "Completed" : "Failed" }),
  };
  const activities = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      async (input: never) => {
        log.push({ began: true, name, input });
        await new Promise((resolve) => setTimeout(resolve, random() * 6));
        log.push({ began: false, name, input });
        return answer(input);
      },
    ]),
  );
  return { activities, check: () => checkLog({ how, special, log, faults, turns, asked }) };
}

interface Done {
  how: How;
  special: SourceName;
  log: Entry[];
  faults: string[];
  turns: Map<SourceName, unknown[]>;
  asked: Map<SourceName, number>;
}

function checkLog({ how, special, log, faults, turns, asked }: Done): void {
  expect(faults).toEqual([]);
  const began = (name: string) => log.filter((entry) => entry.began && entry.name === name);
  const stops = how === "cancelled" || how === "unreachable";
  const lastPhase = stops ? PHASES.findIndex((phase) => phase.includes(special)) : PHASES.length - 1;
  const last = (sources: SourceName[]) =>
    log.findLastIndex(({ name, input }) => ["collectPage", "failSource"].includes(name) && sources.includes(input["source"]));
  const first = (sources: SourceName[]) => log.findIndex(({ input }) => sources.includes(input["source"]));
  for (const [n, sources] of PHASES.entries()) {
    // To its end, and no further: also beside a source that was cancelled.
    const expected = (source: SourceName) => (n > lastPhase ? 0 : turns.get(source)?.length);
    expect(sources.map((source) => [source, asked.get(source)])).toEqual(sources.map((source) => [source, expected(source)]));
    const earlier = PHASES.slice(0, n).flat();
    if (n > 0 && n <= lastPhase && sources.length > 0) expect(first(sources)).toBeGreaterThan(last(earlier));
  }
  expect(began("failSource").map(({ input }) => input["source"])).toEqual(how === "publish" ? [special] : []);

  const judges = log.filter(({ name }) => name === "judge");
  let judging = 0;
  for (const entry of judges) {
    judging += entry.began ? 1 : -1;
    if (how !== "broken") expect(judging).toBeLessThanOrEqual(2);
  }
  if (judges[0]) expect(log.indexOf(judges[0])).toBeGreaterThan(log.findIndex(({ name, began: b }) => name === "assess" && !b));
  const judged = new Set(judges.map(({ input }) => input["shard"] as string));
  expect([...judged].toSorted()).toEqual(how === "publish" ? SHARDS : how === "broken" ? ["0", "1"] : []);

  const written = log.filter(({ name }) => ["summarise", "publish"].includes(name));
  expect(written.map(({ began: b, name, input }) => `${b ? ">" : "<"} ${name} ${String(input["format"] ?? "")}`)).toEqual(
    how === "publish"
      ? ["> summarise ", "< summarise ", ...FORMATS.flatMap((one) => [`> publish ${one}`, `< publish ${one}`])]
      : [],
  );
  const outputs = how === "publish" ? FORMATS.map((format) => ({ name: `report.${format}`, bytes: 1, sha256: "x" })) : [];
  expect(began("finish").map(({ input }) => input)).toEqual([{ runId: "run", how, outputs }]);
  // A judge that another one's failure has left behind may still be under way; none begins.
  expect(log.findLast((entry) => entry.began)?.name).toBe("finish");
  if (how !== "broken") expect(log.at(-1)?.name).toBe("finish");
}
