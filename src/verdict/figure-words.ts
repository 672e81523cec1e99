import type { SourceName, SourceState } from "../model/records";
import { figure, figureOr } from "./figure";
import { FIGURE_RULES, isBlindTo } from "./figures";
import { type SourceStates, statesOf } from "./source-use";
import { type Figure, FIGURES, type FigureName, type Note, type Summary, type Warning } from "../model/report";
import { SHORT_SOURCE_TITLES, STATE_TITLES } from "./wording";

/** `groups report, Teams report concealed; archived flag not collected by choice`; empty where none of them is lost. */
export function lostSources(names: readonly SourceName[], states: SourceStates): string {
  const byState = new Map<SourceState, string[]>();
  for (const name of names) {
    const state = states[name] ?? "failed";
    if (isBlindTo([name], states)) byState.set(state, [...(byState.get(state) ?? []), SHORT_SOURCE_TITLES[name]]);
  }
  return [...byState].map(([state, titles]) => `${titles.join(", ")} ${STATE_TITLES[state]}`).join("; ");
}

export function figureOf(summary: Summary, name: FigureName): Figure {
  const own = FIGURES.find((one) => one === name);
  if (own) return summary[own];
  return name in summary.byWarning ? summary.byWarning[name as Warning] : summary.byNote[name as Note];
}

/**
 * Beside a figure that is not known of every group: of how many it is not, and why. Null where nothing is to be said: some
 * groups lack a row in a report that is complete, and one in a hundred is no news.
 */
export function figureNote(summary: Summary, name: FigureName): string | null {
  if (summary.groups === null) return null;
  const lost = lostSources(FIGURE_RULES[name].sources, statesOf(summary.sources));
  const why = lost || NO_ROW;
  if (figureOf(summary, name) === null) return why;
  const missing = summary.notKnown?.[name];
  if (!missing || (lost === "" && missing.groups * 10 < missing.of)) return null;
  return `not known for ${figure(missing.groups)} of ${figure(missing.of)} groups: ${why}`;
}

const NO_ROW = "no row that was read tells";

/** What decides the result, beside the directory. */
export const VERDICT_SOURCES = FIGURE_RULES.failStorageGB.sources;

/**
 * Beside a number of groups that fail, or the like: `120 groups could not be judged: groups report concealed`. Null where all
 * were, or where some were found and no source is lost.
 */
export function unjudgedNote(count: Figure, { byResult, sources }: Pick<Summary, "byResult" | "sources">): string | null {
  const states = statesOf(sources);
  return count === 0 || lostSources(VERDICT_SOURCES, states) !== "" ? unjudgedWords(byResult.Unknown, states) : null;
}

export function unjudgedWords(unknown: Figure, states: SourceStates): string | null {
  if (!unknown) return null;
  const why = lostSources(VERDICT_SOURCES, states);
  return `${figure(unknown)} ${unknown === 1 ? "group" : "groups"} could not be judged${why === "" ? "" : `: ${why}`}`;
}

/** None found is no clean bill where not all could be judged: `0 seen`. */
export function seenFigure(count: Figure, unjudged: string | null): string {
  return count === 0 && unjudged !== null ? "0 seen" : figureOr(count);
}
