import { ReportError } from "../model/errors";
import { readProgress } from "../runs/progress";
import { startRun } from "../runs/start-run";
import { isRunId } from "../model/keys";
import type { Run } from "../model/run";
import type { Services } from "../activities/services";
import { json, problem } from "./problem";
import type { ApiRequest, Handler } from "./request";
import type { RunDetail, RunLine } from "../model/api";

const runUrl = (request: ApiRequest, runId: string) => new URL(`/api/reports/${runId}`, request.url).toString();

function describe(run: Run): RunLine {
  const { runId, status, startedAt, finishedAt, cancelRequested, message, tenantName, figures } = run;
  return {
    runId,
    status,
    startedAt,
    finishedAt,
    cancelRequested,
    message,
    tenantName,
    groups: figures?.groups ?? null,
    byResult: figures?.byResult ?? null,
  };
}

/** The run that `{runId}` names; `latest` is the newest published one. @throws ReportError run-not-found. */
export async function findRun({ store }: Services, request: ApiRequest): Promise<Run> {
  const asked = request.params["runId"] ?? "";
  const runId = asked === "latest" ? (await store.files.readLatest())?.runId : asked;
  const run = runId !== undefined && isRunId(runId) ? await store.runs.get(runId) : undefined;
  if (run) return run;
  throw new ReportError(
    "run-not-found",
    asked === "latest" ? "No report has been published yet." : "There is no run of this id; GET /api/reports lists them.",
  );
}

export const startReport: Handler = async (request, { services, engine }) => {
  const { runId, startedAt } = await startRun(services, engine, "http");
  const location = runUrl(request, runId);
  return json(202, { runId, status: "Running", startedAt, location }, { location, "retry-after": "10" });
};

export const listReports: Handler = async (_request, { services }) =>
  json(200, { runs: (await services.store.runs.list()).map(describe) });

export const getReport: Handler = async (request, { services }) => {
  const run = await findRun(services, request);
  const [sources, summary] = await Promise.all([
    readProgress(services.store, run.runId),
    services.store.files.readSummary(run.runId),
  ]);
  return json(200, { ...describe(run), sources, summary: summary ?? null } satisfies RunDetail);
};

export const cancelReport: Handler = async (request, { services }) => {
  const run = await findRun(services, request);
  if (run.status !== "Running")
    return problem(409, "The run has ended", `The run ${run.runId} has ended already: ${run.status}.`, { runId: run.runId });
  await services.store.runs.requestCancel(run.runId);
  return json(202, { ...describe(run), cancelRequested: true }, { location: runUrl(request, run.runId) });
};
