import { LONGEST_TEXT } from "../model/understood";

/** A line of a file: null where it is too long to be read, which is not kept either. */
export interface Line {
  text: string | null;
  /** The last one, without its line end: it may be cut. */
  isOpen?: true;
}

/** The lines of a stream, by chunk. Memory holds one chunk and one line, whatever is sent. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let isTooLong = false;
  const take = (piece: string): Line => {
    const text = rest + piece;
    const line = { text: isTooLong || text.length > LONGEST_TEXT ? null : text };
    rest = "";
    isTooLong = false;
    return line;
  };
  const keep = (piece: string) => {
    if (isTooLong || rest.length + piece.length > LONGEST_TEXT) {
      isTooLong = true;
      rest = "";
    } else rest += piece;
  };
  for await (const chunk of body) {
    const pieces = decoder.decode(chunk, { stream: true }).split("\n");
    const last = pieces.pop() as string;
    yield pieces.map((piece) => take(piece));
    keep(last);
  }
  keep(decoder.decode());
  if (rest !== "" || isTooLong) yield [{ ...take(""), isOpen: true }];
}

/** The cells of one line by RFC 4180. A quote inside of a cell that is not doubled is a part of it. */
export function splitCells(text: string): { cells: string[]; /** A quoted cell has no end here. */ isOpen: boolean } {
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    if (text[at] === '"') {
      const { cell, next } = quotedCell(text, at + 1);
      cells.push(cell);
      if (next === undefined) return { cells, isOpen: true };
      at = next;
    } else {
      const comma = text.indexOf(",", at);
      const end = comma < 0 ? text.length : comma;
      cells.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return { cells, isOpen: false };
  }
}

function quotedCell(text: string, from: number): { cell: string; next?: number } {
  let cell = "";
  for (let at = from; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { cell: cell + text.slice(at) };
    const after = text[quote + 1];
    if (after === undefined || after === ",") return { cell: cell + text.slice(at, quote), next: quote + 1 };
    cell += text.slice(at, quote + 1);
    at = after === '"' ? quote + 2 : quote + 1;
  }
}

/** A row of cells, or a line that could not be made one: its text, empty where it was too long. */
export type CsvRow = { cells: string[]; hasLineEnds: boolean } | { broken: string };

/** A name has been seen with a line end in it; more of them are a quote that nobody has closed. */
const MOST_LINES = 8;

/**
 * Puts lines together to rows. A quoted cell may go on in the next line, unless that line is a row of its own or the
 * cells then no longer fit: the quote was not doubled, and costs its own line alone.
 */
export function createRowReader(columns: number, startsRow: (line: string) => boolean) {
  let pending: string[] = [];
  /** Blank lines since the last row: at the end of the file they are nothing, between rows they stand where one was. */
  let blank = 0;

  function giveUp(): CsvRow[] {
    const [first = "", ...others] = pending;
    pending = [];
    return [{ broken: first }, ...others.flatMap((line) => add(line))];
  }

  function add(text: string | null): CsvRow[] {
    if (text === null) return [...flush(), { broken: "" }];
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (pending.length === 0) {
      if (line.trim() === "") {
        blank++;
        return [];
      }
      const between = Array.from({ length: blank }, () => ({ broken: "" }));
      blank = 0;
      if (between.length > 0) return [...between, ...add(text)];
      const { cells, isOpen } = splitCells(line);
      if (!isOpen) return [{ cells, hasLineEnds: false }];
      pending = [text];
      return [];
    }
    const whole = [...pending, line].join("\n");
    if (startsRow(line) || pending.length >= MOST_LINES || whole.length > LONGEST_TEXT) return [...giveUp(), ...add(text)];
    const { cells, isOpen } = splitCells(whole);
    pending.push(text);
    if (isOpen) return [];
    if (!fits(cells, columns)) return giveUp();
    pending = [];
    return [{ cells, hasLineEnds: true }];
  }

  /** What is left when the file has ended. */
  function flush(): CsvRow[] {
    const rows: CsvRow[] = [];
    while (pending.length > 0) rows.push(...giveUp());
    return rows;
  }

  return { add, flush };
}

/** Empty cells at the end are no cells. */
export function fits(cells: readonly string[], columns: number): boolean {
  return cells.length >= columns && cells.slice(columns).every((cell) => cell.trim() === "");
}
