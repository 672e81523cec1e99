import type { SourceName, SourceState } from "../model/records";
import type { RunFacts, SourceFacts } from "../model/report";

/** How each source of a run ended. */
export type SourceStates = Readonly<Partial<Record<SourceName, SourceState>>>;

export function statesOf(sources: readonly { name: SourceName; state: SourceState }[]): SourceStates {
  return Object.fromEntries(sources.map(({ name, state }) => [name, state]));
}

/** Complete for the verdict: a missing row means something, and warnings may be raised. Stale is judged as of its date. */
export function isTrusted(state: SourceState): boolean {
  return state === "complete" || state === "stale";
}

/** Rows fill columns and can show activity. The rows of a failed, refused or concealed source are not used at all. */
export function isUsable(state: SourceState): boolean {
  return isTrusted(state) || state === "partial";
}

/** All but complete, off (a choice) and skipped (nothing had to be read). */
export function isGap(state: SourceState): boolean {
  return state !== "complete" && state !== "off" && state !== "skipped";
}

/** A source's record of a group, or undefined where the source's rows may not be used. */
export function usableRecord<T>(run: RunFacts, name: SourceName, record: T | undefined): T | undefined {
  return isUsable(run.sources[name].state) ? record : undefined;
}

const REPORTS = ["groupsUsage", "teamsUsage", "siteUsage"] as const;

/** The newest Report Refresh Date of the usage reports whose rows are used: `dataDate` of the rows and of the summary. */
export function newestDataDate(sources: Record<SourceName, SourceFacts>): string | null {
  let newest: string | null = null;
  for (const name of REPORTS) {
    const { state, dataDate } = sources[name];
    if (isUsable(state) && dataDate !== null && (newest === null || dataDate > newest)) newest = dataDate;
  }
  return newest;
}
