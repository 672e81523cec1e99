import { guardCell } from "../../report/csv-cell";
import type { Value } from "./data";

const BOM = "\uFEFF";

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** As report.csv: RFC 4180, CRLF, cells that a spreadsheet would run are guarded. */
export function toCsv(headings: readonly string[], lines: Iterable<readonly Value[]>): string {
  const text = [BOM + headings.map((heading) => quoted(guardCell(heading))).join(",")];
  for (const line of lines) text.push(line.map((value) => quoted(guardCell(value))).join(","));
  return `${text.join("\r\n")}\r\n`;
}

/** Letters and digits of any script; what a file system may not like becomes a hyphen. */
export function fileName(...parts: string[]): string {
  const name = parts.map((part) =>
    part
      .replace(/[^\p{L}\p{N}.]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 60),
  );
  return `${name.filter(Boolean).join("-")}.csv`;
}
