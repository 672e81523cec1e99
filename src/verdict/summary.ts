import { type FigureTally, tallyFigure } from "./figures";
import { isGap, type SourceStates } from "./source-use";
import { GB } from "./usage-columns";
import {
  type Figure,
  type FigureName,
  FIGURES,
  NOTES,
  RESULTS,
  WARNINGS,
  type JudgedGroup,
  type SourceSummary,
  type Summary,
} from "../model/report";
import type { RunStatus } from "../model/run";

/** The figures of the summary that are counted from the rows. */
export type SummaryFigures = Pick<
  Summary,
  "groups" | "teams" | (typeof FIGURES)[number] | "byResult" | "byWarning" | "byNote" | "notKnown"
>;

export interface RowCounter {
  add(judged: Pick<JudgedGroup, "row" | "siteBytes">): void;
  figures(): SummaryFigures;
}

const NAMES: readonly FigureName[] = [...FIGURES, ...WARNINGS, ...NOTES];

function byName<Name extends string, Value>(names: readonly Name[], value: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, Value>;
}

/** Bytes in GB to 2 decimals; what is not known stays so. */
export function gigabytes(bytes: Figure): Figure {
  return bytes === null ? null : Math.round((bytes / GB) * 100) / 100;
}

/** Of a run that judged nothing: nothing is known. */
export function noFigures(): SummaryFigures {
  const unknown = () => null;
  return {
    groups: null,
    teams: null,
    ...byName(FIGURES, unknown),
    byResult: byName(RESULTS, unknown),
    byWarning: byName(WARNINGS, unknown),
    byNote: byName(NOTES, unknown),
    notKnown: {},
  };
}

/**
 * Counts groups one by one, so that any number of them can stream through. Storage is summed in bytes and rounded last, so
 * it may differ by a few hundredths from the sum of the rounded column.
 */
export function summarise(states: SourceStates): RowCounter {
  let groups = 0;
  let teams = 0;
  const byResult = byName(RESULTS, () => 0);
  const tallies: Record<FigureName, FigureTally> = byName(NAMES, (name) => tallyFigure(name, states));
  return {
    add(judged) {
      groups += 1;
      if (judged.row.kind === "Team") teams += 1;
      byResult[judged.row.result] += 1;
      for (const name of NAMES) tallies[name].add(judged);
    },
    figures: () => {
      const sum = (name: FigureName) => tallies[name].tally.sum();
      const missing = NAMES.flatMap((name) => {
        const notKnown = tallies[name].tally.notKnown();
        return notKnown ? [[name, notKnown] as const] : [];
      });
      return {
        groups,
        teams,
        ...byName(FIGURES, sum),
        storageGB: gigabytes(sum("storageGB")),
        failStorageGB: gigabytes(sum("failStorageGB")),
        byResult: { ...byResult },
        byWarning: byName(WARNINGS, sum),
        byNote: byName(NOTES, sum),
        notKnown: Object.fromEntries(missing),
      };
    },
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
