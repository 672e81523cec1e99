import type { ReportRow } from "../model/report";

const collator = new Intl.Collator("en", { sensitivity: "accent" });

/** The order of every output: display name (en, case ignored; a missing name is empty), then id by code unit. */
export function compareRows(a: Pick<ReportRow, "id" | "displayName">, b: Pick<ReportRow, "id" | "displayName">): number {
  return collator.compare(a.displayName ?? "", b.displayName ?? "") || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
