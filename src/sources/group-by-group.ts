import { isReportError } from "../errors";
import { BATCH_SIZE, type BatchAnswer, type BatchResult, sendBatch } from "../graph/batch";
import { toError } from "../graph/failure";
import { SHARDS } from "../store/keys";
import type { ShardRecords } from "../store/records";
import type { RecordOf, SourceName } from "./records";
import type { Run } from "../store/runs";
import type { Page, PageContext, PreviousReading } from "./source";

/** Ids that one page reads at most; an activity costs some 30 ms of its own (durable-facts §2.7). */
const IDS_A_PAGE = 200;
/** A page ends after so long, so that a scale-in or a cancel never waits for it. */
const PAGE_MILLISECONDS = 8_000;
/** Pages in a row that brought nothing, though Graph answered: then the ids are given up one by one. */
const MOST_STUCK_PAGES = 3;

/** Where a walk over the groups is: the shard, the last id taken from it, and ids that Graph has refused so far. */
interface Position {
  shard: number;
  after: string;
  pending: string[];
  stuck: number;
}

export interface GroupWalk<S extends SourceName> {
  /** The sources whose records tell which groups to ask for. */
  reads: readonly SourceName[];
  /** The ids of a shard that need a request of their own, in any order. */
  choose: (records: ShardRecords, previous: ReadonlyMap<string, PreviousReading>, run: Run) => string[];
  /** Under /v1.0. */
  url: (id: string) => string;
  /** A final answer as a record; throws ReportError to end the source. */
  toRecord: (id: string, answer: BatchAnswer, context: PageContext) => Promise<RecordOf[S]> | RecordOf[S];
  /** What stands for a group that Graph never answered for. */
  unread: (id: string) => RecordOf[S];
  /** Requests a second that the workload bears over a long time (graph-facts §1.1). */
  requestsPerSecond: number;
  /** Is a first batch that is denied throughout a permission that is missing? Then nothing more is asked. */
  deniedEndsSource?: boolean;
}

/** Reads one page of a walk: up to 200 groups in batches of 20, within ten seconds. */
export async function readWalkPage<S extends SourceName>(
  walk: GroupWalk<S>,
  context: PageContext,
  text: string | null,
): Promise<Page<S>> {
  const { client, now } = context;
  const position: Position = text === null ? { shard: 0, after: "", pending: [], stuck: 0 } : (JSON.parse(text) as Position);
  const started = now();
  let { shard, after } = position;
  let queue = position.pending;
  const refused: string[] = [];
  const records: RecordOf[S][] = [];
  let waitSeconds = 0;
  let taken = 0;
  let wasThrottled = false;

  while (taken < IDS_A_PAGE && now() - started < PAGE_MILLISECONDS && waitSeconds === 0) {
    while (queue.length < BATCH_SIZE && shard < SHARDS.length) {
      const name = SHARDS[shard] as string;
      const chosen = walk
        .choose(await context.readShard(name, walk.reads), await context.readPrevious(name), context.run)
        .toSorted();
      const fresh = [...new Set(chosen)].filter((id) => id > after).slice(0, IDS_A_PAGE);
      queue = [...queue, ...fresh];
      if (fresh.length === IDS_A_PAGE) {
        after = fresh.at(-1) as string;
        break;
      }
      shard++;
      after = "";
    }
    const ids = queue.slice(0, BATCH_SIZE);
    queue = queue.slice(BATCH_SIZE);
    if (ids.length === 0) break;
    taken += ids.length;
    const sentAt = now();
    let result: BatchResult;
    try {
      result = await sendBatch(
        client,
        ids.map((id) => ({ id, url: walk.url(id) })),
      );
    } catch (error) {
      // Refused as a whole: what this page has read so far is kept.
      if (records.length === 0 || !isReportError(error, "graph-throttled", "graph-unavailable")) throw error;
      refused.push(...ids);
      waitSeconds = error.waitSeconds ?? 1;
      break;
    }
    if (walk.deniedEndsSource && text === null && records.length === 0) throwIfDenied(result.answers);
    for (const [id, answer] of result.answers) records.push(await walk.toRecord(id, answer, context));
    refused.push(...result.pending.map(({ id }) => id));
    wasThrottled ||= result.wasThrottled;
    waitSeconds = result.pending.length > 0 ? result.waitSeconds : 0;
    const pause = (ids.length / walk.requestsPerSecond) * 1000 - (now() - sentAt);
    if (client.world.isPaced && pause > 0 && queue.length + taken > BATCH_SIZE) await client.world.sleep(pause, client.signal);
  }

  const isStuck = records.length === 0 && refused.length > 0 && !wasThrottled;
  const stuck = isStuck ? position.stuck + 1 : 0;
  const pending = [...refused, ...queue];
  if (stuck >= MOST_STUCK_PAGES)
    return { records: refused.map(walk.unread), next: following({ shard, after, pending: queue, stuck: 0 }) };
  return { records, next: following({ shard, after, pending, stuck }), ...(waitSeconds > 0 ? { waitSeconds } : {}) };
}

function following(position: Position): string | null {
  return position.shard >= SHARDS.length && position.pending.length === 0 ? null : JSON.stringify(position);
}

function throwIfDenied(answers: ReadonlyMap<string, BatchAnswer>): void {
  const denied = [...answers.values()].find(({ status }) => status === 403);
  if (!denied || [...answers.values()].some(({ status }) => status !== 403)) return;
  throw toError("a batch of single readings", {
    status: denied.status,
    header: denied.header,
    body: JSON.stringify(denied.body),
  });
}
