import { dayOf } from "./days";
import { isUsable } from "./source-use";
import type { GroupFacts, ReportRow, RunFacts } from "./types";

type ArchivedFacts = Pick<ReportRow, "archived" | "archivedAsOf">;

const NOT_READ: ArchivedFacts = { archived: null, archivedAsOf: null };

/**
 * A team's archived flag with the day of its reading. The source reads every team whose verdict the flag could change,
 * and the others once in seven nights: a team that it left out tonight keeps its last reading.
 *
 * Where the source failed, its rows are not used and only a carried `true` stands: a carried `false` would decide a Fail
 * by a reading that this run meant to renew. Off or not permitted, nothing is claimed.
 */
export function judgeArchived(facts: GroupFacts, run: RunFacts): ArchivedFacts {
  if (!facts.group.isTeam) return { archived: false, archivedAsOf: null };
  const { state } = run.sources.teams;
  const { previous } = facts;
  const carried =
    previous === undefined || previous.archived === null
      ? NOT_READ
      : { archived: previous.archived, archivedAsOf: previous.archivedAsOf };
  if (isUsable(state)) {
    if (facts.team === undefined) return carried;
    const { archived } = facts.team;
    return archived === null ? NOT_READ : { archived, archivedAsOf: dayOf(run.startedAt) };
  }
  if (state === "skipped") return carried;
  return state === "failed" && carried.archived === true ? carried : NOT_READ;
}
