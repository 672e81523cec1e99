/**
 * What stands in a cell or a field, by the rules of docs/report.md, "What may be believed". Every source reads its days,
 * numbers and ids here, so that blank, understood and not understood are three different types everywhere, and neither a
 * text that nobody has parsed nor NaN is ever compared.
 */

declare const understood: unique symbol;
/** A real calendar day, `2026-11-20`. Days compare as text. */
export type Day = string & { readonly [understood]: "day" };
/** A GUID in lower case. */
export type Guid = string & { readonly [understood]: "guid" };

export type Reading<T> =
  { kind: "blank" } | { kind: "understood"; value: T } | { kind: "unclear"; /** Harmless, to be quoted. */ text: string };

export const BLANK = { kind: "blank" } as const;
const ok = <T>(value: T): Reading<T> => ({ kind: "understood", value });
const unclear = (value: unknown): { kind: "unclear"; text: string } => ({ kind: "unclear", text: harmless(value) });

const DAY_MS = 86_400_000;
/** No group, report or sign-in of Microsoft 365 is older. */
export const FIRST_DAY = "2006-01-01" as Day;
export const LAST_DAY = "9999-12-31" as Day;
/** Longer texts are not understood. */
export const LONGEST_TEXT = 32_768;

/** .NET's DateTime.MinValue: how Microsoft's services write that there is no date. */
const NO_DAY = "0001-01-01";

/** The value where it was understood, else null: for what is only shown. */
export function orNull<T>(reading: Reading<T>): T | null {
  return reading.kind === "understood" ? reading.value : null;
}

/** A text of somebody else's to stand in a sentence: short, on one line, without quotes or markup. */
export function harmless(value: unknown, longest = 40): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? typeof value);
  const plain = text
    .slice(0, 4 * longest)
    .replaceAll(/[^\p{L}\p{N} .,:;/@_+%()-]/gu, "?")
    .replaceAll(/\s+/g, " ")
    .trim();
  const letters = [...plain];
  return letters.length > longest ? `${letters.slice(0, longest).join("")}…` : plain;
}

/** A text that may be shown; longer ones, and what is no text, are not understood. */
export function readText(value: unknown): Reading<string> {
  if (value === null || value === undefined || value === "") return BLANK;
  return typeof value === "string" && value.length <= LONGEST_TEXT ? ok(value) : unclear(value);
}

/** The day after a run's start: clocks and time zones differ, but nothing that was seen lies later. */
export function latestDay(startedAt: string): Day {
  return new Date(Date.parse(startedAt) + DAY_MS).toISOString().slice(0, 10) as Day;
}

/** A day, alone or before `T`, up to the latest one that can be meant. */
export function readDay(value: unknown, latest: Day): Reading<Day> {
  const moment = readMoment(value, latest);
  return moment.kind === "understood" ? ok(moment.value.day) : moment;
}

/** A day and its instant in milliseconds: the day's last where no time of day was understood, so that nothing looks older than it is. */
export interface Moment {
  day: Day;
  time: number;
}

export function readMoment(value: unknown, latest: Day): Reading<Moment> {
  if (value === null || value === undefined) return BLANK;
  if (typeof value !== "string" || value.length > LONGEST_TEXT) return unclear(value);
  const text = value.trim();
  if (text === "") return BLANK;
  const [, day] = /^(\d{4}-\d{2}-\d{2})(?:$|T)/.exec(text) ?? [];
  if (day === NO_DAY) return BLANK;
  if (day === undefined || !isCalendarDay(day) || day < FIRST_DAY || day > latest) return unclear(value);
  const exact = text.length > day.length ? Date.parse(text) : Number.NaN;
  return ok({ day: day as Day, time: Number.isNaN(exact) ? Date.parse(day) + DAY_MS - 1 : exact });
}

/** `2026-02-30` is none: Date takes it for March. */
function isCalendarDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** As readMoment, but a real day before 2006 is none: what was never filled in comes as the year 1, 1601 or 1970. */
export function readSignIn(value: unknown, latest: Day): Reading<Moment> {
  const text = typeof value === "string" ? value.trim().slice(0, 10) : "";
  return isCalendarDay(text) && text < FIRST_DAY ? BLANK : readMoment(value, latest);
}

/** Digits with one decimal point at most: no sign, no separator, no unit. */
export function readNumber(value: unknown): Reading<number> {
  if (value === null || value === undefined) return BLANK;
  if (typeof value !== "string") return unclear(value);
  const text = value.trim();
  if (text === "") return BLANK;
  const number = /^\d+(?:\.\d+)?$/.test(text) && text.length < 40 ? Number(text) : Number.NaN;
  return number <= Number.MAX_SAFE_INTEGER ? ok(number) : unclear(value);
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const ZERO_GUID = "00000000-0000-0000-0000-000000000000";

/** An id of the directory; all zeros is none. */
export function readGuid(value: unknown): Reading<Guid> {
  if (value === null || value === undefined) return BLANK;
  if (typeof value !== "string") return unclear(value);
  const text = value.trim().toLowerCase();
  if (text === "" || text === ZERO_GUID) return BLANK;
  return GUID.test(text) ? ok(text as Guid) : unclear(value);
}
