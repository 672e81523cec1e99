import type {
  GroupRecord,
  GroupsUsageRecord,
  OwnerRecord,
  SiteUsageRecord,
  SourceName,
  SourceState,
  TeamsUsageRecord,
} from "../../src/model/records";
import type { Day } from "../../src/model/understood";
import { judgeGroup } from "../../src/verdict/verdict";
import type { GroupFacts, PreviousFacts, ReportRow, RunFacts, SourceFacts } from "../../src/model/report";

/** The tests' run: it starts two days after the data of its reports. */
export const STARTED = "2026-11-22T02:00:00Z";
export const DATA = "2026-11-20";
export const ID = "0a000000-0000-4000-8000-000000000001";

/** The ISO day so many days before the reports' date. */
export function daysBeforeData(days: number, from = DATA): Day {
  return new Date(Date.parse(from) - days * 86_400_000).toISOString().slice(0, 10) as Day;
}

/** The date-time so many milliseconds before the run's start. */
export function beforeStart(milliseconds: number): string {
  return new Date(Date.parse(STARTED) - milliseconds).toISOString();
}
export const DAY = 86_400_000;

export function run(
  states: Partial<Record<SourceName, SourceState | SourceFacts>> = {},
  changes: Partial<RunFacts> = {},
): RunFacts {
  const sources: RunFacts["sources"] = {
    groups: { state: "complete", dataDate: null },
    owners: { state: "complete", dataDate: null },
    groupsUsage: { state: "complete", dataDate: DATA },
    teamsUsage: { state: "complete", dataDate: DATA },
    siteUsage: { state: "complete", dataDate: DATA },
    users: { state: "complete", dataDate: null },
    teams: { state: "complete", dataDate: null },
    sites: { state: "complete", dataDate: null },
  };
  for (const [name, given] of Object.entries(states) as [SourceName, SourceState | SourceFacts][]) {
    sources[name] = typeof given === "string" ? { ...sources[name], state: given } : given;
  }
  return {
    runId: "run-1",
    startedAt: STARTED,
    sources,
    thresholds: {
      inactiveDays: 90,
      failDays: 180,
      newGroupDays: 30,
      ownerInactiveDays: 90,
      teamMinMessages: 20,
      mailboxMinReceived: 20,
    },
    hasPrevious: false,
    ...changes,
  };
}

export function owner(id: string, changes: Partial<OwnerRecord> = {}): OwnerRecord {
  return {
    id,
    displayName: `Owner ${id}`,
    mail: `${id}@contoso.com`,
    isUser: true,
    accountEnabled: true,
    userType: "Member",
    ...changes,
  };
}

export function group(changes: Partial<GroupRecord> = {}): GroupRecord {
  return {
    id: ID,
    displayName: "HR",
    mail: "hr@contoso.com",
    addresses: ["hr@contoso.com"],
    description: null,
    visibility: "Private",
    membership: "Assigned",
    isTeam: false,
    labels: [],
    createdDateTime: "2024-02-11T09:14:03Z",
    renewedDateTime: null,
    expirationDateTime: null,
    blockers: [],
    owners: [owner("anna"), owner("bert")],
    ...changes,
  };
}

export function groupsUsage(changes: Partial<GroupsUsageRecord> = {}): GroupsUsageRecord {
  return {
    id: ID,
    lastActivity: daysBeforeData(1),
    members: 12,
    guests: 2,
    received: 40,
    mailboxItems: 318,
    mailboxBytes: 20_344_800,
    files: 61,
    activeFiles: 7,
    siteBytes: 1_455_831,
    posted: 0,
    read: 0,
    liked: 0,
    ...changes,
  };
}

export function teamsUsage(changes: Partial<TeamsUsageRecord> = {}): TeamsUsageRecord {
  const quiet = { activeUsers: 5, activeChannels: 2, meetings: 3, posts: 30, replies: 12 };
  return { id: ID, lastActivity: daysBeforeData(1), ...quiet, ...changes };
}

export function siteUsage(changes: Partial<SiteUsageRecord> = {}): SiteUsageRecord {
  const site = { siteId: "5170ed10-0000-4000-8000-000000000001", url: "https://contoso.sharepoint.com/sites/hr" };
  return { id: ID, ...site, lastActivity: daysBeforeData(1), files: 70, activeFiles: 9, bytes: 3_221_225_472, ...changes };
}

/** Two active owners, and a row in every report that fits. */
export function facts(changes: Partial<GroupFacts> = {}): GroupFacts {
  const signIns = new Map([
    ["anna", "active"],
    ["bert", "active"],
    ["stan", "stale"],
    ["stig", "stale"],
  ] as const);
  return { group: group(), groupsUsage: groupsUsage(), siteUsage: siteUsage(), signIns, ...changes };
}

export function teamFacts(changes: Partial<GroupFacts> = {}): GroupFacts {
  return facts({ group: group({ isTeam: true }), teamsUsage: teamsUsage(), team: { id: ID, archived: false }, ...changes });
}

/** The same last activity, so many days before the data, in every report that has a row. */
export function lastSeen(known: GroupFacts, days: number | null): GroupFacts {
  const lastActivity = days === null ? null : daysBeforeData(days);
  return {
    ...known,
    ...(known.groupsUsage ? { groupsUsage: { ...known.groupsUsage, lastActivity } } : {}),
    ...(known.teamsUsage ? { teamsUsage: { ...known.teamsUsage, lastActivity } } : {}),
    ...(known.siteUsage ? { siteUsage: { ...known.siteUsage, lastActivity } } : {}),
  };
}

/** Leaves out a source's record of the group. */
export function without(known: GroupFacts, ...names: Exclude<keyof GroupFacts, "group">[]): GroupFacts {
  const left = { ...known };
  for (const name of names) delete left[name];
  return left;
}

export function previous(changes: Partial<PreviousFacts> = {}): PreviousFacts {
  return {
    result: "Pass",
    resultSince: "2026-10-01",
    archived: null,
    archivedAsOf: null,
    history: [],
    inTeamsReport: null,
    ...changes,
  };
}

export function rowOf(known: GroupFacts, of: RunFacts = run()): ReportRow {
  return judgeGroup(known, of).row;
}
