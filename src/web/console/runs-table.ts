import type { RunLine } from "../../model/api";
import { downloadButton, FORMATS } from "./download";
import { element } from "./element";
import { dayOf, duration, figure, time } from "./format";
import { SHOWN_RESULTS } from "./results";

/** Rows that are shown before the reader asks for all. */
const FIRST = 15;

export const STATUS_TITLES: Record<RunLine["status"], string> = {
  Running: "Running",
  Completed: "Complete",
  CompletedWithGaps: "Complete, with gaps",
  Failed: "Failed",
  Cancelled: "Cancelled",
};

function row(run: RunLine): HTMLTableRowElement {
  const isPublished = run.byResult !== null;
  const title = run.cancelRequested && run.status === "Running" ? "Being cancelled" : STATUS_TITLES[run.status];
  const files = isPublished
    ? FORMATS.map((format) => downloadButton(run.runId, format, format.toUpperCase(), `of ${dayOf(run.startedAt)}`))
    : [element("span", { class: "soft message" }, run.message ?? "–")];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, time(run.startedAt)),
    element("td", {}, element("span", { class: `pill ${run.status}` }, title)),
    element("td", { class: "figure" }, run.finishedAt ? duration(run.startedAt, run.finishedAt) : "–"),
    element("td", { class: "figure" }, figure(isPublished ? run.groups : undefined)),
    ...SHOWN_RESULTS.map((result) => element("td", { class: "figure" }, figure(run.byResult?.[result]))),
    element("td", { class: "files" }, ...files),
  );
}

/** Every run that is kept, the newest first, with its figures and its files. `showAll` is called when all are asked for. */
export function runsTable(runs: readonly RunLine[], isAll: boolean, showAll: () => void): HTMLElement {
  const shown = isAll ? runs : runs.slice(0, FIRST);
  const headings = ["Started", "Status", "Took", "Groups", ...SHOWN_RESULTS, "Files"];
  return element(
    "section",
    { "aria-labelledby": "runs-title" },
    element("h2", { id: "runs-title" }, "Runs"),
    element(
      "div",
      { class: "scroll", role: "region", "aria-label": "Table of runs", tabindex: 0 },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            ...headings.map((heading, at) =>
              element("th", { scope: "col", class: at > 1 && heading !== "Files" ? "figure" : undefined }, heading),
            ),
          ),
        ),
        element("tbody", {}, ...shown.map(row)),
      ),
    ),
    shown.length < runs.length && element("button", { type: "button", onclick: showAll }, `Show all ${figure(runs.length)} runs`),
  );
}
