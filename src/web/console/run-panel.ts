import type { RunDetail } from "../../model/api";
import { announce, calm, warn } from "./announce";
import { ask, CallError } from "./call";
import { confirm } from "./confirm";
import { element } from "./element";
import { createProgress, stageOf } from "./progress";

/** Without any change for so long, a run may be one whose process is gone: another start then takes its place. */
const STILL_MS = 2 * 60_000;

export interface RunPanel {
  root: HTMLElement;
  /** Shows the run that goes, or that none goes. */
  show: (run: RunDetail | undefined) => void;
}

/** Starts and cancels runs and shows the one that goes. `changed` is called with the run to look at next. */
export function createRunPanel(changed: (runId: string) => Promise<void>, failed: (error: unknown) => void): RunPanel {
  const root = element("section", { "aria-labelledby": "run-title" });
  const title = element("h2", { id: "run-title", tabindex: -1 }, "Run");
  const startButton = element("button", { type: "button", class: "main", onclick: () => void start() }, "Run now");
  const cancelButton = element("button", { type: "button", onclick: () => void cancel() }, "Cancel this run");
  const idle = element(
    "div",
    { class: "card heading" },
    element(
      "p",
      {},
      "No run is in progress. A run reads the directory and Microsoft's usage reports, and publishes a new report.",
    ),
  );
  const still = element(
    "p",
    { class: "soft" },
    "Nothing has changed for two minutes. Should what carried this run be gone, a new one takes its place. ",
  );
  const view = createProgress(cancelButton);
  let current: RunDetail | undefined;
  let last = { text: "", at: 0, said: "" };

  async function start(): Promise<void> {
    startButton.disabled = true;
    calm();
    try {
      const { runId } = await ask<{ runId: string }>("reports", "POST");
      announce("The run has started.");
      await changed(runId);
      title.focus();
    } catch (error) {
      // Somebody else was first: that run is the one to watch.
      if (error instanceof CallError && error.status === 409 && error.runId !== undefined) {
        await changed(error.runId);
        warn(error.message);
      } else failed(error);
      // What is disabled loses the focus.
      startButton.disabled = false;
      startButton.focus();
    }
    startButton.disabled = false;
  }

  async function cancel(): Promise<void> {
    if (!current || current.cancelRequested) return;
    const { runId } = current;
    const sure = await confirm(
      "Cancel this run?",
      "What it has read so far is thrown away. The latest report stays as it is.",
      "Cancel the run",
      "Let it go on",
    );
    if (!sure) return;
    calm();
    try {
      await ask(`reports/${encodeURIComponent(runId)}`, "DELETE");
      announce("The run is being cancelled.");
    } catch (error) {
      failed(error);
    }
    await changed(runId);
  }

  function show(run: RunDetail | undefined): void {
    if (!run) {
      if (current !== undefined || !root.hasChildNodes()) {
        idle.append(startButton);
        root.replaceChildren(title, idle);
      }
    } else {
      if (current === undefined) root.replaceChildren(title, view.root);
      view.update(run);
      const text = JSON.stringify(run);
      if (text !== last.text) last = { ...last, text, at: Date.now() };
      if (Date.now() - last.at > STILL_MS) root.append(still, startButton);
      else if (still.isConnected) for (const node of [still, startButton]) node.remove();
      tell(run);
    }
    current = run;
  }

  /** Not every figure, only what has come to an end. */
  function tell(run: RunDetail): void {
    const done = run.sources.filter(({ state }) => state !== "reading").length;
    const said = `${stageOf(run)}. ${done} of ${run.sources.length} sources done.`;
    if (run.sources.length > 0 && said !== last.said) announce(said);
    last.said = said;
  }

  show(undefined);
  return { root, show };
}
