import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { ReportError } from "../errors";
import type { GraphClient } from "../graph/client";
import { downloadReport, IncompleteDownload } from "../graph/download";

/** One line of a usage report. Columns are found by name, in any case and order (graph-facts §4.2). */
export interface UsageRow {
  /** The cell, trimmed; empty where it is blank or the column is not there. The first of the names that exists counts. */
  text: (...names: string[]) => string;
  /** Blank is 0: the row exists. Null where the report has no such column. */
  count: (...names: string[]) => number | null;
  /** An ISO day, or null where blank. */
  day: (name: string) => string | null;
  /** When it was last used. A report without that column is none: every group would look unused. */
  lastActivity: () => string | null;
}

export interface UsageReport<T> {
  rows: T[];
  /** Rows in the file, whether they became a record or not. */
  rowsRead: number;
  /** The newest Report Refresh Date. */
  dataDate: string | null;
  /** Are names and ids hidden by the tenant's setting? */
  isConcealed: boolean;
}

/** A hidden name is an MD5 in upper case; a hidden id is all zeros (graph-facts §4.3). */
const HIDDEN_NAME = /^[0-9A-F]{32}$/i;
const HIDDEN_ID = /^[0-]+$/;
export const isHidden = (value: string) => HIDDEN_ID.test(value) || HIDDEN_NAME.test(value);

/**
 * Reads one usage report of 180 days as a stream.
 * @param keys columns that join to groups; without the first of them the file is none of ours.
 * @param toRecord makes a record of a row; undefined leaves it out.
 */
export async function readUsageReport<T>(
  client: GraphClient,
  report: string,
  keys: string[],
  toRecord: (row: UsageRow) => T | undefined,
): Promise<UsageReport<T>> {
  let unfinishedBytes = -1;
  return downloadReport(client, `/reports/${report}(period='D180')`, async (body) => {
    let bytes = 0;
    let lastByte = 0;
    async function* counted() {
      for await (const chunk of body) {
        bytes += chunk.length;
        lastByte = chunk.at(-1) ?? lastByte;
        yield chunk;
      }
    }
    const result = await readCsv(counted(), keys, toRecord);
    // A last line without its end may be a cut one, even where no column is missing: it counts when it comes twice.
    if (lastByte !== 0x0a && bytes !== unfinishedBytes) {
      unfinishedBytes = bytes;
      throw new IncompleteDownload("a file that ends without a line end");
    }
    return result;
  });
}

async function readCsv<T>(
  content: AsyncIterable<Uint8Array>,
  keys: string[],
  toRecord: (row: UsageRow) => T | undefined,
): Promise<UsageReport<T>> {
  let columns: Map<string, number> | undefined;
  const rows: T[] = [];
  let dataDate: string | null = null;
  let total = 0;
  let hidden = 0;
  const source = Readable.from(content);
  const parser = source.pipe(parse({ bom: true, skip_empty_lines: true, relax_quotes: true }));
  source.on("error", (error) => parser.destroy(error));
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (!columns) {
        columns = new Map(cells.map((name, at) => [name.trim().toLowerCase(), at]));
        if (!keys.some((key) => columns?.has(key.toLowerCase()))) throw new IncompleteDownload("a file that is no usage report");
        continue;
      }
      const row = toRow(columns, cells);
      const refreshed = row.day("Report Refresh Date");
      if (refreshed !== null && (dataDate === null || refreshed > dataDate)) dataDate = refreshed;
      total++;
      if (keys.some((key) => isHidden(row.text(key)))) hidden++;
      const record = toRecord(row);
      if (record !== undefined) rows.push(record);
    }
  } catch (error) {
    // A row with fewer columns than the header, or an open quote: the file was cut in the middle of a line.
    if (error instanceof CsvError) throw new IncompleteDownload(`a file that ends in the middle of a line (${error.code})`);
    throw error;
  }
  if (!columns) throw new IncompleteDownload("an empty file");
  return { rows, rowsRead: total, dataDate, isConcealed: total > 0 && hidden * 2 > total };
}

function toRow(columns: Map<string, number>, cells: string[]): UsageRow {
  const text = (...names: string[]) => {
    for (const name of names) {
      const at = columns.get(name.toLowerCase());
      if (at !== undefined) return (cells[at] ?? "").trim();
    }
    return "";
  };
  const day = (name: string) => /^\d{4}-\d{2}-\d{2}/.exec(text(name))?.[0] ?? null;
  return {
    text,
    count: (...names) => {
      if (!names.some((name) => columns.has(name.toLowerCase()))) return null;
      const value = Number(text(...names));
      return Number.isFinite(value) ? value : 0;
    },
    lastActivity: () => {
      if (!columns.has("last activity date"))
        throw new ReportError("report-incomplete", "The usage report has no column Last Activity Date.");
      return day("Last Activity Date");
    },
    day,
  };
}
