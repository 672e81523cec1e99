import { isReportError } from "../model/errors";
import type { Activities, FinishInput } from "../orchestration/activities";
import { noFigures } from "../verdict/summary";
import { isGap } from "../verdict/source-use";
import type { Summary } from "../model/report";
import type { RunStatus } from "../model/run";
import { isStorageFailure } from "../store/connect";
import type { Standing } from "../store/runs";
import type { Run } from "../model/run";
import { errorCodeOf } from "../telemetry/event-line";
import type { Services } from "./services";
import { composeSummary } from "./summarise";

/** How a run comes to its end: what its orchestrator tells, or that there is none any more. */
type Ending = Omit<FinishInput, "how"> & { how: FinishInput["how"] | "abandoned" };

/**
 * Ends a run in whatever state it is, and may be called again. The order is what a crash between two steps needs:
 * published, told to the log (the alerts stand on that line), ended, lock released, and only then the records removed,
 * since a run that has not ended may be resumed and would judge nothing without them. What a crash leaves, the next start
 * repairs: a run without its end by calling this, a lock of a run that has ended by taking it, and records that stayed.
 */
export async function finish(services: Services, input: FinishInput): Promise<Activities["finish"]["outcome"]> {
  const { store, log } = services;
  const { runId } = input;
  const standing = await store.runs.standing(runId);
  let status: RunStatus = standing?.status ?? "Failed";
  let canResume = standing?.canResume ?? false;
  if (standing?.status === "Running") {
    status = await endRun(services, standing, input);
    canResume = isResumable(input.how, status);
  } else if (!standing && (await store.runs.readLock())?.runId === runId) {
    log({ event: "run-finished", runId, status, groups: null, seconds: 0, gaps: 0 });
  }
  await store.runs.releaseLock(runId);
  if (!canResume) await store.records.deleteRun(runId);
  return { status };
}

/**
 * Gives a run that has not ended its end: publishes it, or says why there is nothing to publish. If what is stored of it
 * can't be read, because a newer version wrote it or something is missing, it still ends, with that for its reason.
 */
export async function endRun(services: Services, standing: Standing, ending: Ending): Promise<RunStatus> {
  const { store, now, log } = services;
  const { runId, cancelRequested } = standing;
  const how = cancelRequested ? "cancelled" : ending.how;
  try {
    const run = await store.runs.get(runId);
    if (!run) return "Failed";
    const summary = await publishable(services, runId, how);
    return summary ? await publishRun(services, summary, ending.outputs) : await closeRun(services, run, how);
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    const isNewer = isReportError(error, "data-newer");
    // A page that meets a newer version's data tells the orchestrator to stop, by the only word it has for that.
    const status = cancelRequested || (how === "cancelled" && !isNewer) ? "Cancelled" : "Failed";
    const message = isNewer ? error.message : REASONS[how];
    log({ event: "end-unreadable", runId, code: errorCodeOf(error) });
    log({ event: "run-finished", runId, status, groups: null, seconds: 0, gaps: 0 });
    await store.runs.end(runId, status, toSeconds(now()), { message, canResume: isResumable(how, status) });
    return status;
  }
}

/** The summary of what is to be published. Once it is named as the latest, no cancel takes that back. */
async function publishable({ store }: Services, runId: string, how: Ending["how"]): Promise<Summary | undefined> {
  if (how !== "publish" && !(await store.files.isLatest(runId))) return undefined;
  const summary = await store.files.readSummary(runId);
  return summary?.status === "Completed" || summary?.status === "CompletedWithGaps" ? summary : undefined;
}

/** @param outputs empty if it was published by a call that was cut off: the summary then has them already. */
async function publishRun(services: Services, summary: Summary, outputs: FinishInput["outputs"]): Promise<RunStatus> {
  const { store } = services;
  const { runId, status, startedAt, finishedAt, groups, byResult } = summary;
  if (outputs.length > 0) await store.files.writeSummary(runId, { ...summary, outputs });
  await store.files.writeLatest({ runId, startedAt, finishedAt, status, groups });
  logEnd(services, summary);
  await store.runs.end(runId, status, finishedAt, { figures: { groups, byResult } });
  return status;
}

/** The summary of a run that was not published says how far its sources came, and why it ended. */
async function closeRun(services: Services, run: Run, how: Ending["how"]): Promise<RunStatus> {
  const { store } = services;
  const status: RunStatus = how === "cancelled" ? "Cancelled" : "Failed";
  const message = await explain(services, run, how);
  const summary = { ...(await composeSummary(services, run, noFigures())), status, messages: [message] };
  await store.files.writeSummary(run.runId, summary);
  logEnd(services, summary);
  await store.runs.end(run.runId, status, summary.finishedAt, { message, canResume: isResumable(how, status) });
  return status;
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

/** What was collected is kept if Graph was out of reach: the run can go on once it is back. */
const isResumable = (how: Ending["how"], status: RunStatus): boolean => how === "unreachable" && status === "Failed";

const BROKEN = "The run broke off by an internal error; the log says more.";
/** Why a run ended without a report. */
const REASONS: Record<Ending["how"], string> = {
  publish: BROKEN,
  broken: BROKEN,
  cancelled: "The run was cancelled.",
  unreachable: "Microsoft Graph could not be reached for two minutes.",
  notCollected: "The list of groups is not complete, so nothing was published.",
  abandoned: "The run was abandoned: what carried it stopped, and nothing went on with it.",
};

/** The same, with what the sources' cursors say. */
async function explain({ store, settings }: Services, run: Run, how: Ending["how"]): Promise<string> {
  if (how !== "unreachable" && how !== "notCollected") return REASONS[how];
  const { cursors } = await store.cursors.list(run.runId);
  const groups = cursors.find(({ source }) => source === "groups");
  if (how === "unreachable") {
    const last = groups?.message ?? cursors.find(({ message }) => message !== null)?.message ?? "";
    return `Microsoft Graph at ${new URL(settings.graphEndpoint).host} could not be reached for two minutes. ${last}`.trim();
  }
  if (groups?.state === "notPermitted")
    return `Microsoft Graph refuses to list the groups: grant the application permission GroupMember.Read.All to this identity and consent to it. ${groups.message ?? ""}`.trim();
  return `${REASONS[how]} ${groups?.message ?? ""}`.trim();
}

const toSeconds = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
