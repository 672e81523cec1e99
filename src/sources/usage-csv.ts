import { downloadReport, IncompleteDownload } from "../graph/download";
import { createRowReader, type CsvRow, readLines, splitCells } from "./csv-rows";
import type { LeftOut, UsageRecord } from "../model/records";
import type { PageContext } from "./source";
import { type Day, latestDay, orNull, readDay } from "../model/understood";
import { createUsageTally, type UsageTally } from "./usage-tally";
import { columnsOf } from "./usage-row";
import type { Columns, Figure, UsageReport, UsageRow, UsageSpec } from "./usage-spec";
import { toRecord } from "./usage-record";

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
