import * as z from "zod";
import type { TeamRecord } from "../model/records";
import { readWalkPage } from "./group-by-group";
import type { GroupWalk } from "./walk-page";
import type { PreviousReading, Source } from "./source";
import type { ShardRecords } from "../store/records";
import type { Run } from "../model/run";

const DAY_MS = 86_400_000;
/** Every team is read again after so many nights at the latest (docs/architecture.md). */
const NIGHTS = 7;

const graphTeam = z.object({ id: z.string().nullish(), isArchived: z.boolean().nullish() });

/**
 * Teams to be read tonight: those never read, those that nobody was seen using (the flag could change their verdict), and
 * of the others a seventh a night, so that each is read once in seven.
 */
export function chooseTeams(
  { groups = [], teamsUsage = [], groupsUsage = [] }: ShardRecords,
  previous: ReadonlyMap<string, PreviousReading>,
  run: Run,
): string[] {
  const tonight = Math.floor(Date.parse(run.startedAt) / DAY_MS);
  const lastSeen = new Map<string, string>();
  for (const row of [...teamsUsage, ...groupsUsage]) {
    if ("leftOut" in row || typeof row.lastActivity !== "string") continue;
    if (row.lastActivity > (lastSeen.get(row.id) ?? "")) lastSeen.set(row.id, row.lastActivity);
  }
  return groups
    .filter(({ id, isTeam }) => {
      if (!isTeam) return false;
      const read = previous.get(id);
      if (!read || read.archived === null || read.archivedAsOf === null) return true;
      const seen = lastSeen.get(id);
      if (seen === undefined || tonight - Date.parse(seen) / DAY_MS > run.thresholds.inactiveDays) return true;
      const isItsNight = Number.parseInt(id.slice(-4), 16) % NIGHTS === tonight % NIGHTS;
      return isItsNight || tonight - Date.parse(read.archivedAsOf) / DAY_MS >= NIGHTS;
    })
    .map(({ id }) => id);
}

const walk: GroupWalk<"teams"> = {
  reads: ["groups", "teamsUsage", "groupsUsage"],
  choose: chooseTeams,
  url: (id) => `/teams/${encodeURIComponent(id)}?$select=id,isArchived`,
  // 404: no team, or not yet (graph.md#teams). Anything else that is no answer leaves the last reading in force.
  toRecord: (id, { status, body }): TeamRecord | undefined => {
    if (status >= 300) return { id, archived: null, status };
    const team = graphTeam.safeParse(body);
    if (!team.success || (team.data.id ?? id).toLowerCase() !== id) return undefined;
    return { id, archived: team.data.isArchived ?? null, status };
  },
  unread: (id) => ({ id, archived: null, status: 0 }),
  // 30 a second for a burst, of which 83 % over a longer time (graph.md#throttling-limits).
  requestsPerSecond: 25,
  deniedEndsSource: true,
};

/** Is a team archived? There is no bulk reading of it. Permission: TeamSettings.Read.All. */
export const teams: Source<"teams"> = {
  name: "teams",
  feature: "teams",
  phase: 2,
  readPage: (context, position) => readWalkPage(walk, context, position),
};
