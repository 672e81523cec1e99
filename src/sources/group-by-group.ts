import { BATCH_SIZE } from "../graph/batch";
import { SHARDS } from "../model/keys";
import type { SourceName } from "../model/records";
import type { Page, PageContext } from "./source";
import { type GroupWalk, openPage, outage } from "./walk-page";

/** Ids that one page reads at most; an activity costs some 30 ms of its own (seen on Functions host 4.1037). */
const IDS_A_PAGE = 200;
/** A page ends after so long, so that a scale-in never waits for it. */
const PAGE_MILLISECONDS = 8_000;
/** Whole batches in a row that brought nothing, though Graph answered: that is an outage, and no longer single ids. */
const MOST_STUCK = 3;
/** Refused ids that are kept for the end; more have their turn before it. With the others they fit into a cursor. */
const MOST_REFUSED = 100;
/** Seconds before the refused ids are asked again, round by round; after the last they are not known. */
const ROUNDS = [2, 8];
/** What is throttled is not given up, unless nothing else is left and so many pages changed nothing. */
const MOST_ROUNDS = 60;

/** Where a walk over the groups is. An older version knows the first four, and asks for all that is pending alike. */
interface Position {
  shard: number;
  /** The last id taken from the shard. */
  after: string;
  /** Ids that are next, then those that were refused. */
  pending: string[];
  /** Batches in a row that brought nothing. */
  stuck: number;
  /** How many of the pending were refused. */
  refused?: number;
  /** Above 0 it is these ids' turn, for so many times. */
  round?: number;
}

/**
 * Reads one page of a walk: up to 200 groups in batches of 20, each asked once. What is refused goes to the end of the queue
 * and holds nobody up; there it is asked for again, and is not known after that.
 */
export async function readWalkPage<S extends SourceName>(
  walk: GroupWalk<S>,
  context: PageContext,
  text: string | null,
): Promise<Page<S>> {
  const position: Position = text === null ? { shard: 0, after: "", pending: [], stuck: 0 } : (JSON.parse(text) as Position);
  return position.round ? readAgain(walk, context, position, position.round) : readOn(walk, context, position, text === null);
}

async function readOn<S extends SourceName>(
  walk: GroupWalk<S>,
  context: PageContext,
  position: Position,
  isFirst: boolean,
): Promise<Page<S>> {
  let { shard, after, stuck } = position;
  const end = position.pending.length - (position.refused ?? 0);
  let queue = position.pending.slice(0, end);
  const refused = position.pending.slice(end);
  const started = context.now();
  const page = openPage(walk, context, isFirst);
  const hasRoom = () => page.taken() < IDS_A_PAGE && refused.length < MOST_REFUSED;

  while (hasRoom() && page.isGoing() && context.now() - started < PAGE_MILLISECONDS) {
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
    if (ids.length === 0) break;
    const asked = await page.ask(ids, false);
    queue = queue.slice(BATCH_SIZE);
    // If all are throttled, it is not these ids that are.
    if (asked.throttled.length === ids.length) queue = [...ids, ...queue];
    else refused.push(...asked.throttled);
    refused.push(...asked.gone, ...asked.refused.keys());
    if (ids.length === BATCH_SIZE && asked.refused.size === ids.length) {
      if (++stuck >= MOST_STUCK) throw outage(asked);
      page.waitAfter(2 ** stuck);
    } else if (asked.throttled.length < ids.length) stuck = 0;
  }

  const isTurn = refused.length >= MOST_REFUSED || (queue.length === 0 && shard >= SHARDS.length && refused.length > 0);
  if (isTurn) page.waitAfter(ROUNDS[0] as number);
  const pending = [...queue, ...refused];
  return page.close(following({ shard, after, pending, stuck, refused: refused.length, round: isTurn ? 1 : 0 }));
}

/** Asks once more for all that was refused; the last time for each alone, if they are few. */
async function readAgain<S extends SourceName>(
  walk: GroupWalk<S>,
  context: PageContext,
  position: Position,
  round: number,
): Promise<Page<S>> {
  const end = position.pending.length - (position.refused ?? 0);
  let left = position.pending.slice(end);
  const kept: string[] = [];
  const page = openPage(walk, context);
  const isLast = round >= ROUNDS.length;
  const size = isLast && left.length <= BATCH_SIZE ? 1 : BATCH_SIZE;
  while (left.length > 0 && page.isGoing()) {
    const ids = left.slice(0, size);
    const asked = await page.ask(ids, true);
    left = left.slice(size);
    kept.push(...asked.throttled);
    if (isLast) page.giveUp(asked.refused.keys());
    else kept.push(...asked.refused.keys());
  }
  const again = [...left, ...kept];
  if (round >= MOST_ROUNDS) page.giveUp(again.splice(0));
  if (again.length > 0) page.waitAfter(ROUNDS[Math.min(round, ROUNDS.length - 1)] as number);
  const pending = [...position.pending.slice(0, end), ...again];
  return page.close(following({ ...position, pending, refused: again.length, round: again.length > 0 ? round + 1 : 0 }));
}

function following(position: Position): string | null {
  return position.shard >= SHARDS.length && position.pending.length === 0 ? null : JSON.stringify(position);
}
