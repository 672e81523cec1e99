import type { RunDetail, RunLine } from "../api/shapes";
import type { Result } from "../report/types";
import { isGap } from "../report/source-use";
import { SOURCE_TITLES, STATE_TITLES } from "../report/wording";
import type { Format } from "../store/files";
import { downloadButton, FORMATS } from "./download";
import { element } from "./element";
import { dayOf, figure, since, size, time } from "./format";
import { openLink } from "./open";
import { SHOWN_RESULTS } from "./results";

const FORMAT_TITLES: Record<Format, string> = { html: "HTML report", xlsx: "Excel workbook", csv: "CSV", json: "JSON" };

function change(result: Result, run: RunDetail, before: RunLine | undefined): string {
  if (!before) return "";
  const by = (run.byResult?.[result] ?? 0) - (before.byResult?.[result] ?? 0);
  if (by === 0) return "no change";
  const day = new Date(before.startedAt).toLocaleDateString(undefined, { day: "numeric", month: "short" });
  return `${by > 0 ? "+" : "−"}${figure(Math.abs(by))} since ${day}`;
}

function tile(result: Result, value: string, note: string): HTMLElement {
  return element(
    "div",
    { class: `tile ${result}` },
    element("dt", {}, result),
    element("dd", {}, value, element("small", {}, note)),
  );
}

/** The newest published report: what it says in figures, what it lacks, and its files. */
export function latestReport(run: RunDetail, before: RunLine | undefined): HTMLElement {
  const { summary, runId } = run;
  const gaps = summary?.sources.filter(({ state }) => isGap(state)) ?? [];
  const told = [
    ...(summary?.messages ?? []).map((message) => element("li", {}, message)),
    ...gaps.map(({ name, state, remedy }) =>
      element("li", {}, element("b", {}, `${SOURCE_TITLES[name]}: ${STATE_TITLES[state]}. `), remedy),
    ),
  ];
  const bytes = (format: Format) => summary?.outputs.find(({ name }) => name === `report.${format}`)?.bytes;
  const about = `of the report of ${dayOf(run.startedAt)}`;
  const files = FORMATS.map((format) => {
    const length = bytes(format);
    const label = length === undefined ? FORMAT_TITLES[format] : `${FORMAT_TITLES[format]}, ${size(length)}`;
    return downloadButton(runId, format, label, about);
  });
  return element(
    "section",
    { "aria-labelledby": "latest-title" },
    element("h2", { id: "latest-title" }, "Latest report"),
    element(
      "p",
      { class: "soft" },
      "Run of ",
      time(run.startedAt),
      ` (${since(run.finishedAt ?? run.startedAt)})`,
      summary?.dataDate ? `, with Microsoft's data of ${dayOf(summary.dataDate)}` : "",
    ),
    told.length > 0 && element("div", { class: "notice" }, element("b", {}, "Gaps in this report"), element("ul", {}, ...told)),
    element(
      "dl",
      { class: "tiles" },
      ...SHOWN_RESULTS.map((result) => tile(result, figure(run.byResult?.[result]), change(result, run, before))),
    ),
    summary &&
      element(
        "dl",
        { class: "facts" },
        ...(
          [
            ["Groups", figure(summary.groups)],
            ["of these, teams", figure(summary.teams)],
            ["Without an active owner", figure(summary.withoutActiveOwner)],
            ["Guest memberships", figure(summary.guestMemberships)],
            ["Expire in 30 days", figure(summary.expiresSoon)],
            ["Storage of Fail", `${figure(summary.failStorageGB)} GB of ${figure(summary.storageGB)} GB`],
          ] as const
        ).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
      ),
    element("div", { class: "buttons", role: "group", "aria-label": "Files of the latest report" }, openLink(runId), ...files),
  );
}
