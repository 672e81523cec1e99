import { isTooOld } from "../model/days";
import type { Day } from "../model/understood";
import type { Columns, UsageReport, UsageRow, UsageSpec } from "./usage-spec";

const HIDDEN_NAME = /^[0-9A-F]{32}$/i;
const HIDDEN_ID = /^[0-]+$/;
const HIDDEN_PERSON = /^<PII:/i;
/** A hidden name is an MD5 or `<PII:…>`, a hidden id all zeros (https://learn.microsoft.com/microsoft-365/admin/activity-reports/activity-reports). */
export const isHidden = (value: string) => HIDDEN_ID.test(value) || HIDDEN_NAME.test(value) || HIDDEN_PERSON.test(value);
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/;

/** Counts a report's rows while they stream by; what is to be said of the report as a whole comes out at its end. */
export interface UsageTally {
  /** Any row. */
  count: () => void;
  /** A row that has the cells of its heading. */
  see: (row: UsageRow<string>) => void;
  /** A row that is used, or is no group's. */
  use: (row: UsageRow<string>) => void;
  leaveOut: (why: string, isTold: boolean) => void;
  report: () => UsageReport;
}

export function createUsageTally(spec: UsageSpec<unknown>, columns: Columns): UsageTally {
  /** Rows by their own date: all of them, and those that are used. */
  const [borne, used] = [new Map<Day, number>(), new Map<Day, number>()];
  const blank = new Set(spec.filled.filter((name) => columns.at(name) !== undefined));
  let [rowsRead, notUnderstood, hidden, whole] = [0, 0, 0, 0];
  let [isUntold, listsIdle, isCounted, hasAddress] = [false, false, false, false];
  let first: string | undefined;
  let otherPeriod: string | undefined;

  function add(days: Map<Day, number>, { refreshed }: UsageRow<string>): void {
    if (refreshed.kind === "understood") days.set(refreshed.value, (days.get(refreshed.value) ?? 0) + 1);
  }

  function dataDate(): Day | null {
    const often = [...borne].filter(([, rows]) => rows * 20 >= rowsRead).map(([day]) => day);
    return often.toSorted().at(-1) ?? null;
  }

  function faults(oldRows: number, date: Day | null): string[] {
    const missing = spec.needed.filter((name) => columns.at(name) === undefined);
    const count = notUnderstood + oldRows;
    return [
      ...missing.map((name) => `${spec.title} has no column ${name}`),
      ...(isCounted ? [...blank].map((name) => `in ${spec.title} the column ${name} is blank in every row`) : []),
      ...(otherPeriod === undefined ? [] : [`${spec.title} says Report Period "${otherPeriod}", though 180 days were asked for`]),
      ...(count > 2 && count * 100 > rowsRead
        ? [
            `${count} of ${rowsRead} rows of ${spec.title} were not understood, first ${first ?? `a row older than ${date} by more than a week`}`,
          ]
        : []),
    ].map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
  }

  return {
    count() {
      rowsRead++;
    },
    see(row) {
      whole++;
      add(borne, row);
      if (spec.keys.some((key) => isHidden(row.text(key)))) hidden++;
      if (spec.addresses !== undefined && ADDRESS.test(row.text(spec.addresses))) hasAddress = true;
      for (const name of blank) if (row.text(name) !== "") blank.delete(name);
      if (row.isCounted) isCounted = true;
      otherPeriod ??= row.otherPeriod;
      if (row.mayBeIdle) listsIdle = true;
    },
    use(row) {
      add(used, row);
      if (row.unread === undefined) return;
      notUnderstood++;
      first ??= row.unread;
    },
    leaveOut(why, isTold) {
      notUnderstood++;
      first ??= why;
      if (!isTold) isUntold = true;
      // Who knows what it said.
      listsIdle = true;
    },
    report() {
      const date = dataDate();
      let oldRows = 0;
      for (const [day, rows] of used) if (isTooOld(day, date)) oldRows += rows;
      const lacksAddresses = spec.addresses !== undefined && columns.at(spec.addresses) !== undefined && !hasAddress && whole > 0;
      return {
        rowsRead,
        notUnderstood: notUnderstood + oldRows,
        isUntold,
        listsIdle,
        dataDate: date,
        isConcealed: whole > 0 && (hidden * 2 > whole || lacksAddresses),
        faults: faults(oldRows, date),
      };
    },
  };
}
