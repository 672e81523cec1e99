import { downloadReport, IncompleteDownload } from "../graph/download";
import { createRowReader, type CsvRow, readLines, splitCells } from "./csv-rows";
import type { LeftOut, UsageRecord } from "./records";
import type { PageContext } from "./source";
import { type Day, latestDay, orNull, readDay } from "./understood";
import { createUsageTally, type UsageTally } from "./usage-tally";
import { columnsOf, type Columns, type Figure, type UsageRow } from "./usage-row";
import { toRecord } from "./usage-record";

/** A usage report: its columns, and how a row of it becomes a record of a group. */
export interface UsageSpec<R, F extends string = string> {
  /** The function under /reports. */
  report: string;
  /** As it is called within a sentence. */
  title: string;
  /** Columns that join to groups; a file with none of them is none of ours. Ids and addresses stand here: where most are hidden, all is. */
  keys: readonly string[];
  /** Columns that hold names, which may have a line end. */
  names: readonly string[];
  /** Columns without which a group's lack of activity proves nothing. */
  needed: readonly string[];
  /** Columns that are never blank in all rows of a report whose counts are above 0. */
  filled: readonly string[];
  /** What was counted in the period; above 0, a blank Last Activity Date is not believed. */
  counts: readonly Count[];
  /** Figures by the names that their column may have. */
  figures: Record<F, readonly string[]>;
  /** A row as a record, or why it is none; undefined where it is no group's. */
  toRecord: (row: UsageRow<F>) => R | NotUsed | undefined;
  /** The group that a row without order belongs to, where that can be told from its text. */
  tell: (text: string) => string | undefined;
  /** A column of addresses; without one in any row, names are hidden. */
  addresses?: string;
}

/** A row that was not understood, or is of another kind; `id` is its group where that can be told. */
export interface NotUsed {
  leftOut: string;
  id?: string;
  isOfOtherKind?: true;
}

/** Columns of a noun that are added up: `250 posts and 20 replies are 270 messages`. */
export interface Count {
  noun: string;
  columns: readonly string[];
}

export interface UsageReport {
  /** Rows in the file, whether they became a record or not. */
  rowsRead: number;
  /** Rows that were left out, or had a cell that was not understood. */
  notUnderstood: number;
  /** Was there a row that was left out, and nobody can say whose it is? */
  isUntold: boolean;
  /** Is there a row of a group without activity, so that a group without a row was not seen at all? */
  listsIdle: boolean;
  /** The newest Report Refresh Date that at least 5 % of the rows bear. */
  dataDate: Day | null;
  /** Are names and ids hidden by the tenant's setting? */
  isConcealed: boolean;
  /** Why the report is not to be trusted for what it does not show; in sentences, the first is the one to tell. */
  faults: string[];
}

/** So many records are handed on together. */
const BLOCK = 20_000;

export interface ReportContext extends Pick<PageContext, "client" | "keep" | "discard"> {
  /** Date-time of the run's start. */
  startedAt: string;
}

/** Reads one usage report of 180 days as a stream, and hands its records on as they come. */
export async function readUsageReport<R extends UsageRecord, F extends string>(
  { client, startedAt, keep, discard }: ReportContext,
  spec: UsageSpec<R, F>,
): Promise<UsageReport> {
  let unfinishedBytes = -1;
  const latest = latestDay(startedAt);
  return downloadReport(client, `/reports/${spec.report}(period='D180')`, async (body) => {
    let bytes = 0;
    discard();
    async function* counted() {
      for await (const chunk of body) {
        bytes += chunk.length;
        yield chunk;
      }
    }
    const { report, end } = await readCsv(counted(), spec, latest, keep as (records: (R | LeftOut)[]) => Promise<void>);
    if (end === "cut") throw new IncompleteDownload("a file that ends in the middle of a line");
    // A last line without its end may be a cut one, even where no column is missing: it counts when it comes twice.
    if (end === "open" && bytes !== unfinishedBytes) {
      unfinishedBytes = bytes;
      throw new IncompleteDownload("a file that ends without a line end");
    }
    return report;
  });
}

interface Read {
  report: UsageReport;
  /** `open`: the last line has no end, or its quote has none; `cut`: cells are missing from it as well. */
  end: "whole" | "open" | "cut";
}

/** The same of a stream that is there already. */
export async function readCsv<R extends UsageRecord, F extends string>(
  content: AsyncIterable<Uint8Array>,
  spec: UsageSpec<R, F>,
  latest: Day,
  keep: (records: (R | LeftOut)[]) => Promise<void>,
): Promise<Read> {
  let columns: Columns | undefined;
  let reader: ReturnType<typeof createRowReader> | undefined;
  let tally: UsageTally | undefined;
  let block: (R | LeftOut)[] = [];
  let isOpen = false;
  let last: CsvRow | undefined;

  const take = (rows: CsvRow[]) => {
    if (!columns || !tally) return;
    for (const row of rows) {
      last = row;
      const record = toRecord(row, columns, spec, latest, tally);
      if (record) block.push(record);
    }
  };

  for await (const lines of readLines(content)) {
    for (const line of lines) {
      isOpen = line.isOpen === true;
      if (!columns || !reader) {
        if (line.text?.trim() === "") continue;
        columns = headerOf(line.text, spec.keys);
        tally = createUsageTally(spec, columns);
        const refreshed = columns.at("Report Refresh Date");
        const startsRow = (text: string) =>
          refreshed !== undefined && orNull(readDay(splitCells(text).cells[refreshed], latest)) !== null;
        reader = createRowReader(columns.count, startsRow);
      } else take(reader.add(line.text));
    }
    if (block.length >= BLOCK) {
      await keep(block);
      block = [];
    }
  }
  if (!columns || !reader || !tally) throw new IncompleteDownload("an empty file");
  const unclosed = reader.flush();
  take(unclosed);
  await keep(block);
  const isShort = last !== undefined && cellCount(last) < columns.count;
  const end = isOpen && isShort ? "cut" : isOpen || (unclosed.length > 0 && isShort) ? "open" : "whole";
  return { report: tally.report(), end };
}

function headerOf(text: string | null, keys: readonly string[]): Columns {
  const { cells, isOpen } = splitCells((text ?? "").replace(/\r$/, ""));
  const columns = columnsOf(cells);
  if (isOpen || !keys.some((key) => columns.at(key) !== undefined))
    throw new IncompleteDownload("a file that is no usage report");
  return columns;
}

const cellCount = (row: CsvRow) => ("broken" in row ? row.broken.split(",").length : row.cells.length);

/** What a record holds of every row: when its group was last active, as of when, and the first cell that was not understood. */
export function commonOf(row: UsageRow<string>): Omit<UsageRecord, "id"> {
  const refreshed = orNull(row.refreshed);
  return {
    ...(refreshed === null ? {} : { refreshed }),
    lastActivity: row.lastActivity,
    ...(row.unread === undefined ? {} : { unread: row.unread }),
  };
}

/** Figures of a row that exists: blank is 0; null where the column is not there, or its cell was not understood. */
export function figuresOf<F extends string>(figures: Record<F, Figure>): Record<F, number | null> {
  const entries = Object.entries(figures) as [F, Figure][];
  return Object.fromEntries(entries.map(([key, figure]) => [key, figure === "blank" ? 0 : (figure ?? null)])) as Record<
    F,
    number | null
  >;
}
