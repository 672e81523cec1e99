import { NOT_KNOWN } from "../../verdict/figure";
import { element } from "./element";

const count = new Intl.NumberFormat();
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const minute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "always" });

/** Null: nobody knows; undefined: there is no such figure. Neither is 0. */
export const figure = (value: number | null | undefined): string =>
  value === undefined ? "–" : value === null ? NOT_KNOWN : count.format(value);

/** The reader's form, with the ISO date-time on hover. */
export function time(dateTime: string): HTMLTimeElement {
  return element("time", { datetime: dateTime, title: dateTime }, minute.format(new Date(dateTime)));
}

export const dayOf = (dateTime: string): string => day.format(new Date(dateTime));

/** `3 hours ago`. */
export function since(dateTime: string, now = Date.now()): string {
  const minutes = Math.round((Date.parse(dateTime) - now) / 60_000);
  if (minutes === 0) return "just now";
  if (Math.abs(minutes) < 90) return ago.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return ago.format(Math.round(minutes / 60), "hour");
  return ago.format(Math.round(minutes / 1440), "day");
}

/** `1 h 5 min`, `2 min 3 s`, `8 s`. */
export function duration(from: string, to: string | number): string {
  const seconds = Math.max(0, Math.round(((typeof to === "number" ? to : Date.parse(to)) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function size(bytes: number): string {
  if (bytes < 100_000) return `${count.format(Math.max(1, Math.round(bytes / 1000)))} kB`;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(bytes / 1_000_000)} MB`;
}
