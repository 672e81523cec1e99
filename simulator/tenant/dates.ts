const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Half a million date-times fall on a few thousand hours: they share their strings, by hours before the last `now`. */
let madeFor = Number.NaN;
const made = new Map<number, string>();

/** A date-time as Graph writes it (whole seconds, Z), so many days and hours before another. */
export function daysBefore(now: Date, days: number, hours = 2): string {
  if (madeFor !== now.getTime()) {
    madeFor = now.getTime();
    made.clear();
  }
  const back = days * 24 + hours;
  let text = made.get(back);
  if (text === undefined) {
    text = `${new Date(madeFor - back * HOUR).toISOString().slice(0, 19)}Z`;
    made.set(back, text);
  }
  return text;
}

export function minutesBefore(now: Date, minutes: number): string {
  return `${new Date(now.getTime() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
}

const days = new Map<number, string>();

/** An ISO day, so many days before today (UTC). */
export function dayBefore(now: Date, back: number): string {
  const day = Math.floor(now.getTime() / DAY) - back;
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * DAY).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}
