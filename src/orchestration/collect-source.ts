import type { CollectInput, PageInput, PageOutcome, SourceEnd } from "./activities";
import { call, callStubbornly, clock, sleep, sleepUntil } from "./call";
import type { Durable, DurableTask } from "./durable";

/** Turns until the history is started anew; it would grow without end otherwise (Azure/azure-functions-durable-js#324). */
const TURNS_A_HISTORY = 50;
/** No timer is longer, so that a cancelled run ends while its source waits. */
const LONGEST_TIMER_SECONDS = 60;
/** A source that Graph asked to wait looks so often: a cancel is seen within ten seconds. */
const LOOK_SECONDS = 8;

/**
 * Follows one source page by page. Each page is one activity; where to go on stands in the source's cursor, so a turn
 * may be repeated, and a run that was stopped goes on from where the cursor is.
 */
export function* collectSource(df: Durable): Generator<DurableTask, SourceEnd, never> {
  const { runId, source, patience, ...start } = df.getInput<CollectInput>();
  let { epoch, page, failures } = start;
  for (let turn = 0; turn < TURNS_A_HISTORY; turn++) {
    const outcome = yield* collect(df, { runId, source, epoch, page });
    if (outcome.kind === "end" || outcome.kind === "cancelled" || outcome.kind === "unreachable") return outcome.kind;
    if (outcome.kind === "page") failures = 0;
    if (outcome.kind === "wait") {
      const longest = clock(df) + LOOK_SECONDS * 1000;
      yield* sleepUntil(df, Math.min(Date.parse(outcome.until), longest));
    }
    if (outcome.kind === "retry") {
      const wait = patience[failures++];
      if (wait === undefined) {
        yield* callStubbornly(df, "failSource", { runId, source });
        return "end";
      }
      if (!(yield* waitWhileGoing(df, runId, wait))) return "cancelled";
    }
    ({ epoch, page } = outcome);
  }
  const next: CollectInput = { runId, source, patience, epoch, page, failures };
  df.continueAsNew(next);
  return "end";
}

function* collect(df: Durable, input: PageInput): Generator<DurableTask, PageOutcome, never> {
  try {
    return yield* call(df, "collectPage", input);
  } catch {
    return { kind: "retry", epoch: input.epoch, page: input.page };
  }
}

/** A long wait in timers of a minute: a run that is cancelled meanwhile does not sit it out. */
function* waitWhileGoing(df: Durable, runId: string, seconds: number): Generator<DurableTask, boolean, never> {
  for (let left = seconds; left > 0; left -= LONGEST_TIMER_SECONDS) {
    yield* sleep(df, Math.min(left, LONGEST_TIMER_SECONDS));
    if (left <= LONGEST_TIMER_SECONDS) return true;
    const { going } = yield* callStubbornly(df, "stillGoing", { runId });
    if (!going) return false;
  }
  return true;
}
