import type { Thresholds } from "../model/run";

/** Ranges of a whole number, for charts and filters. The last one, `none`, is for what is not known. */
export interface Bands {
  /** As they stand in links: `31-90`, `365-`, `none`. */
  codes: string[];
  labels: string[];
  /** Place of a value's band. */
  of(value: number | null): number;
}

const YEAR = 365;

/** A band as text: `31–90`, from a year on in years. */
function label(from: number, next: number | undefined, unit: string): string {
  if (next === undefined) return from % YEAR === 0 ? `${from / YEAR}+ ${from === YEAR ? "year" : "years"}` : `${from}+${unit}`;
  if (from >= YEAR && from % YEAR === 0 && next % YEAR === 0) {
    return next === from + YEAR ? `${from / YEAR} year` : `${from / YEAR}–${next / YEAR - 1} years`;
  }
  return next === from + 1 ? `${from}${unit}` : `${from}–${next - 1}${unit}`;
}

function bandsFrom(starts: readonly number[], unit: string, unknown: string): Bands {
  const sorted = [...new Set(starts)].toSorted((a, b) => a - b);
  const code = (from: number, next: number | undefined) => `${from}-${next === undefined ? "" : next - 1}`;
  return {
    codes: [...sorted.map((from, at) => code(from, sorted[at + 1])), "none"],
    labels: [...sorted.map((from, at) => label(from, sorted[at + 1], unit)), unknown],
    of: (value) =>
      value === null
        ? sorted.length
        : Math.max(
            0,
            sorted.findLastIndex((from) => value >= from),
          ),
  };
}

/** Days without activity. The thresholds of the run are cuts: none of these bands mixes two results. */
export function inactivityBands({ inactiveDays, failDays }: Thresholds): Bands {
  return bandsFrom([0, 31, inactiveDays + 1, failDays + 1, YEAR], " days", "none known");
}

export function ageBands({ newGroupDays }: Thresholds): Bands {
  return bandsFrom([0, newGroupDays, 180, YEAR, 2 * YEAR, 5 * YEAR], " days", "not known");
}

export const GUEST_BANDS = bandsFrom([0, 1, 11, 51], "", "not known");
