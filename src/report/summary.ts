import { isGap } from "./source-use";
import { GB } from "./usage-columns";
import { NOTES, RESULTS, WARNINGS, type JudgedGroup, type RunStatus, type SourceSummary, type Summary } from "./types";

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
  add(judged: Pick<JudgedGroup, "row" | "siteBytes">): void;
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

function rounded(sum: number): number {
  return Math.round(sum * 100) / 100;
}

/**
 * Counts groups one by one, so that any number of them can stream through. Storage is summed in bytes and rounded last, so
 * it may differ by a few hundredths from the sum of the rounded column.
 */
export function summarise(): RowCounter {
  const total = noFigures();
  let bytes = 0;
  let failBytes = 0;
  return {
    add({ row, siteBytes }) {
      total.groups += 1;
      if (row.kind === "Team") total.teams += 1;
      if (row.kind === "Community") total.communities += 1;
      if (row.archived === true) total.archivedTeams += 1;
      total.guestMemberships += row.guests ?? 0;
      if (row.warnings.includes("owner-none") || row.warnings.includes("owner-inactive")) total.withoutActiveOwner += 1;
      if (row.notes.includes("expires-soon")) total.expiresSoon += 1;
      bytes += siteBytes ?? 0;
      if (row.result === "Fail") failBytes += siteBytes ?? 0;
      total.byResult[row.result] += 1;
      for (const warning of row.warnings) total.byWarning[warning] += 1;
      for (const note of row.notes) total.byNote[note] += 1;
    },
    figures: () => ({
      ...structuredClone(total),
      storageGB: rounded(bytes / GB),
      failStorageGB: rounded(failBytes / GB),
    }),
  };
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
        `The directory lists ${groups} ${groups === 1 ? "group" : "groups"}, more than 20 % fewer than the ${previousGroups} of the last published run: check whether they were deleted, or whether the application lost access.`,
      ]
    : [];
  return { status: fell || sources.some((source) => isGap(source.state)) ? "CompletedWithGaps" : "Completed", messages };
}
