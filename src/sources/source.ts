import type { GraphClient } from "../graph/client";
import type { Trail } from "../graph/read-list";
import type { Feature } from "../model/run";
import type { ShardRecords } from "../store/records";
import type { Run } from "../model/run";
import type { RecordOf, SourceName, SourceState } from "../model/records";

/** What a page's reader gets. */
export interface PageContext {
  client: GraphClient;
  run: Run;
  /** How far the source's list has been followed. */
  trail: Trail;
  /** Milliseconds since 1970, for the activity's own time limit. */
  now: () => number;
  /** What other sources of this run have brought, one shard at a time. */
  readShard: (shard: string, sources: readonly SourceName[]) => Promise<ShardRecords>;
  /** What the published run that this one is compared with knew of a shard's teams, by group id. */
  readPrevious: (shard: string) => Promise<ReadonlyMap<string, PreviousReading>>;
  /** Takes records of the page before it is read whole, so that memory does not grow with it; they count with the page. */
  keep: (records: RecordOf[SourceName][]) => Promise<void>;
  /** Forgets what was taken: the page is read anew. */
  discard: () => void;
}

export interface PreviousReading {
  archived: boolean | null;
  /** ISO day. */
  archivedAsOf: string | null;
}

/** One page, read. */
export interface Page<S extends SourceName> {
  /** Those that were not handed to `keep`. */
  records: RecordOf[S][];
  /** Where the next page is, in the source's own words; null when this was the last. */
  next: string | null;
  /** How far its list has now been followed. */
  trail?: Trail;
  /** The source's state at its end; [complete]. */
  state?: SourceState;
  /** What is wrong with it, in a sentence. */
  message?: string;
  /** The Report Refresh Date. */
  dataDate?: string | null;
  /** Rows in a usage report, whether they belong to a group or not. */
  rowsRead?: number;
  /** Rows, or items of a list, that were left out or had something that was not understood. */
  notUnderstood?: number;
  /** One of them was left out, and nobody can say whose it was. */
  isUntold?: boolean;
  /** A usage report has rows of groups without activity, too. */
  listsIdle?: boolean;
  /** How many rows the source will have, where it is known. */
  expected?: number;
  /** Seconds that Graph wants to be left alone before the next page. */
  waitSeconds?: number;
}

/** A source: its first request, how a page becomes records, its permission. A new source is one file and one line in the index. */
export interface Source<S extends SourceName = SourceName> {
  name: S;
  /** Switched on by FEATURES; always on where absent. */
  feature?: Feature;
  /** Sources of one phase are read side by side, once those before it are in: 1 first, 2 needs groups, 3 needs siteUsage. */
  phase: 1 | 2 | 3;
  /** Reads the page at a position (`next` of the page before; null for the first). Throws ReportError. */
  readPage: (context: PageContext, position: string | null) => Promise<Page<S>>;
}
