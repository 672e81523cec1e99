import type { Seen } from "../model/records";
import type { Day, Reading } from "../model/understood";

/** A usage report: its columns, and how a row of it becomes a record of a group. */
export interface UsageSpec<R, F extends string = string> {
  /** The function under /reports. */
  report: string;
  /** As it is called within a sentence. */
  title: string;
  /** Columns that join to groups; a file with none of them is none of ours. Ids and addresses stand here: where most are hidden, all is. */
  keys: readonly string[];
  /** Columns that hold names, which may have a line end. */
  names: readonly string[];
  /** Columns without which a group's lack of activity proves nothing. */
  needed: readonly string[];
  /** Columns that are never blank in all rows of a report whose counts are above 0. */
  filled: readonly string[];
  /** What was counted in the period; above 0, a blank Last Activity Date is not believed. */
  counts: readonly Count[];
  /** Figures by the names that their column may have. */
  figures: Record<F, readonly string[]>;
  /** A row as a record, or why it is none; undefined where it is no group's. */
  toRecord: (row: UsageRow<F>) => R | NotUsed | undefined;
  /** The group that a row without order belongs to, where that can be told from its text. */
  tell: (text: string) => string | undefined;
  /** A column of addresses; without one in any row, names are hidden. */
  addresses?: string;
}

/** A row that was not understood, or is of another kind; `id` is its group where that can be told. */
export interface NotUsed {
  leftOut: string;
  id?: string;
  isOfOtherKind?: true;
}

/** Columns of a noun that are added up: `250 posts and 20 replies are 270 messages`. */
export interface Count {
  noun: string;
  columns: readonly string[];
}

export interface UsageReport {
  /** Rows in the file, whether they became a record or not. */
  rowsRead: number;
  /** Rows that were left out, or had a cell that was not understood. */
  notUnderstood: number;
  /** Was there a row that was left out, and nobody can say whose it is? */
  isUntold: boolean;
  /** Is there a row of a group without activity, so that a group without a row was not seen at all? */
  listsIdle: boolean;
  /** The newest Report Refresh Date that at least 5 % of the rows bear. */
  dataDate: Day | null;
  /** Are names and ids hidden by the tenant's setting? */
  isConcealed: boolean;
  /** Why the report is not to be trusted for what it does not show; in sentences, the first is the one to tell. */
  faults: string[];
}

/** Columns are found by name, in any case and order. */
export interface Columns {
  count: number;
  titles: readonly string[];
  at: (name: string) => number | undefined;
  /** Does a row lack nothing but cells at its end that nobody reads, and names its date? */
  isShortened: (cells: readonly string[], spec: UsageSpec<unknown>) => boolean;
}

/** A number; null where its cell was not understood; undefined where the report has no such column. */
export type Figure = number | "blank" | null | undefined;

export interface UsageRow<F extends string> {
  /** The cell, trimmed; empty where the column is not there. */
  text: (name: string) => string;
  figures: Record<F, Figure>;
  refreshed: Reading<Day>;
  lastActivity: Seen;
  /** Is the date of the last activity itself blank, or not known? */
  mayBeIdle: boolean;
  /** Is one of the counts of the period above 0? */
  isCounted: boolean;
  /** The period, where it is another than 180 days. */
  otherPeriod?: string;
  /** Is its period blank or no number? It is the same in every row: such a row is out of order, and its other cells may be too. */
  lacksPeriod: boolean;
  /** The first cell that was not understood, in words. */
  unread?: string;
}
