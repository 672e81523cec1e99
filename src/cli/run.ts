import path from "node:path";
import type { AuthKind } from "../settings/choose-auth";
import { details, oneLine, ReportError } from "../model/errors";
import { type Laptop, openLaptop } from "../local/laptop";
import { noFigures } from "../verdict/summary";
import type { Summary } from "../model/report";
import { removeExpired } from "../runs/housekeeping";
import { readProgress } from "../runs/progress";
import { resumeRun } from "../runs/resume-run";
import { startRun } from "../runs/start-run";
import { loadSettings, type Settings, VERSION } from "../settings/settings";
import { complain, complainAtLength, isWatched, say, sayEvent, sayJson } from "../telemetry/terminal";
import { checkOutputFolder, writeOutputs } from "./output-folder";
import { createProgressDisplay } from "./progress";
import { printSummary } from "./summary-text";
import { tellMisspelt } from "./tell-misspelt";

export interface RunOptions {
  out: string;
  data: string;
  json?: boolean;
  verbose?: boolean;
  resume?: boolean;
  auth?: AuthKind;
  /** Not an option of the command line: the demo's own. */
  isPaced?: boolean;
}

const LOOK_MS = 1000;

/** `groups-report run`: one report from the tenant that the settings name. @returns the exit code. */
export async function run(options: RunOptions): Promise<number> {
  let summary: Summary | undefined;
  let files: string[] = [];
  try {
    tellMisspelt();
    const settings = loadSettings("laptop", process.env, options.auth);
    for (const line of await checkOutputFolder(options.out)) say(line);
    const laptop = await openLaptop({
      settings,
      data: options.data,
      say,
      isPaced: options.isPaced ?? true,
      ...(options.verbose ? { log: sayEvent } : {}),
    });
    try {
      summary = await Promise.race([runOnce(laptop, options.resume ?? false), laptop.broken]);
      if (summary.status !== "Completed" && summary.status !== "CompletedWithGaps")
        throw new ReportError(
          summary.status === "Cancelled" ? "cancelled" : "graph-unavailable",
          summary.messages[0] ?? "The run failed.",
        );
      files = await writeOutputs(laptop.services.store.outputs, summary.runId, options.out);
      while ((await removeExpired(laptop.services)) > 0);
    } finally {
      await laptop.close();
    }
    // Not before it is saved: what says Completed is there the next night.
    for (const line of printSummary(summary)) say(line);
    say(`Report: ${path.resolve(files.find((file) => file.endsWith(".html")) ?? options.out)}`);
    if (options.json) sayJson(summary);
    return 0;
  } catch (error) {
    const written = files.length > 0 ? ` The report in ${path.resolve(options.out)} is complete.` : "";
    const message = `${oneLine(error)}${written}`;
    complain(message);
    if (options.verbose) complainAtLength(details(error));
    if (options.json) sayJson(summary ?? notStarted(message));
    return 1;
  }
}

/** Starts a run and follows it to its end; Ctrl-C cancels it. */
async function runOnce({ services, engine }: Laptop, resume: boolean): Promise<Summary> {
  const { store } = services;
  const { runId } = (resume ? await resumeRun(services, engine) : undefined) ?? (await startRun(services, engine));
  const display = createProgressDisplay();
  const cancel = () => {
    // Where stderr is no terminal it carries nothing but the error.
    (isWatched() ? complain : say)("Cancelling; the last published report stays as it is.");
    void store.runs.requestCancel(runId);
  };
  process.once("SIGINT", cancel).once("SIGTERM", cancel);
  const look = async () => display.show(await readProgress(store, runId));
  let looking = Promise.resolve();
  const timer = setInterval(() => (looking = looking.then(look).catch(() => undefined)), LOOK_MS);
  try {
    await engine.finished(runId);
    clearInterval(timer);
    await looking;
    await look();
  } finally {
    clearInterval(timer);
    display.end();
    process.off("SIGINT", cancel).off("SIGTERM", cancel);
  }
  const summary = await store.files.readSummary(runId);
  if (!summary) throw new Error("The run ended without a summary.");
  return summary;
}

/** `--json` has a summary as its last line even where no run could be started. */
function notStarted(message: string): Summary {
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  let settings: Settings | undefined;
  try {
    settings = loadSettings("laptop");
  } catch {
    // A setting is wrong: the message says which.
  }
  const defaults = settings ?? loadSettings("laptop", {});
  return {
    tenant: { id: settings?.tenantId ?? "", name: null },
    runId: "",
    status: "Failed",
    startedAt: at,
    finishedAt: at,
    seconds: 0,
    version: VERSION,
    dataDate: null,
    features: defaults.features,
    thresholds: defaults.thresholds,
    ...noFigures(),
    removed: [],
    sources: [],
    tokens: { acquired: 0, renewals: 0, challenges: 0, shortestMinutes: null, longestMinutes: null },
    messages: [message],
    outputs: [],
  };
}
