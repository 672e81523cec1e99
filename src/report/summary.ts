import { isGap } from "./source-use";
import { NOTES, RESULTS, WARNINGS, type ReportRow, type RunStatus, type SourceSummary, type Summary } from "./types";

/** The figures of the summary that are counted from the rows. */
export type SummaryFigures = Pick<
  Summary,
  | "groups"
  | "teams"
  | "communities"
  | "archivedTeams"
  | "guestMemberships"
  | "withoutActiveOwner"
  | "expiresSoon"
  | "storageGB"
  | "failStorageGB"
  | "byResult"
  | "byWarning"
  | "byNote"
>;

export interface RowCounter {
  add(row: ReportRow): void;
  figures(): SummaryFigures;
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function noFigures(): SummaryFigures {
  return {
    groups: 0,
    teams: 0,
    communities: 0,
    archivedTeams: 0,
    guestMemberships: 0,
    withoutActiveOwner: 0,
    expiresSoon: 0,
    storageGB: 0,
    failStorageGB: 0,
    byResult: zeros(RESULTS),
    byWarning: zeros(WARNINGS),
    byNote: zeros(NOTES),
  };
}

/** Sums of values with two decimals, free of the dust that adding binary fractions leaves. */
function rounded(sum: number): number {
  return Math.round(sum * 100) / 100;
}

/**
 * Counts rows one by one, so that any number of them can stream through. Storage is the sum of the column Site Storage
 * (GB): whoever adds up the column gets the same figure.
 */
export function summarise(): RowCounter {
  const total = noFigures();
  return {
    add(row) {
      total.groups += 1;
      if (row.kind === "Team") total.teams += 1;
      if (row.kind === "Community") total.communities += 1;
      if (row.archived === true) total.archivedTeams += 1;
      total.guestMemberships += row.guests ?? 0;
      if (row.warnings.includes("owner-none") || row.warnings.includes("owner-inactive")) total.withoutActiveOwner += 1;
      if (row.notes.includes("expires-soon")) total.expiresSoon += 1;
      total.storageGB += row.siteStorageGB ?? 0;
      if (row.result === "Fail") total.failStorageGB += row.siteStorageGB ?? 0;
      total.byResult[row.result] += 1;
      for (const warning of row.warnings) total.byWarning[warning] += 1;
      for (const note of row.notes) total.byNote[note] += 1;
    },
    figures: () => ({
      ...structuredClone(total),
      storageGB: rounded(total.storageGB),
      failStorageGB: rounded(total.failStorageGB),
    }),
  };
}

/** Adds up the figures of shards that were counted apart. */
export function addFigures(parts: Iterable<SummaryFigures>): SummaryFigures {
  const total = noFigures();
  for (const part of parts) {
    for (const key of Object.keys(total) as (keyof SummaryFigures)[]) {
      if (key === "byResult") addCounts(total.byResult, part.byResult);
      else if (key === "byWarning") addCounts(total.byWarning, part.byWarning);
      else if (key === "byNote") addCounts(total.byNote, part.byNote);
      else total[key] += part[key];
    }
  }
  return { ...total, storageGB: rounded(total.storageGB), failStorageGB: rounded(total.failStorageGB) };
}

function addCounts<Name extends string>(total: Record<Name, number>, part: Record<Name, number>): void {
  for (const name of Object.keys(total) as Name[]) total[name] += part[name];
}

export interface RunVerdict {
  status: Extract<RunStatus, "Completed" | "CompletedWithGaps" | "Failed">;
  /** For `Summary.messages`. */
  messages: string[];
}

/**
 * How a run that came to its end ended. Without a complete list of groups it failed and must not be published.
 * @param previousGroups number of groups of the last published run; null on a first run.
 */
export function runStatus(
  sources: readonly Pick<SourceSummary, "name" | "state">[],
  groups: number,
  previousGroups: number | null,
): RunVerdict {
  const list = sources.find((source) => source.name === "groups");
  if (list?.state !== "complete") {
    return {
      status: "Failed",
      messages: ["The list of groups is not complete, so nothing was published; the last published report stays."],
    };
  }
  // In whole numbers: a fall by exactly 20 % is none.
  const fell = previousGroups !== null && (previousGroups - groups) * 5 > previousGroups;
  const messages = fell
    ? [
        `The directory lists ${groups} groups, more than 20 % fewer than the ${previousGroups} of the last published run: check whether they were deleted, or whether the application lost access.`,
      ]
    : [];
  return { status: fell || sources.some((source) => isGap(source.state)) ? "CompletedWithGaps" : "Completed", messages };
}
