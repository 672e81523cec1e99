import { dayOf } from "../model/days";
import { isUsable } from "./source-use";
import type { GroupFacts, ReportRow, RunFacts } from "../model/report";

type ArchivedFacts = Pick<ReportRow, "archived" | "archivedAsOf">;

const NOT_READ: ArchivedFacts = { archived: null, archivedAsOf: null };

/**
 * A team's archived flag with the day of its reading. The source reads every team whose verdict the flag could change,
 * and the others once in seven nights: a team that it left out tonight keeps its last reading.
 *
 * Where the source failed on the way, its last reading stands too, with its day, but a carried `false` may not decide: it
 * would turn a team into Fail by a reading that this run meant to renew. Off or not permitted, nothing is claimed.
 */
export function judgeArchived(facts: GroupFacts, run: RunFacts, activity: ReportRow["activity"]): ArchivedFacts {
  if (facts.group.isTeam === false) return { archived: false, archivedAsOf: null };
  const { state } = run.sources.teams;
  if (isUsable(state) && facts.team !== undefined) {
    const { archived } = facts.team;
    return archived === null ? NOT_READ : { archived, archivedAsOf: dayOf(run.startedAt) };
  }
  if (state !== "failed" && state !== "skipped" && !isUsable(state)) return NOT_READ;
  const { archived, archivedAsOf } = facts.previous ?? NOT_READ;
  if (archived === null) return NOT_READ;
  const decides = archived === false && activity === "Inactive";
  return decides && (state === "failed" || state === "partial") ? NOT_READ : { archived, archivedAsOf };
}
