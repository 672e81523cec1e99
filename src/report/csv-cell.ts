/**
 * A cell that begins with one of these is run as a formula (owasp.org/www-community/attacks/CSV_Injection). Spreadsheets take
 * full-width and small forms for the plain ones.
 */
const STARTER = String.raw`[=+\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20]`;

/** What programs drop from the beginning of a cell, or do not show: white space of every kind, controls, the quotes of CSV. */
const SKIPPED = String.raw`[\s"\p{Cc}\p{Cf}\p{DI}]`;

/**
 * A cell also begins after each separator and each line end, for a program that is set to another separator than the comma or does
 * not know what quotes mean. Each pattern matches every such beginning, with what is skipped, so that no text is read twice;
 * its second group is there where something follows that has to be guarded. The second pattern is for programs that drop a
 * tab or CR and look at what follows.
 */
export const BEGINNINGS = [
  new RegExp(String.raw`([,;|\t\r\n\v\f\x85\u2028\u2029]${SKIPPED}*)(?:('*)(?=${STARTER})|)`, "gu"),
  new RegExp(String.raw`([,;|\t](?:(?![\t\r\n])${SKIPPED})*)(?:('*)(?=[\t\r])|)`, "gu"),
] as const;

/**
 * A value as a cell of CSV that no spreadsheet runs, whichever separator it is set to; empty for what is not known. Text gets a `'` in
 * front of what would begin a formula; our own numbers are numbers.
 *
 * It can be undone: where this function puts a `'`, there is one more than in the text (`=1` becomes `'=1`, and `'=1` becomes `''=1`).
 */
export function guardCell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  // The cell's own beginning comes after a comma.
  return BEGINNINGS.reduce(
    (text, beginning) =>
      text.replace(beginning, (_all, skipped: string, quotes: string | undefined) =>
        quotes === undefined ? skipped : `${skipped}'${quotes}`,
      ),
    `,${value}`,
  ).slice(1);
}
