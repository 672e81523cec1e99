import { dayOf } from "../model/days";
import type { HistoryEntry, PreviousFacts, ReportRow, Result, RunFacts } from "../model/report";

const HISTORY_LENGTH = 12;
const SCALE: readonly Result[] = ["Pass", "Issues", "Fail"];

function changeOf(result: Result, previous: PreviousFacts | undefined, run: RunFacts): ReportRow["change"] {
  if (!run.hasPrevious) return null;
  if (previous === undefined) return "new";
  if (previous.result === result) return "same";
  const from = SCALE.indexOf(previous.result);
  const to = SCALE.indexOf(result);
  if (from < 0 || to < 0) return "changed";
  return to < from ? "better" : "worse";
}

/** `change` and `resultSince` against the last published run; by `result` only. */
export function compareWithPrevious(
  result: Result,
  previous: PreviousFacts | undefined,
  run: RunFacts,
): Pick<ReportRow, "change" | "resultSince"> {
  const unbroken = previous?.result === result;
  return { change: changeOf(result, previous, run), resultSince: unbroken ? previous.resultSince : startDay(run) };
}

/** The last results, oldest first. A run that is judged twice (a retried activity) gets the same previous, hence the same history. */
export function continueHistory(result: Result, previous: PreviousFacts | undefined, run: RunFacts): HistoryEntry[] {
  return [...(previous?.history ?? []), { date: startDay(run), result }].slice(-HISTORY_LENGTH);
}

function startDay(run: RunFacts): string {
  return dayOf(run.startedAt) ?? run.startedAt;
}
