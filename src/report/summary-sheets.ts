import { CSV_LEGEND, NOTE_LEGEND, resultLegend, warningLegend } from "./code-definitions";
import { COLUMNS } from "./columns";
import type { Cell } from "./sheet-xml";
import { isGap } from "./source-use";
import type { Summary } from "./types";
import { HOLDS_NOTICE, SOURCE_TITLES, STATE_TITLES } from "./wording";

/** A small sheet, held in memory. Its first row is the header. */
export interface Sheet {
  name: string;
  widths: number[];
  rows: Cell[][];
}

function day(text: string | null): Cell {
  return text === null ? null : { day: text };
}

function counts(title: string, figures: Record<string, number>): Cell[][] {
  return Object.entries(figures).map(([name, count]) => [`${title}: ${name}`, count]);
}

export function summarySheet(summary: Summary): Sheet {
  const { tenant, thresholds } = summary;
  const sources = summary.sources.map(({ name, state, rows, dataDate }): Cell[] => [
    `Source: ${SOURCE_TITLES[name]}`,
    `${STATE_TITLES[state]}, ${rows} rows${dataDate === null ? "" : `, data of ${dataDate}`}`,
  ]);
  const rows: Cell[][] = [
    ["Figure", "Value"],
    ["Please note", HOLDS_NOTICE],
    ["Tenant", tenant.name ?? tenant.id],
    ["Tenant id", tenant.id],
    ["Run", summary.runId],
    ["Status", summary.status],
    ["Started (UTC)", new Date(summary.startedAt)],
    ["Finished (UTC)", new Date(summary.finishedAt)],
    ["Seconds", summary.seconds],
    ["Version", summary.version],
    ["Data date", day(summary.dataDate)],
    ["Features", summary.features.join(", ") || "none"],
    ...Object.entries(thresholds).map(([name, value]): Cell[] => [`Threshold: ${name}`, value]),
    ["Groups", summary.groups],
    ["Teams", summary.teams],
    ["Communities", summary.communities],
    ["Archived teams", summary.archivedTeams],
    ["Guest memberships", summary.guestMemberships],
    ["Without an active owner", summary.withoutActiveOwner],
    ["Expire within 30 days", summary.expiresSoon],
    ["Site storage (GB)", summary.storageGB],
    ["Site storage of groups that fail (GB)", summary.failStorageGB],
    ["No longer listed since the last report", summary.removed.length],
    ...counts("Result", summary.byResult),
    ...counts("Warning", summary.byWarning),
    ...counts("Note", summary.byNote),
    ...sources,
  ];
  return { name: "Summary", widths: [42, 90], rows };
}

/** Sources that are a gap, gaps that belong to no source, and groups that this file had no room for. */
export function gapsSheet(summary: Summary, groupsWritten: number): Sheet {
  const gaps = summary.sources
    .filter((source) => isGap(source.state))
    .map((source): Cell[] => {
      const { name, state, rows, dataDate, coverage, remedy } = source;
      return [SOURCE_TITLES[name], STATE_TITLES[state], rows, day(dataDate), coverage, remedy];
    });
  const messages = summary.messages.map((message): Cell[] => ["Run", summary.status, null, null, null, message]);
  const room = `The sheet Groups holds ${groupsWritten} of ${summary.groups} groups, Excel's limit; report.csv holds all.`;
  const cut: Cell[][] = groupsWritten < summary.groups ? [["This file", "cut", groupsWritten, null, null, room]] : [];
  const found = [...gaps, ...messages, ...cut];
  const none: Cell[] = ["None", null, null, null, null, "Every source that was asked for is complete."];
  const header: Cell[] = ["Source", "State", "Rows", "Data Date", "Coverage", "What is missing and what to do"];
  return { name: "Gaps", widths: [30, 16, 10, 12, 10, 140], rows: [header, ...(found.length > 0 ? found : [none])] };
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
