import { isReportError, ReportError } from "../model/errors";
import { asFailed, type BatchResult, sendBatch } from "../graph/batch";
import type { BatchAnswer } from "../graph/batch-answers";
import { toError } from "../graph/failure";
import { backoffSeconds, LONGEST_INLINE_WAIT_SECONDS } from "../graph/retry";
import type { RecordOf, SourceName } from "../model/records";
import type { Run } from "../model/run";
import type { ShardRecords } from "../store/records";
import type { Page, PageContext, PreviousReading } from "./source";

export interface GroupWalk<S extends SourceName> {
  /** The sources whose records tell which groups to ask for. */
  reads: readonly SourceName[];
  /** The ids of a shard that need a request of their own, in any order. */
  choose: (records: ShardRecords, previous: ReadonlyMap<string, PreviousReading>, run: Run) => string[];
  /** Under /v1.0. */
  url: (id: string) => string;
  /** A final answer as a record, undefined if it can't be read as one; throws ReportError to have it asked again. */
  toRecord: (id: string, answer: BatchAnswer, context: PageContext) => Promise<RecordOf[S] | undefined> | RecordOf[S] | undefined;
  /** What stands for a group that Graph never answered for. */
  unread: (id: string) => RecordOf[S];
  /** Requests a second that the workload bears over a long time (graph.md#throttling-limits). */
  requestsPerSecond: number;
  /** Is a first batch that is denied throughout a permission that is missing? Then nothing more is asked. */
  deniedEndsSource?: boolean;
}

/** What came of one batch, but for the records. */
export interface Asked {
  throttled: string[];
  /** By id, with the status of the refusal. */
  refused: Map<string, number>;
  /** 404: gone, or not to be found for a moment. */
  gone: string[];
}

/** One page of a walk while it is being read: its records, its pace, and the wait that it ends with. */
export function openPage<S extends SourceName>(walk: GroupWalk<S>, context: PageContext, isFirstPage = false) {
  const { client, now } = context;
  const { environment, meter, signal } = client;
  const records: RecordOf[S][] = [];
  let taken = 0;
  let waitSeconds = 0;
  /** When the next batch may go, in ms: by the workload's pace, and by what Graph asked for. */
  let paceOver = 0;
  let throttleOver = 0;
  let throttledInARow = 0;

  const sleepUntil = async (time: number) => {
    if (time > now()) await environment.sleep(time - now(), signal);
  };

  function noteThrottle(seconds: number | undefined): void {
    const wait = Math.max(seconds ?? 0, backoffSeconds(++throttledInARow, true, environment.random));
    meter.throttledSeconds += wait;
    throttleOver = now() + wait * 1000;
    if (wait > LONGEST_INLINE_WAIT_SECONDS) waitSeconds = Math.max(waitSeconds, wait);
  }

  async function read({ answers }: BatchResult, asked: Asked, isAgain: boolean): Promise<void> {
    for (const [id, answer] of answers) {
      if (answer.status === 404 && !isAgain) {
        asked.gone.push(id);
        continue;
      }
      try {
        const record = await walk.toRecord(id, answer, context);
        if (record) records.push(record);
        else asked.refused.set(id, answer.status);
      } catch (error) {
        if (isReportError(error, "graph-throttled")) {
          asked.throttled.push(id);
          noteThrottle(error.waitSeconds);
        } else if (isReportError(error, "graph-unavailable")) asked.refused.set(id, error.status ?? 0);
        else throw error;
      }
    }
  }

  return {
    isGoing: () => waitSeconds === 0,
    taken: () => taken,
    /** @param isAgain these were refused before: a 404 is now believed. */
    async ask(ids: readonly string[], isAgain: boolean): Promise<Asked> {
      await sleepUntil(Math.max(throttleOver, environment.isPaced ? paceOver : 0));
      paceOver = now() + (ids.length / walk.requestsPerSecond) * 1000;
      const isFirst = taken === 0;
      taken += ids.length;
      if (isAgain) meter.retries++;
      const asked: Asked = { throttled: [], refused: new Map(), gone: [] };
      let result: BatchResult;
      try {
        result = await sendBatch(
          client,
          ids.map((id) => ({ id, url: walk.url(id) })),
        );
      } catch (error) {
        // Refused as a whole: what this page has read so far is kept.
        if (records.length === 0 || !isReportError(error, "graph-throttled", "graph-unavailable")) throw error;
        waitSeconds = Math.max(waitSeconds, error.waitSeconds ?? 1);
        return { ...asked, throttled: [...ids] };
      }
      if (walk.deniedEndsSource && isFirstPage && isFirst) throwIfDenied(result);
      asked.throttled.push(...result.throttled);
      for (const [id, status] of result.refused) asked.refused.set(id, status);
      if (result.throttled.length > 0) noteThrottle(result.waitSeconds);
      else throttledInARow = 0;
      await read(result, asked, isAgain);
      return asked;
    },
    giveUp(ids: Iterable<string>): void {
      for (const id of ids) records.push(walk.unread(id));
    },
    /** Ends the page; the next one comes after so many seconds. */
    waitAfter(seconds: number): void {
      waitSeconds = Math.max(waitSeconds, seconds);
    },
    async close(next: string | null): Promise<Page<S>> {
      if (next === null) return { records, next };
      const owed = Math.max(waitSeconds, (throttleOver - now()) / 1000);
      if (owed > 0) return { records, next, waitSeconds: owed };
      if (environment.isPaced) await sleepUntil(paceOver);
      return { records, next };
    },
  };
}

/** None of a whole batch: Graph is at fault, not the ids. */
export function outage({ refused }: Asked): ReportError {
  const [status = 0] = refused.values();
  const how = status === 0 ? "with nothing that can be read" : `with status ${status}`;
  return new ReportError("graph-unavailable", `Graph answers every single reading ${how}.`, { status, waitSeconds: 1 });
}

function throwIfDenied({ answers, refused, throttled }: BatchResult): void {
  const [first] = answers.values();
  if (!first || refused.size > 0 || throttled.length > 0 || [...answers.values()].some(({ status }) => status !== 403)) return;
  throw toError("a batch of single readings", asFailed(first));
}
