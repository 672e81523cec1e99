import type { RunDetail } from "../../model/api";
import { SOURCE_TITLES, STATE_TITLES } from "../../verdict/wording";
import type { SourceProgress } from "../../model/run";
import { element } from "./element";
import { duration, figure, time } from "./format";

/** Later phases wait for the list of groups. */
const isWaiting = ({ state, requests }: SourceProgress): boolean => state === "reading" && requests === 0;

function barOf(source: SourceProgress): HTMLElement {
  const { name, state, rows, expected } = source;
  const label = { "aria-label": SOURCE_TITLES[name] };
  if (isWaiting(source)) return element("progress", { ...label, value: 0, max: 1 });
  if (state !== "reading") return element("progress", { ...label, value: 1, max: 1, class: "done" });
  if (expected === null || expected === 0) return element("progress", label);
  return element("progress", { ...label, value: Math.min(rows, expected), max: expected });
}

function said(source: SourceProgress): string {
  const { state, rows, expected, requests, message, waitingUntil } = source;
  if (isWaiting(source) && message === null) return "not begun";
  const of = state === "reading" && expected !== null ? ` of ${figure(expected)}` : "";
  const parts = [
    state === "reading" ? undefined : STATE_TITLES[state],
    state === "off" || state === "skipped" ? undefined : `${figure(rows)}${of} rows`,
    requests > 0 ? `${figure(requests)} ${requests === 1 ? "request" : "requests"}` : undefined,
    waitingUntil !== null && Date.parse(waitingUntil) > Date.now()
      ? `waits for Graph until ${timeOf(new Date(waitingUntil))}`
      : undefined,
    state === "complete" ? undefined : (message ?? undefined),
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** With the date where it is not today's. */
function timeOf(moment: Date): string {
  return moment.toDateString() === new Date().toDateString() ? moment.toLocaleTimeString() : moment.toLocaleString();
}

/** What a run that goes is at, in a few words. */
export function stageOf(run: RunDetail): string {
  if (run.cancelRequested) return "Stopping: what is under way comes to its end";
  if (run.sources.length === 0) return "Starting";
  const open = run.sources.filter(({ state }) => state === "reading");
  return open.length > 0 ? "Reading from Microsoft Graph" : "Judging the groups and writing the files";
}

export interface ProgressView {
  root: HTMLElement;
  update: (run: RunDetail) => void;
}

/** How far a run is, source by source. Only its texts and bars change, so that what has the focus keeps it. */
export function createProgress(cancel: HTMLButtonElement): ProgressView {
  const stage = element("p", { class: "stage", tabindex: -1 });
  const started = element("p", { class: "soft" });
  const sources = element("ul", { class: "sources", "aria-label": "Progress by source" });
  const root = element(
    "div",
    { class: "card" },
    element("div", { class: "heading" }, element("div", {}, stage, started), cancel),
    sources,
  );
  return {
    root,
    update: (run) => {
      stage.textContent = `${stageOf(run)} …`;
      started.replaceChildren("Started ", time(run.startedAt), `, ${duration(run.startedAt, Date.now())} ago`);
      // Not `disabled`: it would lose the focus.
      cancel.setAttribute("aria-disabled", String(run.cancelRequested));
      sources.replaceChildren(
        ...run.sources.map((source) =>
          element(
            "li",
            { class: source.state },
            element("b", {}, SOURCE_TITLES[source.name]),
            barOf(source),
            element("span", { class: "soft" }, said(source)),
          ),
        ),
      );
    },
  };
}
