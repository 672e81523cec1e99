import { ageBands, inactivityBands } from "../../verdict/bands";
import { isCandidate } from "../../verdict/candidates";
import { daysBetween, writtenDay } from "../../model/days";
import { isUsable } from "../../verdict/source-use";
import { gigabytes } from "../../verdict/summary";
import { createTally, type Tally } from "../../verdict/figures";
import { type Figure, RESULTS, type JudgedGroup, type ReportRow, type Result, type Summary } from "../../model/report";

export const KINDS = ["Team", "Group", "Community"] as const satisfies readonly ReportRow["kind"][];

/** A workload's date of last activity, and the source that it comes from. */
export const WORKLOADS = [
  { title: "Teams", source: "teamsUsage", date: "teamLastActivity" },
  { title: "SharePoint site", source: "siteUsage", date: "siteLastActivity" },
  { title: "Group mail, files, Viva Engage", source: "groupsUsage", date: "groupLastActivity" },
] as const;

/** What the first screen shows and no summary counts. */
export interface HtmlFigures {
  byKind: Record<ReportRow["kind"], Record<Result, number>>;
  /** By age band, then by inactivity band. */
  ageByInactivity: number[][];
  /** By workload (in the order of WORKLOADS), then by inactivity band; null where its source's rows are not used. */
  byWorkload: (number[] | null)[];
  storageGB: Record<Result, Figure>;
  candidates: { groups: number; storageGB: Figure };
  groupsWithGuests: number;
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

/** Counts groups one by one; storage is summed in bytes, as in the summary. */
export function countFigures({ thresholds, sources, startedAt }: Summary) {
  const ages = ageBands(thresholds);
  const inactivity = inactivityBands(thresholds);
  const byKind = Object.fromEntries(KINDS.map((kind) => [kind, zeros(RESULTS)])) as HtmlFigures["byKind"];
  const ageByInactivity = ages.codes.map(() => inactivity.codes.map(() => 0));
  const readings = WORKLOADS.map(({ source: name, date }) => {
    const source = sources.find((one) => one.name === name);
    const counts = source && isUsable(source.state) ? inactivity.codes.map(() => 0) : null;
    return { name, date, counts, dataDate: source?.dataDate ?? startedAt.slice(0, 10) };
  });
  const bytes = Object.fromEntries(RESULTS.map((result) => [result, createTally()])) as Record<Result, Tally>;
  const candidates = { groups: 0, bytes: createTally() };
  let groupsWithGuests = 0;
  const count = (counts: number[] | undefined, at: number) => {
    if (counts) counts[at] = (counts[at] ?? 0) + 1;
  };

  return {
    add({ row, siteBytes }: Pick<JudgedGroup, "row" | "siteBytes">): void {
      byKind[row.kind][row.result] += 1;
      count(ageByInactivity[ages.of(row.ageDays)], inactivity.of(row.daysInactive));
      for (const { name, date, counts, dataDate } of readings) {
        const seen = row[date];
        if (counts === null || (name === "teamsUsage" && row.kind !== "Team" && seen === null)) continue;
        count(counts, inactivity.of(seen === null ? null : Math.max(0, daysBetween(writtenDay(seen), writtenDay(dataDate)))));
      }
      bytes[row.result].add(siteBytes);
      if (isCandidate(row)) {
        candidates.groups += 1;
        candidates.bytes.add(siteBytes);
      }
      if ((row.guests ?? 0) > 0) groupsWithGuests += 1;
    },
    figures: (): HtmlFigures => ({
      byKind,
      ageByInactivity,
      byWorkload: readings.map(({ counts }) => counts),
      storageGB: Object.fromEntries(RESULTS.map((result) => [result, gigabytes(bytes[result].sum())])) as Record<Result, Figure>,
      candidates: { groups: candidates.groups, storageGB: gigabytes(candidates.bytes.sum()) },
      groupsWithGuests,
    }),
  };
}
