import { CONTROLS, withoutControls } from "../model/errors";
import { eventLine } from "./event-line";
import type { TelemetryEvent } from "./events";

/**
 * The one way to a terminal: the linter lets no other file write to it. Names, messages and claims are others' words, and a terminal
 * obeys what stands in them: it moves its cursor, sets its title, fills the clipboard, turns text round.
 */

/** A line on stdout. Whatever would end it or move the cursor is a `?`. */
export function say(line: string): void {
  process.stdout.write(`${withoutControls(line)}\n`);
}

/** A line on stderr. */
export function complain(line: string): void {
  process.stderr.write(`${withoutControls(line)}\n`);
}

/** Text of several lines, of ours, on stdout; a line end at its end is none more. */
export function sayAtLength(text: string): void {
  linesOf(text).forEach(say);
}

/** The same on stderr: a stack, in which others' words may stand, which is why it is shown on demand alone. */
export function complainAtLength(text: string): void {
  linesOf(text).forEach(complain);
}

const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");

/** A value as a line of JSON on stdout; no sign is lost, since JSON has an escape for each. */
export function sayJson(value: unknown): void {
  sayJsonText(JSON.stringify(value));
}

/** An event, as it is logged in Azure. */
export function sayEvent(event: TelemetryEvent): void {
  sayJsonText(eventLine(event));
}

function sayJsonText(text: string): void {
  const escaped = text.replace(CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  process.stdout.write(`${escaped}\n`);
}

/** A question, whose answer is typed behind it. */
export function ask(question: string): void {
  process.stdout.write(`${withoutControls(question)} `);
}

/** Does somebody look at stderr? */
export function isWatched(): boolean {
  return process.stderr.isTTY;
}

/** Ends the process with its exit code as soon as all is written: a pipe on Windows may be slow. */
export function exitWhenWritten(): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

/** What moves the cursor, hides it and clears lines (ECMA-48 CSI, DEC private modes 7 and 25), and no other sequence. */
// eslint-disable-next-line no-control-regex
const MOVES = /(\u001b\[(?:\?(?:7|25)[hl]|\d*[A-GJK]|\d+;\d+H|0?m)|[\r\n])/;

/** Stderr for bars, which draw over themselves: their own moves pass, nothing else does. */
export function barStream(): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: never[]) => {
    const parts = String(text).split(MOVES);
    return process.stderr.write(parts.map((part, at) => (at % 2 === 1 ? part : withoutControls(part))).join(""), ...rest);
  };
  return new Proxy(process.stderr, {
    get: (stream, name) => {
      if (name === "write") return write;
      const value: unknown = Reflect.get(stream, name, stream);
      return typeof value === "function" ? (value.bind(stream) as unknown) : value;
    },
  });
}
