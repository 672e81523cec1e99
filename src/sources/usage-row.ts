import type { Seen } from "../model/records";
import { type Day, harmless, type Reading, readDay, readNumber } from "../model/understood";
import type { Columns, Count, Figure, UsageRow, UsageSpec } from "./usage-spec";

export function columnsOf(cells: readonly string[]): Columns {
  const titles = cells.map((name) => name.trim());
  while (titles.at(-1) === "") titles.pop();
  const places = new Map(titles.map((name, at) => [name.toLowerCase(), at]));
  /** Asked for every cell of every row: the names that are asked for are few. */
  const asked = new Map<string, number | undefined>();
  const at = (name: string) => {
    if (!asked.has(name)) asked.set(name, places.get(name.toLowerCase()));
    return asked.get(name);
  };
  return {
    count: titles.length,
    titles,
    at,
    isShortened(row, spec) {
      // The period is never blank: a row without it was cut, and who knows where.
      const read = [
        "Report Period",
        ...spec.keys,
        ...spec.needed,
        ...Object.values(spec.figures),
        ...spec.counts.map(({ columns }) => columns),
      ].flat();
      const date = at("Last Activity Date");
      return (
        row.length < titles.length &&
        read.every((name) => (at(name) ?? 0) < row.length) &&
        date !== undefined &&
        (row[date] ?? "").trim() !== ""
      );
    },
  };
}

export function readRow<F extends string>(
  cells: readonly string[],
  columns: Columns,
  spec: UsageSpec<unknown, F>,
  latest: Day,
): UsageRow<F> {
  let unread: string | undefined;
  const cell = (name: string): string | undefined => {
    const at = columns.at(name);
    return at === undefined ? undefined : (cells[at] ?? "").trim();
  };
  const note = <T>(name: string, reading: Reading<T>): Reading<T> => {
    if (reading.kind === "unclear") unread ??= `${name} "${reading.text}"`;
    return reading;
  };
  const figureAt = (names: readonly string[]): Figure => {
    const name = names.find((one) => columns.at(one) !== undefined);
    if (name === undefined) return undefined;
    const reading = note(name, readNumber(cell(name)));
    return reading.kind === "understood" ? reading.value : reading.kind === "blank" ? "blank" : null;
  };
  const dateTitle = "Last Activity Date";
  const date = columns.at(dateTitle) === undefined ? undefined : note(dateTitle, readDay(cell(dateTitle), latest));
  const figures = Object.fromEntries(
    (Object.entries(spec.figures) as [F, readonly string[]][]).map(([key, names]) => [key, figureAt(names)]),
  ) as Record<F, Figure>;
  const counts = spec.counts.map((count) => countOf(count, (name) => figureAt([name])));
  const lastActivity = seen(date, counts, spec.title, unread);
  const period = columns.at("Report Period") === undefined ? undefined : readNumber(cell("Report Period"));
  const lacksPeriod = period !== undefined && period.kind !== "understood";
  if (lacksPeriod) note("Report Period", period.kind === "blank" ? { kind: "unclear", text: "" } : period);
  const isOther = period?.kind === "understood" && period.value !== 180;
  return {
    text: (name) => cell(name) ?? "",
    figures,
    refreshed: readDay(cell("Report Refresh Date"), latest),
    lastActivity,
    mayBeIdle: date?.kind !== "understood",
    isCounted: counts.some(({ sum }) => sum > 0),
    ...(isOther ? { otherPeriod: harmless(cell("Report Period")) } : {}),
    lacksPeriod,
    ...(unread === undefined ? {} : { unread }),
  };
}

interface Counted {
  noun: string;
  sum: number;
  /** A column of it that the report lacks, or whose cell was not understood. */
  missing: string | undefined;
}

function countOf({ noun, columns }: Count, figure: (name: string) => Figure): Counted {
  let sum = 0;
  let missing: string | undefined;
  for (const name of columns) {
    const value = figure(name);
    if (typeof value === "number") sum += value;
    else if (value !== "blank") missing ??= name;
  }
  return { noun, sum, missing };
}

/** A blank date is believed only where everything that was counted in the period is known and 0. */
function seen(date: Reading<Day> | undefined, counts: readonly Counted[], title: string, unread: string | undefined): Seen {
  if (date === undefined) return { unclear: `${title} has no column Last Activity Date` };
  if (date.kind === "understood") return date.value;
  if (date.kind === "unclear") return { unclear: `Last Activity Date "${date.text}" in ${title} was not understood` };
  const counted = counts.find(({ sum }) => sum > 0);
  if (counted) {
    const noun = counted.sum === 1 ? counted.noun : `${counted.noun}s`;
    return { unclear: `${title} counts ${counted.sum} ${noun} but gives no date` };
  }
  const missing = counts.find((count) => count.missing !== undefined)?.missing;
  if (missing === undefined) return null;
  return { unclear: unread === undefined ? `${title} has no column ${missing}` : `${unread} in ${title} was not understood` };
}
