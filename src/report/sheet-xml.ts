/** What a cell may hold. A string is an inline string, so text that begins with = is text and needs no guard. */
export type Cell = string | number | boolean | Date | { day: string } | null;

/** Places in the cell formats of styles.xml. */
export const STYLE = { plain: 0, header: 1, day: 2, time: 3, wrapped: 4 } as const;

/** Excel's limit for the text of a cell, in UTF-16 code units. */
const TEXT_LIMIT = 32_767;

const DAY_MS = 86_400_000;
/** Serial numbers count days from 1899-12-30; before 1900-03-01 Excel and LibreOffice disagree about the leap year 1900. */
const EPOCH = Date.UTC(1899, 11, 30);
const FIRST_DAY = Date.UTC(1900, 2, 1);

// What XML 1.0 does not allow at all, CR (which parsers turn into LF), lone surrogates, and text that looks like an escape.
const NEEDS_ESCAPE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|_(?=x[0-9A-Fa-f]{4}_)/g;
const MARKUP: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For text and attributes. `_xHHHH_` is the escape of ST_Xstring (ECMA-376 part 1, 22.9.2.19). */
export function escapeXml(text: string): string {
  return text
    .replace(NEEDS_ESCAPE, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replace(/[&<>"]/g, (sign) => MARKUP[sign] ?? sign);
}

function shortened(text: string): string {
  if (text.length <= TEXT_LIMIT) return text;
  const cut = text.slice(0, TEXT_LIMIT - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** A column's letters: 0 is A, 26 is AA. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest >= 0 ? columnName(rest) : "") + String.fromCharCode(65 + (index % 26));
}

function textXml(at: string, text: string, style: number): string {
  const format = style === STYLE.plain ? "" : ` s="${style}"`;
  return `<c r="${at}"${format} t="inlineStr"><is><t xml:space="preserve">${escapeXml(shortened(text))}</t></is></c>`;
}

function timeXml(at: string, time: number, style: number, text: string): string {
  if (Number.isNaN(time) || time < FIRST_DAY) return textXml(at, text, STYLE.plain);
  return `<c r="${at}" s="${style}"><v>${(time - EPOCH) / DAY_MS}</v></c>`;
}

/** A cell of an open sheet; nothing for null and empty text, so that such cells are blank for filters and formulas. */
function cellXml(at: string, cell: Cell, style: number): string {
  if (cell === null || cell === "") return "";
  if (typeof cell === "string") return textXml(at, cell, style);
  if (typeof cell === "boolean") return `<c r="${at}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === "number") return Number.isFinite(cell) ? `<c r="${at}"><v>${cell}</v></c>` : "";
  if (cell instanceof Date) return timeXml(at, cell.getTime(), STYLE.time, String(cell));
  return timeXml(at, Date.parse(cell.day), STYLE.day, cell.day);
}

/** A row; `number` counts from 1. `style` is for its text cells. */
export function rowXml(number: number, cells: readonly Cell[], style: number = STYLE.plain): string {
  return `<row r="${number}">${cells.map((cell, column) => cellXml(`${columnName(column)}${number}`, cell, style)).join("")}</row>`;
}

/** The start of a sheet whose first row stays in sight. Widths are in characters. */
export function sheetStart(widths: readonly number[]): string {
  const columns = widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`);
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">' +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>' +
    `<sheetFormatPr defaultRowHeight="15"/><cols>${columns.join("")}</cols><sheetData>`
  );
}

/** The end of a sheet, with a filter over `rows` rows (the header is one of them). */
export function sheetEnd(columns: number, rows: number): string {
  return `</sheetData><autoFilter ref="A1:${columnName(columns - 1)}${rows}"/></worksheet>`;
}
