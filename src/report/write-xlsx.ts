import { strToU8, Zip, ZipDeflate } from "fflate";
import { cellOf, COLUMNS, type Column } from "./columns";
import { rowXml, sheetEnd, sheetStart, STYLE, type Cell } from "./sheet-xml";
import { definitionsSheet, gapsSheet, summarySheet, type Sheet } from "./summary-sheets";
import type { ReportRow, Summary } from "../model/report";
import { sheetPath, workbookParts, workbookXml, type SheetPart } from "./workbook-parts";
import { CHUNK, type Rows } from "./write-json";

const SHEETS = ["Summary", "Groups", "Gaps", "Definitions"] as const;

/** Excel's limit of rows in a sheet, the header among them. */
const ROW_LIMIT = 1_048_576;

/** Level 6 makes the file a tenth smaller than level 3, at twice the time. */
const LEVEL = 3;

function typedCell(row: ReportRow, { key, type }: Column): Cell {
  const value = cellOf(row, key);
  return type === "date" && typeof value === "string" ? { day: value } : value;
}

/**
 * `report.xlsx`: Summary, Groups, Gaps, Definitions. Streamed: a piece of sheet XML is deflated and handed on before the
 * next is made. Past Excel's limit of rows the sheet Groups ends, and the sheet Gaps says so.
 */
export async function* writeXlsx(summary: Summary, rows: Rows): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    ready.push(data);
  });
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  const open = (path: string) => {
    const entry = new ZipDeflate(path, { level: LEVEL });
    // Else fflate takes the present time, and the same report would have another hash each time.
    entry.mtime = summary.startedAt;
    zip.add(entry);
    return entry;
  };
  const parts: SheetPart[] = [];
  const addSheet = ({ name, widths, rows: cells }: Sheet) => {
    const lines = cells.map((line, index) => rowXml(index + 1, line, index === 0 ? STYLE.header : STYLE.wrapped));
    const columns = widths.length;
    open(sheetPath(parts.length)).push(strToU8(sheetStart(widths) + lines.join("") + sheetEnd(columns, lines.length)), true);
    parts.push({ name, columns, rows: lines.length });
  };

  for (const [path, xml] of workbookParts(SHEETS)) open(path).push(strToU8(xml), true);
  addSheet(summarySheet(summary));

  const groups = open(sheetPath(parts.length));
  let text =
    sheetStart(COLUMNS.map((column) => column.width)) +
    rowXml(
      1,
      COLUMNS.map((column) => column.heading),
      STYLE.header,
    );
  let count = 1;
  for await (const row of rows) {
    if (count === ROW_LIMIT) break;
    count += 1;
    text += rowXml(
      count,
      COLUMNS.map((column) => typedCell(row, column)),
    );
    if (text.length < CHUNK) continue;
    groups.push(strToU8(text));
    text = "";
    yield* take();
  }
  groups.push(strToU8(text + sheetEnd(COLUMNS.length, count)), true);
  parts.push({ name: "Groups", columns: COLUMNS.length, rows: count });

  addSheet(gapsSheet(summary, count - 1));
  addSheet(definitionsSheet(summary));
  open("xl/workbook.xml").push(strToU8(workbookXml(parts)), true);
  zip.end();
  yield* take();
}
