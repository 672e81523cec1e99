import { BEGINNINGS } from "../../src/report/csv-cell";

/** The text of a guarded cell: one `'` less wherever there would be one more. */
export function unguarded(cell: string): string {
  return BEGINNINGS.toReversed()
    .reduce(
      (text, beginning) =>
        text.replace(beginning, (_all, skipped: string, quotes: string | undefined) => `${skipped}${quotes?.slice(1) ?? ""}`),
      `,${cell}`,
    )
    .slice(1);
}

/** What full-width and small signs stand for, by Unicode's own tables. */
const isStarter = (sign: string) => /^[=+\-@−]$/.test(sign.normalize("NFKC"));

/** Written apart from the guard: all that somebody may trim. */
const TRIMMED = new RegExp(
  String.raw`^[\s"\0-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]*`,
  "u",
);

/** The cells of a file that begin as a formula does, for a program that splits at line ends and at this sign, and knows no quotes. */
export function formulasIn(file: string, separator: string): string[] {
  return file
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .flatMap((line) => line.split(separator))
    .filter((cell) => isStarter([...cell.replace(TRIMMED, "")][0] ?? ""));
}
