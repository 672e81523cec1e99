import type {
  GroupRecord,
  GroupsUsageRecord,
  LeftOut,
  OwnersRecord,
  RecordOf,
  Seen,
  SiteUsageRecord,
  TeamRecord,
  TeamsUsageRecord,
  UsageRecord,
  UserRecord,
} from "../model/records";
import type { Day } from "../model/understood";
import { isTooOld } from "../model/days";
import type { GroupFacts, PreviousFacts, ReportName } from "../model/report";

/** Records of a shard as they were stored: any order, any record twice (a page that was written again, a row that moved between pages). */
export type StoredRecords = { [Name in keyof Omit<RecordOf, "users" | "sites">]?: Iterable<RecordOf[Name]> } & {
  /** By user id, for the whole tenant: an owner's shard is not the group's. Leave it out where sign-ins were not read. */
  signIns?: ReadonlyMap<string, UserRecord["state"]>;
  /** By group id, of the last published run. */
  previous?: ReadonlyMap<string, PreviousFacts>;
};

/** Ranks two records of one id: negative where the first is the one to keep. It must be 0 for equal records only. */
type Preference<T> = (a: T, b: T) => number;

function bySmallestJson(a: unknown, b: unknown): number {
  const left = JSON.stringify(a);
  const right = JSON.stringify(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Later first, none last; a day that is not known before none. */
function byLatest(a: Seen, b: Seen): number {
  const [left, right] = [rankOfSeen(a), rankOfSeen(b)];
  return left === right ? 0 : left > right ? -1 : 1;
}

/** Days begin with a digit: an unknown one sorts below them all, and none below that. */
const rankOfSeen = (seen: Seen): string => (seen === null ? "" : typeof seen === "object" ? "-" : seen);

/** The larger at the first figure that differs. */
function byLarger(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  const at = a.findIndex((figure, index) => figure !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** Owners that are known to be a part go first: they are read again. */
const preferGroup: Preference<GroupRecord> = (a, b) =>
  Number(b.ownersInParts ?? false) - Number(a.ownersInParts ?? false) ||
  b.owners.length - a.owners.length ||
  bySmallestJson(a, b);

/** A reading beats a failed one; then more owners. */
const preferOwners: Preference<OwnersRecord> = (a, b) =>
  (b.owners?.length ?? -1) - (a.owners?.length ?? -1) || bySmallestJson(a, b);

const preferGroupsUsage: Preference<GroupsUsageRecord> = (a, b) =>
  byLatest(a.lastActivity, b.lastActivity) || byLarger(groupsUsageFigures(a), groupsUsageFigures(b)) || bySmallestJson(a, b);

function groupsUsageFigures(row: GroupsUsageRecord): (number | null)[] {
  const { members, guests, received, mailboxItems, mailboxBytes, files, activeFiles, siteBytes, posted, read, liked } = row;
  return [members, guests, received, mailboxItems, mailboxBytes, files, activeFiles, siteBytes, posted, read, liked];
}

const preferTeamsUsage: Preference<TeamsUsageRecord> = (a, b) =>
  byLatest(a.lastActivity, b.lastActivity) ||
  byLarger(
    [a.posts, a.replies, a.meetings, a.activeUsers, a.activeChannels],
    [b.posts, b.replies, b.meetings, b.activeUsers, b.activeChannels],
  ) ||
  bySmallestJson(a, b);

/** Of several sites of one group: the latest activity, then the larger by storage (docs/report.md, "Sites"). */
const preferSite: Preference<SiteUsageRecord> = (a, b) =>
  byLatest(a.lastActivity, b.lastActivity) || byLarger(siteFigures(a), siteFigures(b)) || bySmallestJson(a, b);

function siteFigures({ bytes, files, activeFiles }: SiteUsageRecord): (number | null)[] {
  return [bytes, files, activeFiles].map((figure) => (typeof figure === "number" ? figure : null));
}

/** A reading beats none; of two that differ `archived` wins, since it proposes nothing. */
const preferTeam: Preference<TeamRecord> = (a, b) => rankArchived(a) - rankArchived(b) || bySmallestJson(a, b);
const rankArchived = ({ archived }: TeamRecord) => (archived === true ? 0 : archived === false ? 1 : 2);

function keepBest<T extends { id: string }>(records: Iterable<T> | undefined, prefer: Preference<T>): Map<string, T> {
  const best = new Map<string, T>();
  for (const record of records ?? []) {
    const known = best.get(record.id);
    if (known === undefined || prefer(record, known) < 0) best.set(record.id, record);
  }
  return best;
}

interface Report<T> {
  best: Map<string, T>;
  doubts: Map<string, string>;
}

/**
 * A report's best row of each group, and what can't be believed of the others: a doubt stays, whatever the best row says. Rows
 * that are left over from an earlier report are none (docs/report.md, "What may be believed").
 */
function readReport<T extends UsageRecord>(
  records: Iterable<T | LeftOut> | undefined,
  prefer: Preference<T>,
  dataDate: Day | null | undefined,
): Report<T> {
  const rows: T[] = [];
  const doubts = new Map<string, string>();
  const others: LeftOut[] = [];
  const doubt = (id: string, why: string) => {
    const known = doubts.get(id);
    if (known === undefined || why < known) doubts.set(id, why);
  };
  for (const record of records ?? []) {
    if ("leftOut" in record) {
      if (record.isOfOtherKind) others.push(record);
      else doubt(record.id, record.leftOut);
    } else if (record.refreshed !== undefined && isTooOld(record.refreshed, dataDate ?? null)) {
      doubt(record.id, `its row is of ${record.refreshed}, more than a week older than the report of ${dataDate}`);
    } else {
      rows.push(record);
      if (record.lastActivity !== null && typeof record.lastActivity === "object") doubt(record.id, record.lastActivity.unclear);
    }
  }
  const best = keepBest(rows, prefer);
  for (const { id, leftOut } of others) if (!best.has(id)) doubt(id, leftOut);
  return { best, doubts };
}

/** Sign-in states by user id; `active` wins where a user came twice. */
export function joinSignIns(users: Iterable<UserRecord>): Map<string, UserRecord["state"]> {
  const states = new Map<string, UserRecord["state"]>();
  for (const { id, state } of users) if (states.get(id) !== "active") states.set(id, state);
  return states;
}

/**
 * Everything known of each group that the directory listed; other records of an id that it did not list are dropped.
 * The outcome depends on the set of records alone, not on their order or number.
 */
export function joinRecords(
  records: StoredRecords,
  dataDates: Partial<Record<ReportName, Day | null>> = {},
): Map<string, GroupFacts> {
  const owners = keepBest(records.owners, preferOwners);
  const groupsUsage = readReport(records.groupsUsage, preferGroupsUsage, dataDates.groupsUsage);
  const teamsUsage = readReport(records.teamsUsage, preferTeamsUsage, dataDates.teamsUsage);
  const siteUsage = readReport(records.siteUsage, preferSite, dataDates.siteUsage);
  const teams = keepBest(records.teams, preferTeam);
  const facts = new Map<string, GroupFacts>();
  for (const [id, group] of keepBest(records.groups, preferGroup)) {
    const found = {
      owners: owners.get(id),
      groupsUsage: groupsUsage.best.get(id),
      teamsUsage: teamsUsage.best.get(id),
      siteUsage: siteUsage.best.get(id),
      doubts: doubtsOf({
        groupsUsage: groupsUsage.doubts.get(id),
        teamsUsage: teamsUsage.doubts.get(id),
        siteUsage: siteUsage.doubts.get(id),
      }),
      team: teams.get(id),
      previous: records.previous?.get(id),
      signIns: records.signIns,
    };
    facts.set(id, { group, ...withoutUndefined(found) });
  }
  return facts;
}

function doubtsOf(found: Record<ReportName, string | undefined>): GroupFacts["doubts"] {
  const doubts = withoutUndefined(found);
  return Object.keys(doubts).length === 0 ? undefined : doubts;
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(found: T): Present<T> {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Present<T>;
}
