import { app, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import { isReportError } from "../errors";
import { removeExpired } from "../runs/housekeeping";
import { startRun } from "../runs/start-run";
import { readSchedule } from "../settings";
import { createDurableEngine, purgeHistory } from "./durable-engine";
import { hostServices } from "./host-services";

// By day, when no run is going. A slice a call, so that a call that is killed has done something for good.
app.timer("dailyHousekeeping", {
  schedule: "0 0 14 * * *",
  runOnStartup: false,
  extraInputs: [df.input.durableClient()],
  handler: async (_timer: Timer, context: InvocationContext) => {
    const services = await hostServices(context);
    const left = await removeExpired(services);
    const purged = await purgeHistory(df.getClient(context), services.now());
    context.log(JSON.stringify({ event: "housekeeping", runsLeft: left, instancesPurged: purged }));
  },
});

// It only starts the run: a timer's function may be killed at any time (durable-facts §2.2, 26). The schedule is a
// literal, since an unresolved %SETTING% disables the function.
app.timer("nightlyReport", {
  schedule: readSchedule(),
  runOnStartup: false,
  extraInputs: [df.input.durableClient()],
  handler: async (timer: Timer, context: InvocationContext) => {
    try {
      const { runId } = await startRun(await hostServices(context), createDurableEngine(df.getClient(context)));
      context.log(JSON.stringify({ event: "run-started", runId, by: "timer", isPastDue: timer.isPastDue }));
    } catch (error) {
      if (!isReportError(error, "run-in-progress")) throw error;
      context.warn(JSON.stringify({ event: "run-not-started", runId: error.runId, by: "timer", message: error.message }));
    }
  },
});
