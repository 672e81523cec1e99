import type { Run } from "../model/run";
import { errorCodeOf } from "../telemetry/event-line";
import type { Services } from "./services";

/** A cancelled run asks Graph nothing more; its flag is looked at so often while Graph is asked. */
const LOOK_FOR_CANCEL_MS = 3_000;

/** Ends whatever an activity waits for, and what it asks between two pages of a list, once its run is cancelled or out of time. */
export function watchRun({ store, log, now }: Services, { runId, deadline }: Run) {
  const controller = new AbortController();
  let why: "cancelled" | "deadline" | undefined;
  const stop = (reason: typeof why) => {
    why ??= reason;
    controller.abort();
  };
  const look = async () => {
    try {
      if (now() > Date.parse(deadline)) stop("deadline");
      else if ((await store.runs.get(runId))?.cancelRequested) stop("cancelled");
    } catch (error) {
      log({ event: "cancel-unknown", runId, code: errorCodeOf(error) });
    }
  };
  const timer = setInterval(() => {
    void look();
  }, LOOK_FOR_CANCEL_MS);
  return { signal: controller.signal, why: () => why, end: () => clearInterval(timer) };
}
