/** A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** A value as a cell of CSV that no spreadsheet runs; empty for what is not known. */
export function guardCell(value: string | number | boolean | null): string {
  const cell = value === null ? "" : String(value);
  return FORMULA.test(cell) ? `'${cell}` : cell;
}
