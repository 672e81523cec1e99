import type { OutputFile } from "../model/report";
import type { RunStatus } from "../model/run";
import type { SourceName } from "../model/records";
import { type CollectInput, type FinishInput, ORCHESTRATORS, type RunInput, type SourceEnd } from "./activities";
import { callAllStubbornly, callStubbornly } from "./call";
import type { Durable, DurableTask } from "./durable";

const SHARDS = [..."0123456789abcdef"];
/** A judge holds a sixteenth of the tenant in memory; two at a time fit the smallest machine (docs/architecture.md). */
const JUDGES_AT_A_TIME = 2;
const FORMATS = ["json", "csv", "xlsx", "html"] as const;

/** One run: plan, collect, judge, publish. Whatever happens, it ends by `finish`, which releases the lock. */
export function* reportRun(df: Durable): Generator<DurableTask, RunStatus, never> {
  const { runId } = df.getInput<RunInput>();
  let end: Omit<FinishInput, "runId">;
  try {
    end = yield* collectAndJudge(df, runId);
  } catch {
    end = unpublished("broken");
  }
  df.setCustomStatus({ phase: "finish" });
  const { status } = yield* callStubbornly(df, "finish", { runId, ...end });
  return status;
}

function* collectAndJudge(df: Durable, runId: string): Generator<DurableTask, Omit<FinishInput, "runId">, never> {
  df.setCustomStatus({ phase: "plan" });
  const { phases, patience, cancelled } = yield* callStubbornly(df, "plan", { runId });
  if (cancelled) return unpublished("cancelled");

  df.setCustomStatus({ phase: "collect" });
  for (const sources of phases) {
    const ended = yield* collectAll(df, runId, sources, patience);
    if (ended !== "end") return unpublished(ended);
  }
  const { publishable } = yield* callStubbornly(df, "assess", { runId });
  if (!publishable) return unpublished("notCollected");

  df.setCustomStatus({ phase: "judge" });
  for (let at = 0; at < SHARDS.length; at += JUDGES_AT_A_TIME) {
    const shards = SHARDS.slice(at, at + JUDGES_AT_A_TIME);
    yield* callAllStubbornly(
      df,
      "judge",
      shards.map((shard) => ({ runId, shard })),
    );
  }

  df.setCustomStatus({ phase: "publish" });
  yield* callStubbornly(df, "summarise", { runId });
  const outputs: OutputFile[] = [];
  for (const format of FORMATS) outputs.push(yield* callStubbornly(df, "publish", { runId, format }));
  return { how: "publish", outputs };
}

const unpublished = (how: FinishInput["how"]): Omit<FinishInput, "runId"> => ({ how, outputs: [] });

/** Every source is a sub-orchestration of its own, so no history is longer than one source's (Azure/azure-functions-durable-extension#92). */
function* collectAll(
  df: Durable,
  runId: string,
  sources: SourceName[],
  patience: number[],
): Generator<DurableTask, SourceEnd, never> {
  if (sources.length === 0) return "end";
  const ends: SourceEnd[] = yield df.Task.all(
    sources.map((source) => {
      const input: CollectInput = { runId, source, patience, epoch: 0, page: 0, failures: 0 };
      return df.callSubOrchestrator(ORCHESTRATORS.collectSource, input);
    }),
  );
  return ends.find((end) => end === "cancelled") ?? ends.find((end) => end === "unreachable") ?? "end";
}
