import * as df from "durable-functions";
import { ORCHESTRATORS } from "../orchestration/activities";
import { collectSource } from "../orchestration/collect-source";
import type { Durable, Orchestrator } from "../orchestration/durable";
import { reportRun } from "../orchestration/report-run";

const register = (name: string, orchestrator: Orchestrator<unknown>) =>
  df.app.orchestration(name, function* (context) {
    return yield* orchestrator(context.df as unknown as Durable) as Generator<df.Task, unknown, unknown>;
  });

register(ORCHESTRATORS.reportRun, reportRun);
register(ORCHESTRATORS.collectSource, collectSource);
