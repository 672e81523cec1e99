import type { Activities, ActivityName } from "./activities";
import type { Durable, DurableTask } from "./durable";

/** Calls an activity with its own types. */
export function* call<N extends ActivityName>(
  df: Durable,
  name: N,
  input: Activities[N]["input"],
): Generator<DurableTask, Activities[N]["outcome"], never> {
  return yield df.callActivity(name, input);
}

/** The orchestrator's clock in milliseconds. After its first episode durable-functions gives it as text where history does. */
export const clock = (df: Durable): number => new Date(df.currentUtcDateTime).getTime();

export function* sleepUntil(df: Durable, milliseconds: number): Generator<DurableTask, void, never> {
  yield df.createTimer(new Date(Math.max(milliseconds, clock(df) + 1)));
}

export function* sleep(df: Durable, seconds: number): Generator<DurableTask, void, never> {
  yield* sleepUntil(df, clock(df) + seconds * 1000);
}

/** Waits between tries of an activity that throws: a worker that went away, storage that did not answer. */
const RETRY_SECONDS = [5, 30, 120];

/**
 * Calls activities side by side until none throws. An explicit loop with timers: the engine's own retries hang in fan-outs
 * (Azure/azure-functions-durable-js#99). All of them are called again where one threw, so they must bear it.
 */
export function* callAllStubbornly<N extends ActivityName>(
  df: Durable,
  name: N,
  inputs: readonly Activities[N]["input"][],
): Generator<DurableTask, Activities[N]["outcome"][], never> {
  const all = () => df.Task.all(inputs.map((input) => df.callActivity(name, input)));
  for (const wait of RETRY_SECONDS) {
    try {
      return yield all();
    } catch {
      // The error's text holds stacks and paths on the real host: it is not looked at (seen on Functions host 4.1037).
      yield* sleep(df, wait);
    }
  }
  return yield all();
}

/** Calls one activity until it does not throw. */
export function* callStubbornly<N extends ActivityName>(
  df: Durable,
  name: N,
  input: Activities[N]["input"],
): Generator<DurableTask, Activities[N]["outcome"], never> {
  const [outcome] = yield* callAllStubbornly(df, name, [input]);
  return outcome as Activities[N]["outcome"];
}
