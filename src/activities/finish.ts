import { isReportError } from "../errors";
import type { Activities, FinishInput } from "../orchestration/activities";
import { noFigures } from "../report/summary";
import { isGap } from "../report/source-use";
import type { RunStatus, Summary } from "../report/types";
import type { Run } from "../store/runs";
import type { Services } from "./services";
import { composeSummary } from "./summarise";

/**
 * Ends a run, and may be called again: publishes what was written, or says why there is nothing; then removes the
 * intermediate records and releases the lock, whatever came before.
 */
export async function finish(services: Services, input: FinishInput): Promise<Activities["finish"]["outcome"]> {
  try {
    return await endRun(services, input);
  } catch (error) {
    // A newer version has been at this run, and has been rolled back since.
    if (!isReportError(error, "data-newer")) throw error;
    const { store, now, log } = services;
    const { runId } = input;
    const closed = await store.runs.closeUnreadable(new Date(now()).toISOString(), error.message, runId);
    if (closed.length > 0) log({ event: "run-finished", runId, status: "Failed", groups: null, seconds: 0, gaps: 0 });
    await store.records.deleteRun(runId);
    await store.runs.releaseLock(runId);
    return { status: "Failed" };
  }
}

async function endRun(services: Services, input: FinishInput): Promise<Activities["finish"]["outcome"]> {
  const { store } = services;
  const { runId } = input;
  const run = await store.runs.get(runId);
  let status: RunStatus = run?.status ?? "Failed";
  if (run?.status === "Running") {
    const isCancelled = run.cancelRequested || input.how === "cancelled";
    const summary =
      input.how === "publish" && !isCancelled
        ? await publishRun(services, run, input)
        : await closeRun(services, run, isCancelled ? "cancelled" : input.how);
    status = summary.status;
    logEnd(services, summary);
  } else if (run && (await store.runs.readLock())?.runId === runId) {
    // A call before this one was cut off, maybe before it could say that the run has ended: the alerts stand on that.
    const summary = await store.files.readSummary(runId);
    if (summary) logEnd(services, summary);
  }
  // What was collected is kept where Graph was out of reach: the run can go on once it is back.
  if (input.how !== "unreachable") await store.records.deleteRun(runId);
  await store.runs.releaseLock(runId);
  return { status };
}

/** The gaps of what was published, and the end. Where nothing was, the sources say only how far they had come. */
function logEnd({ log }: Services, { runId, status, groups, seconds, sources }: Summary): void {
  const gaps = status === "CompletedWithGaps" ? sources.filter(({ state }) => isGap(state)) : [];
  for (const { name, state } of gaps) log({ event: "gap", runId, source: name, state });
  // The one gap that is no source's: far fewer groups than last time.
  const isFall = status === "CompletedWithGaps" && gaps.length === 0;
  if (isFall) log({ event: "gap", runId, source: "groups", state: "fewer" });
  log({ event: "run-finished", runId, status, groups, seconds, gaps: isFall ? 1 : gaps.length });
}

async function publishRun({ store }: Services, run: Run, { outputs }: FinishInput): Promise<Summary> {
  const { runId } = run;
  const summary = await store.files.readSummary(runId);
  if (!summary) throw new Error(`no summary of ${runId}`);
  await store.files.writeSummary(runId, { ...summary, outputs });
  const { status, startedAt, finishedAt, groups, byResult } = summary;
  await store.files.writeLatest({ runId, startedAt, finishedAt, status, groups });
  await store.runs.end(runId, status, finishedAt, { figures: { groups, byResult } });
  return summary;
}

/** The summary of a run that was not published says how far its sources came, and why it ended. */
async function closeRun(services: Services, run: Run, how: FinishInput["how"]): Promise<Summary> {
  const { store } = services;
  const status: RunStatus = how === "cancelled" ? "Cancelled" : "Failed";
  const message = await explain(services, run, how);
  const summary = { ...(await composeSummary(services, run, noFigures())), status, messages: [message] };
  await store.files.writeSummary(run.runId, summary);
  await store.runs.end(run.runId, status, summary.finishedAt, { message, canResume: how === "unreachable" });
  return summary;
}

async function explain({ store, settings }: Services, run: Run, how: FinishInput["how"]): Promise<string> {
  if (how === "cancelled") return "The run was cancelled.";
  const { cursors } = await store.cursors.list(run.runId);
  const groups = cursors.find(({ source }) => source === "groups");
  if (how === "unreachable") {
    const last = groups?.message ?? cursors.find(({ message }) => message !== null)?.message ?? "";
    return `Microsoft Graph at ${new URL(settings.graphEndpoint).host} could not be reached for two minutes. ${last}`.trim();
  }
  if (how === "notCollected") {
    if (groups?.state === "notPermitted")
      return `Microsoft Graph refuses to list the groups: grant the application permission GroupMember.Read.All to this identity and consent to it. ${groups.message ?? ""}`.trim();
    return `The list of groups is not complete, so nothing was published. ${groups?.message ?? ""}`.trim();
  }
  return "The run broke off by an internal error; the log says more.";
}
