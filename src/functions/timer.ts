import { app, type InvocationContext, type Timer } from "@azure/functions";
import * as df from "durable-functions";
import { isReportError } from "../model/errors";
import { removeExpired } from "../runs/housekeeping";
import { startRun } from "../runs/start-run";
import { readSchedule } from "../settings/settings";
import { createDurableEngine, purgeHistory } from "./durable-engine";
import { hostServices } from "./host-services";
import { withinLimit } from "./limit";

// By day, when no run is in progress. A slice a call, so that a call that is killed has done something for good.
app.timer("dailyHousekeeping", {
  schedule: "0 0 14 * * *",
  runOnStartup: false,
  extraInputs: [df.input.durableClient()],
  handler: (_timer: Timer, context: InvocationContext) => withinLimit("dailyHousekeeping", keepHouse(context)),
});

async function keepHouse(context: InvocationContext): Promise<void> {
  const services = await hostServices(context);
  const runsLeft = await removeExpired(services);
  const instancesPurged = await purgeHistory(df.getClient(context), services.now());
  services.log({ event: "housekeeping", runsLeft, instancesPurged });
}

// It only starts the run: a timer's function may be killed at any time (Azure/azure-functions-host#11828). The schedule is a
// literal, since an unresolved %SETTING% disables the function.
app.timer("nightlyReport", {
  schedule: readSchedule(),
  runOnStartup: false,
  extraInputs: [df.input.durableClient()],
  handler: (_timer: Timer, context: InvocationContext) => withinLimit("nightlyReport", startNightly(context)),
});

async function startNightly(context: InvocationContext): Promise<void> {
  const services = await hostServices(context);
  try {
    await startRun(services, createDurableEngine(df.getClient(context)), "timer");
  } catch (error) {
    if (!isReportError(error, "run-in-progress")) throw error;
    services.log({ event: "run-not-started", runId: error.runId, by: "timer" });
  }
}
