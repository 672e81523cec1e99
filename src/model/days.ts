import type { Day } from "./understood";

const DAY_MS = 86_400_000;

/** The UTC day (`2026-11-20`) of a date-time; null for none and for text that is no date. */
export function dayOf(dateTime: string | null): Day | null {
  if (dateTime === null) return null;
  const time = Date.parse(dateTime);
  return Number.isNaN(time) ? null : (new Date(time).toISOString().slice(0, 10) as Day);
}

/** A day that this software has written, as it stands in a report. */
export const writtenDay = (text: string): Day => text.slice(0, 10) as Day;

/** Whole days from one day to another. Only what was understood as a day is compared (model/understood.ts); negative where `from` is the later one. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Whole 24-hour periods between two date-times, 0 where the first is the later one (clocks differ); null where it is not known. */
export function wholeDaysSince(dateTime: string | null, until: string): number | null {
  if (dateTime === null) return null;
  const days = Math.floor((Date.parse(until) - Date.parse(dateTime)) / DAY_MS);
  return Number.isNaN(days) ? null : Math.max(0, days);
}

/** Is the date-time no later than so many 24-hour periods after the start? */
export function isWithinDays(dateTime: string | null, start: string, days: number): boolean {
  return dateTime !== null && Date.parse(dateTime) <= Date.parse(start) + days * DAY_MS;
}

/** Rows whose own date is older than the report's by more were left over from an earlier one. */
const OLDEST_DAYS = 7;

export function isTooOld(refreshed: Day, dataDate: Day | null): boolean {
  return dataDate !== null && daysBetween(refreshed, dataDate) > OLDEST_DAYS;
}
