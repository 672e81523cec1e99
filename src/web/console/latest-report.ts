import type { RunDetail, RunLine } from "../../model/api";
import { NOT_KNOWN } from "../../verdict/figure";
import { figureNote, unjudgedNote } from "../../verdict/figure-words";
import { movesInWords } from "../../verdict/moves";
import { gapsIn } from "../../verdict/remedies";
import type { Figure, FigureName, Result, Summary } from "../../model/report";
import type { Format } from "../../model/formats";
import { downloadButton, FORMATS } from "./download";
import { element } from "./element";
import { dayOf, figure, since, size, time } from "./format";
import { openLink } from "./open";
import { SHOWN_RESULTS } from "./results";

const FORMAT_TITLES: Record<Format, string> = { html: "HTML report", xlsx: "Excel workbook", csv: "CSV", json: "JSON" };

function change(result: Result, run: RunDetail, before: RunLine | undefined): string {
  if (!before) return "";
  const [now, then] = [run.byResult?.[result], before.byResult?.[result]];
  if (typeof now !== "number" || typeof then !== "number") return "";
  const by = now - then;
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

const inGB = (value: Figure): string => (value === null ? NOT_KNOWN : `${figure(value)} GB`);

/** Figures of the summary by the words that they stand under here, for what is not known of them. */
const NOTED: [title: string, name: FigureName][] = [
  ["Without an active owner", "withoutActiveOwner"],
  ["Guest memberships", "guestMemberships"],
  ["Expire in 30 days", "expiresSoon"],
  ["Storage of Fail", "failStorageGB"],
  ["Storage", "storageGB"],
];

function notesOn(summary: Summary): HTMLElement | false {
  const notes = NOTED.flatMap(([title, name]) => {
    const note = figureNote(summary, name);
    return note === null ? [] : [`${title}: ${note}`];
  });
  return notes.length > 0 && element("p", { class: "soft" }, `Not known of every group, and why. ${notes.join(". ")}.`);
}

/** The newest published report: what it says in figures, what it lacks, and its files. */
export function latestReport(run: RunDetail, before: RunLine | undefined): HTMLElement {
  const { summary, runId } = run;
  const gaps = summary ? gapsIn(summary) : [];
  const unjudged = summary ? unjudgedNote(summary.byResult.Fail, summary) : null;
  const moves = movesInWords(summary?.moves);
  const told = [
    ...(summary?.messages ?? []).map((message) => element("li", {}, message)),
    ...gaps.map(({ title, remedy }) => element("li", {}, element("b", {}, `${title}. `), remedy)),
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
      ...SHOWN_RESULTS.map((result) => {
        const seen = run.byResult?.[result];
        const isHidden = seen === 0 && !!summary?.byResult.Unknown && (result === "Fail" || result === "Issues");
        return tile(result, isHidden ? "0 seen" : figure(seen), change(result, run, before));
      }),
    ),
    unjudged !== null && element("p", { class: "soft" }, `${unjudged}.`),
    moves !== undefined && element("p", { class: "soft" }, moves),
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
            ["Storage of Fail", `${inGB(summary.failStorageGB)} of ${inGB(summary.storageGB)}`],
          ] as const
        ).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
      ),
    summary && notesOn(summary),
    element("div", { class: "buttons", role: "group", "aria-label": "Files of the latest report" }, openLink(runId), ...files),
  );
}
