import type {
  GroupRecord,
  GroupsUsageRecord,
  OwnersRecord,
  RecordOf,
  SiteUsageRecord,
  TeamRecord,
  TeamsUsageRecord,
  UserRecord,
} from "../sources/records";
import type { GroupFacts, PreviousFacts } from "./types";

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

/** Later first, none last. */
function byLatest(a: string | null, b: string | null): number {
  return a === b ? 0 : (a ?? "") > (b ?? "") ? -1 : 1;
}

/** The larger at the first figure that differs. */
function byLarger(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  const at = a.findIndex((figure, index) => figure !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

const preferGroup: Preference<GroupRecord> = (a, b) => b.owners.length - a.owners.length || bySmallestJson(a, b);

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

/** Of several sites of one group: the latest activity, then the larger by storage (report.md, "Sites"). */
const preferSite: Preference<SiteUsageRecord> = (a, b) =>
  byLatest(a.lastActivity, b.lastActivity) ||
  byLarger([a.bytes, a.files, a.activeFiles], [b.bytes, b.files, b.activeFiles]) ||
  bySmallestJson(a, b);

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
export function joinRecords(records: StoredRecords): Map<string, GroupFacts> {
  const owners = keepBest(records.owners, preferOwners);
  const groupsUsage = keepBest(records.groupsUsage, preferGroupsUsage);
  const teamsUsage = keepBest(records.teamsUsage, preferTeamsUsage);
  const siteUsage = keepBest(records.siteUsage, preferSite);
  const teams = keepBest(records.teams, preferTeam);
  const facts = new Map<string, GroupFacts>();
  for (const [id, group] of keepBest(records.groups, preferGroup)) {
    const found = {
      owners: owners.get(id),
      groupsUsage: groupsUsage.get(id),
      teamsUsage: teamsUsage.get(id),
      siteUsage: siteUsage.get(id),
      team: teams.get(id),
      previous: records.previous?.get(id),
      signIns: records.signIns,
    };
    facts.set(id, { group, ...withoutUndefined(found) });
  }
  return facts;
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(found: T): Present<T> {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Present<T>;
}
