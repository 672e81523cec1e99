import { isReportError, oneLine } from "../../model/errors";
import type { GraphClient } from "../../graph/client";
import { readConcealment } from "../../sources/concealment";
import { GROUPS_REPORT } from "../../sources/groups-usage";
import { siteReport } from "../../sources/site-usage";
import { TEAMS_REPORT } from "../../sources/teams-usage";
import { readUsageReport, type ReportContext } from "../../sources/usage-csv";
import type { UsageReport } from "../../sources/usage-spec";
import type { Check } from "./check";

const REPORTS = {
  groups: (context: ReportContext) => readUsageReport(context, GROUPS_REPORT),
  teams: (context: ReportContext) => readUsageReport(context, TEAMS_REPORT),
  sites: (context: ReportContext) => readUsageReport(context, siteReport(new Map())),
};
const DAY_MS = 86_400_000;
const STALE_DAYS = 7;

const CONCEALED_REMEDY =
  'Microsoft 365 admin center > Settings > Org settings > Services > Reports, clear "Display concealed user, group, and site names in all reports"; it takes some minutes to apply';

/** The date of each usage report, whether it hides names, and what the tenant's setting says of that. */
export async function checkReports(client: GraphClient, now: number): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, read] of Object.entries(REPORTS)) checks.push(await readOne(client, now, name, read));
  const isConcealing = await readConcealment(client).catch((error: unknown) => {
    // Throttled, perhaps: the permission's own check tells.
    if (!isReportError(error)) throw error;
    return undefined;
  });
  if (isConcealing === undefined) return checks;
  checks.push({
    section: "reports",
    name: "concealment",
    ...(isConcealing
      ? {
          state: "problem",
          said: "The tenant's setting hides names and ids, so that no report can be joined to a group.",
          lost: "all activity, members, guests, mailbox, Viva Engage, site and team figures",
          remedy: CONCEALED_REMEDY,
        }
      : { state: "ok", said: "The tenant's setting shows names." }),
  });
  return checks;
}

async function readOne(
  client: GraphClient,
  now: number,
  name: string,
  read: (context: ReportContext) => Promise<UsageReport>,
): Promise<Check> {
  const check = { section: "reports", name } as const;
  try {
    const startedAt = new Date(now).toISOString();
    const context = { client, startedAt, keep: async () => undefined, discard: () => undefined };
    const { dataDate, rowsRead, isConcealed, faults } = await read(context);
    if (isConcealed)
      return {
        ...check,
        state: "problem",
        said: `Of ${dataDate ?? "no date"}; it hides names and ids.`,
        remedy: CONCEALED_REMEDY,
      };
    if (dataDate === null)
      return { ...check, state: "problem", said: `It has ${rowsRead} rows and no date, so that ages can't be counted.` };
    if (faults[0] !== undefined) return { ...check, state: "warning", said: faults[0] };
    const days = Math.floor((now - Date.parse(dataDate)) / DAY_MS);
    if (days > STALE_DAYS)
      return {
        ...check,
        state: "warning",
        said: `Of ${dataDate}, ${days} days ago: older than usual. Groups are judged as of that date.`,
        remedy: "Look for an advisory under Microsoft 365 admin center > Health > Service health",
      };
    return { ...check, state: "ok", said: `Of ${dataDate}, with ${rowsRead} rows.` };
  } catch (error) {
    if (!isReportError(error)) throw error;
    if (isReportError(error, "graph-denied")) return { ...check, state: "problem", said: "Denied: see Reports.Read.All." };
    if (isReportError(error, "graph-throttled"))
      return { ...check, state: "unknown", said: "Graph is throttling. Try again in ten minutes." };
    return { ...check, state: "problem", said: oneLine(error) };
  }
}
