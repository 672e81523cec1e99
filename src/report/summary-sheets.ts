import { CSV_LEGEND, NOTE_LEGEND, resultLegend, warningLegend } from "../verdict/code-definitions";
import { COLUMNS } from "./columns";
import { figureOr, NOT_KNOWN } from "../verdict/figure";
import { figureNote, figureOf, unjudgedNote } from "../verdict/figure-words";
import { gapsIn } from "../verdict/remedies";
import type { Cell } from "./sheet-xml";
import { type Figure, type FigureName, NOTES, RESULTS, type Summary, WARNINGS } from "../model/report";
import { HOLDS_NOTICE, SOURCE_TITLES, STATE_TITLES } from "../verdict/wording";

/** A small sheet, held in memory. Its first row is the header. */
export interface Sheet {
  name: string;
  widths: number[];
  rows: Cell[][];
}

function day(text: string | null): Cell {
  return text === null ? null : { day: text };
}

/** A figure with what of it is not known: never 0 for nobody knows. */
function line(title: string, value: Figure, note: string | null = null): Cell[] {
  return [title, value ?? NOT_KNOWN, note];
}

export function summarySheet(summary: Summary): Sheet {
  const { tenant, thresholds } = summary;
  const own = (title: string, name: FigureName) => line(title, figureOf(summary, name), figureNote(summary, name));
  const sources = summary.sources.map(({ name, state, rows, notUnderstood, dataDate, coverage }): Cell[] => [
    `Source: ${SOURCE_TITLES[name]}`,
    [
      STATE_TITLES[state],
      `${rows} rows`,
      ...(notUnderstood ? [`${notUnderstood} not understood`] : []),
      ...(dataDate === null ? [] : [`data of ${dataDate}`]),
      ...(coverage === null ? [] : [`coverage ${Math.round(coverage * 1000) / 10} %`]),
    ].join(", "),
    null,
  ]);
  const moves = (summary.moves ?? []).map(({ from, to, groups }) =>
    line(`Since the last report: ${from ?? "not listed"} to ${to ?? "not listed"}`, groups),
  );
  const rows: Cell[][] = [
    ["Figure", "Value", "What is not known"],
    ["Please note", HOLDS_NOTICE, null],
    ["Tenant", tenant.name ?? tenant.id, null],
    ["Tenant id", tenant.id, null],
    ["Run", summary.runId, null],
    ["Status", summary.status, null],
    ["Started (UTC)", new Date(summary.startedAt), null],
    ["Finished (UTC)", new Date(summary.finishedAt), null],
    ["Seconds", summary.seconds, null],
    ["Version", summary.version, null],
    ["Data date", day(summary.dataDate), null],
    ["Features", summary.features.join(", ") || "none", null],
    ...Object.entries(thresholds).map(([name, value]): Cell[] => [`Threshold: ${name}`, value, null]),
    line("Groups", summary.groups),
    line("Teams", summary.teams),
    own("Communities", "communities"),
    own("Archived teams", "archivedTeams"),
    own("Guest memberships", "guestMemberships"),
    own("Without an active owner", "withoutActiveOwner"),
    own("Expire within 30 days", "expiresSoon"),
    own("Site storage (GB)", "storageGB"),
    own("Site storage of groups that fail (GB)", "failStorageGB"),
    line(
      "No longer listed since the last report",
      summary.moves === null ? null : summary.removed.length,
      summary.moves === null ? "no earlier report to compare with" : null,
    ),
    ...moves,
    ...RESULTS.map((result) =>
      line(
        `Result: ${result}`,
        summary.byResult[result],
        result === "Fail" || result === "Issues" ? unjudgedNote(summary.byResult[result], summary) : null,
      ),
    ),
    ...WARNINGS.map((code) => own(`Warning: ${code}`, code)),
    ...NOTES.map((code) => own(`Note: ${code}`, code)),
    ...sources,
  ];
  return { name: "Summary", widths: [42, 60, 80], rows };
}

/** Gaps, each remedy once with its sources; gaps that belong to no source; and groups that this file had no room for. */
export function gapsSheet(summary: Summary, groupsWritten: number): Sheet {
  const gaps = gapsIn(summary).map((gap): Cell[] => {
    const sources = summary.sources.filter(({ name }) => gap.sources.includes(name));
    const days = new Set(sources.map(({ dataDate }) => dataDate));
    const coverages = sources.map(({ coverage }) => coverage).filter((coverage) => coverage !== null);
    return [
      gap.names,
      gap.state,
      sources.reduce((sum, { rows }) => sum + rows, 0),
      // The dates of several reports stand in the sheet Summary.
      day(days.size === 1 ? (sources[0]?.dataDate ?? null) : null),
      coverages.length > 0 ? Math.min(...coverages) : null,
      gap.remedy,
    ];
  });
  const messages = summary.messages.map((message): Cell[] => ["Run", summary.status, null, null, null, message]);
  const room = `The sheet Groups holds ${groupsWritten} of ${figureOr(summary.groups)} groups, Excel's limit; report.csv holds all.`;
  const cut: Cell[][] = groupsWritten < (summary.groups ?? 0) ? [["This file", "cut", groupsWritten, null, null, room]] : [];
  const found = [...gaps, ...messages, ...cut];
  const none: Cell[] = ["None", null, null, null, null, "Every source that was asked for is complete."];
  const header: Cell[] = ["Source", "State", "Rows", "Data Date", "Coverage", "What is missing and what to do"];
  return { name: "Gaps", widths: [44, 16, 10, 12, 10, 140], rows: [header, ...(found.length > 0 ? found : [none])] };
}

function legend(title: string, codes: Record<string, string>): Cell[][] {
  return Object.entries(codes).map(([code, meaning]) => [title, code, null, null, meaning]);
}

export function definitionsSheet({ thresholds }: Summary): Sheet {
  const rows: Cell[][] = [
    ["Section", "Name", "JSON Key", "Type", "Definition"],
    ...COLUMNS.map(({ heading, key, type, definition }): Cell[] => ["Column", heading, key, type, definition]),
    ...legend("Result", resultLegend(thresholds)),
    ...legend("Warning", warningLegend(thresholds)),
    ...legend("Note", NOTE_LEGEND),
    ...legend("File", { "report.csv": CSV_LEGEND }),
  ];
  return { name: "Definitions", widths: [12, 26, 22, 10, 160], rows };
}
