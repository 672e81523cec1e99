import { type CsvRow, fits } from "./csv-rows";
import type { LeftOut, UsageRecord } from "../model/records";
import { type Day, harmless } from "../model/understood";
import { readRow } from "./usage-row";
import type { Columns, UsageRow, UsageSpec } from "./usage-spec";
import type { UsageTally } from "./usage-tally";

const quoted = (text: string) => `"${harmless(text)}"`;

/** A row as the record that stands for it, counted; undefined where it is no group's, or nobody can say whose. */
export function toRecord<R extends UsageRecord, F extends string>(
  row: CsvRow,
  columns: Columns,
  spec: UsageSpec<R, F>,
  latest: Day,
  tally: UsageTally,
): R | LeftOut | undefined {
  const leaveOut = (why: string, id: string | undefined): LeftOut | undefined => {
    tally.leaveOut(why, id !== undefined);
    return id === undefined ? undefined : { id, leftOut: `its row in ${spec.title} was not understood (${why})` };
  };
  tally.count();
  if ("broken" in row)
    return leaveOut(
      row.broken === "" ? "a line that is blank, or too long" : `a quote without its end, ${quoted(row.broken)}`,
      spec.tell(row.broken),
    );
  const text = () => row.cells.join(",");
  if (!fits(row.cells, columns.count) && !columns.isShortened(row.cells, spec))
    return leaveOut(`${row.cells.length} cells where the heading has ${columns.count}, ${quoted(text())}`, spec.tell(text()));
  const torn = row.cells.findIndex((cell, at) => /[\r\n]/.test(cell) && !spec.names.some((name) => columns.at(name) === at));
  if (torn >= 0) return leaveOut(`a line end in ${columns.titles[torn] ?? "a cell"}, ${quoted(text())}`, spec.tell(text()));
  const read = readRow(row.cells, columns, spec, latest);
  tally.see(read);
  const record = spec.toRecord(read);
  if (record !== undefined && !("lastActivity" in record)) {
    // More cells than the heading has, though empty ones: a comma in a name may have moved the id.
    const isMoved = row.cells.length > columns.count;
    if (!record.isOfOtherKind || record.id === undefined)
      return leaveOut(record.leftOut, record.id ?? (isMoved ? spec.tell(text()) : undefined));
    tally.use(read);
    return { id: record.id, leftOut: `its row in ${spec.title} is of another kind (${record.leftOut})`, isOfOtherKind: true };
  }
  if (record === undefined && read.lacksPeriod) return leaveOut(read.unread ?? "Report Period", undefined);
  const why = refreshFault(read, columns);
  if (why === undefined) tally.use(read);
  // A row that is no group's leaves nobody unseen.
  else if (record === undefined) tally.leaveOut(why, true);
  else return leaveOut(why, record.id);
  return record;
}

function refreshFault({ refreshed }: UsageRow<string>, columns: Columns): string | undefined {
  if (refreshed.kind === "understood" || columns.at("Report Refresh Date") === undefined) return undefined;
  return refreshed.kind === "blank" ? "no Report Refresh Date" : `Report Refresh Date ${quoted(refreshed.text)}`;
}
