import { stringify } from "csv-stringify/sync";
import { cellOf, COLUMNS } from "./columns";
import { guardCell } from "./csv-cell";
import type { Rows } from "./write-json";
import type { Summary } from "../model/report";

const BATCH = 500;
const BOM = "\uFEFF";

/**
 * RFC 4180 lines. Without `quoted_match` csv-stringify quotes for the record delimiter CRLF as a whole only, and a cell
 * with a lone CR or LF would break its line.
 */
function lines(records: string[][]): string {
  return stringify(records, { record_delimiter: "\r\n", quoted_match: /[\r\n]/ });
}

/** `report.csv`: UTF-8 with BOM, CRLF, empty for what is not known, every column of the contract. */
export async function* writeCsv(_summary: Summary, rows: Rows): AsyncGenerator<string> {
  yield BOM + lines([COLUMNS.map((column) => column.heading)]);
  let batch: string[][] = [];
  for await (const row of rows) {
    batch.push(COLUMNS.map((column) => guardCell(cellOf(row, column.key))));
    if (batch.length < BATCH) continue;
    yield lines(batch);
    batch = [];
  }
  if (batch.length > 0) yield lines(batch);
}
