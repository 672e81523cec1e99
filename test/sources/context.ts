import { NEW_TRAIL } from "../../src/graph/read-list";
import type { GroupRecord, OwnerRecord, RecordOf, SourceName } from "../../src/model/records";
import type { Page, PageContext, PreviousReading, Source } from "../../src/sources/source";
import { shardOf } from "../../src/model/keys";
import type { ShardRecords } from "../../src/store/records";
import type { Run } from "../../src/model/run";
import { makeWorld, START, type TestWorld } from "../graph/world";

const RUN: Run = {
  runId: "20261123T020000Z-000000",
  status: "Running",
  startedAt: new Date(START).toISOString(),
  finishedAt: null,
  cancelRequested: false,
  tenantName: null,
  message: null,
  figures: null,
  canResume: false,
  features: ["teams"],
  thresholds: {
    inactiveDays: 90,
    failDays: 180,
    newGroupDays: 30,
    ownerInactiveDays: 90,
    teamMinMessages: 20,
    mailboxMinReceived: 20,
  },
  deadline: new Date(START + 6 * 3_600_000).toISOString(),
  previousRunId: null,
  tenantId: null,
};

export interface SourceWorld extends TestWorld {
  context: PageContext;
  /** What has been collected so far, by source. */
  kept: { [S in SourceName]?: RecordOf[S][] };
  /** What the page has handed to `keep`. */
  taken: { id: string }[];
}

/** What a source's page gets: a real client, and the records that the test says were collected before. */
export function makeContext(
  origin: string,
  kept: SourceWorld["kept"] = {},
  previous: Record<string, PreviousReading> = {},
): SourceWorld {
  const world = makeWorld(origin);
  const taken: { id: string }[] = [];
  const readShard = async (shard: string, sources: readonly SourceName[]) => {
    const entries = sources.map((name) => [
      name,
      (kept[name] as { id: string }[] | undefined)?.filter(({ id }) => shardOf(id) === shard),
    ]);
    return Object.fromEntries(entries.filter(([, records]) => (records?.length ?? 0) > 0)) as ShardRecords;
  };
  const keep = async (records: { id: string }[]) => void taken.push(...records);
  const discard = () => void taken.splice(0);
  const readPrevious = async (shard: string) => new Map(Object.entries(previous).filter(([id]) => shardOf(id) === shard));
  const now = () => world.clock.now;
  const context = { client: world.client, run: RUN, trail: NEW_TRAIL, now, readShard, readPrevious, keep, discard };
  return { ...world, kept, taken, context };
}

/** Reads a source to its end, as a run does: each page's position is the next of the page before. */
export async function readAll<S extends SourceName>(source: Source<S>, { context, kept }: SourceWorld): Promise<Page<S>[]> {
  const pages: Page<S>[] = [];
  let trail = context.trail;
  for (let position: string | null = null; ;) {
    const page = await source.readPage({ ...context, trail }, position);
    trail = page.trail ?? NEW_TRAIL;
    pages.push(page);
    kept[source.name] = [...((kept[source.name] as RecordOf[S][] | undefined) ?? []), ...page.records] as never;
    if (page.next === null) return pages;
    if (pages.length > 100) throw new Error("the source does not end");
    position = page.next;
  }
}

/** `a0000000-0000-4000-8000-000000000007`: the shard is the first digit. */
export function guid(number: number, shard = "a"): string {
  return `${shard}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export function ownersOf(count: number): OwnerRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    id: guid(n, "e"),
    displayName: `Owner ${n}`,
    mail: null,
    isUser: true,
    accountEnabled: true,
    userType: "Member",
  }));
}

export function groupRecord(id: string, change: Partial<GroupRecord> = {}): GroupRecord {
  return {
    id,
    displayName: "A group",
    mail: null,
    addresses: [],
    description: null,
    visibility: "Private",
    membership: "Assigned",
    isTeam: false,
    labels: [],
    createdDateTime: "2024-02-11T09:14:03Z",
    renewedDateTime: null,
    expirationDateTime: null,
    blockers: [],
    owners: ownersOf(1),
    ...change,
  };
}
