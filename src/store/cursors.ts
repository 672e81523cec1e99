import type { TableClient, TransactionAction } from "@azure/data-tables";
import type { TokenCounts } from "../auth/token-counts";
import type { Meter } from "../graph/client";
import type { Trail } from "../graph/read-list";
import { SOURCE_NAMES, type SourceName, type SourceState } from "../model/records";
import { orMissing, storageStatus } from "./connect";
import { checkReadable, STAMP, type Stamp } from "./data-version";
import { deletePartition } from "./partitions";

/** Where a source is. `state` is null while it is being read. */
export interface Cursor {
  source: SourceName;
  /** Raised when the source starts again from its first page; only the newest epoch's pages count. */
  epoch: number;
  /** The next page to be read. */
  page: number;
  /** Where that page is: a nextLink, or a position of the source's own; null for the first. */
  next: string | null;
  /** How far its list has been followed; absent in what an older version wrote. */
  trail?: Trail | null;
  state: SourceState | null;
  dataDate: string | null;
  /** Rows in the source's files, whether they belong to a group or not; null where it has none. */
  rowsRead: number | null;
  /** A row that was left out, and nobody can say whose it is. Absent in cursors of older software: false. */
  isUntold?: boolean;
  /** The Teams report has rows of teams without activity. Absent: false. */
  listsIdle?: boolean;
  /** Share of the groups concerned that have a row, once assessed. */
  coverage: number | null;
  /** How many rows there will be, where that is known. */
  expected: number | null;
  /** Why it is not complete, or what was wrong last, in a sentence. */
  message: string | null;
  /** Graph asked for no request before this date-time. */
  notBefore: string | null;
}

/** What one page, or one try that ended without a page, cost and brought. */
export interface PageMarker {
  source: SourceName;
  epoch: number;
  page: number;
  attempt: string;
  /** Did this try move the cursor, so that its records count? */
  committed: boolean;
  rows: number;
  /** Rows or items that were left out or not wholly understood. Absent in markers of older software: 0. */
  notUnderstood?: number;
  meter: Meter;
  tokens: TokenCounts | null;
}

interface CursorEntity extends Stamp {
  partitionKey: string;
  rowKey: string;
  cursor: string;
}

interface MarkerEntity {
  partitionKey: string;
  rowKey: string;
  marker: string;
}

export type FencedCursor = Cursor & { etag: string };

/** A source at its first page. */
export const firstCursor = (source: SourceName, state: SourceState | null): Cursor => ({
  source,
  epoch: 0,
  page: 0,
  next: null,
  state,
  dataDate: null,
  rowsRead: null,
  coverage: null,
  expected: null,
  message: null,
  notBefore: null,
});

const cursorKey = (source: SourceName) => `cursor_${source}`;
const markerKey = ({ source, epoch, page, attempt }: PageMarker) => `page_${source}_${epoch}_${page}_${attempt}`;

/**
 * The table `Cursors`: partition = run; a cursor row a source, and a marker row a page. A page counts by one transaction
 * that replaces the cursor with If-Match and adds the marker, so a duplicate that comes late changes nothing, and counts
 * are sums over markers.
 */
export function createCursors(table: TableClient) {
  return {
    /** Makes the cursor of a source at its first page, unless it is there already. */
    async open(runId: string, source: SourceName, state: SourceState | null = null): Promise<void> {
      try {
        await table.createEntity<CursorEntity>({
          partitionKey: runId,
          rowKey: cursorKey(source),
          cursor: JSON.stringify(firstCursor(source, state)),
          ...STAMP,
        });
      } catch (error) {
        if (storageStatus(error) !== 409) throw error;
      }
    },

    /** @throws ReportError data-newer. */
    async read(runId: string, source: SourceName): Promise<FencedCursor | undefined> {
      const entity = await orMissing(table.getEntity<CursorEntity>(runId, cursorKey(source)));
      return entity && { ...parseCursor(runId, entity), etag: entity.etag };
    },

    /**
     * Moves the cursor from where `from` was read, and adds the marker of the try that moves it.
     * @returns false where the cursor has moved meanwhile: the caller was superseded and its work does not count.
     */
    async move(runId: string, from: FencedCursor, change: Partial<Cursor>, marker?: PageMarker): Promise<boolean> {
      const { etag, ...cursor } = from;
      const entity: CursorEntity = {
        partitionKey: runId,
        rowKey: cursorKey(from.source),
        cursor: JSON.stringify({ ...cursor, ...change }),
        ...STAMP,
      };
      const actions: TransactionAction[] = [["update", { ...entity }, "Replace", { etag }]];
      if (marker) actions.push(["create", { partitionKey: runId, rowKey: markerKey(marker), marker: JSON.stringify(marker) }]);
      try {
        await table.submitTransaction(actions);
        return true;
      } catch (error) {
        if (storageStatus(error) === 412 || storageStatus(error) === 409) return false;
        throw error;
      }
    },

    async deleteRun(runId: string): Promise<void> {
      await deletePartition(table, runId);
    },

    /** Every cursor and marker of a run, in the order of the report's sources. @throws ReportError data-newer. */
    async list(runId: string): Promise<{ cursors: Cursor[]; markers: PageMarker[] }> {
      const cursors: Cursor[] = [];
      const markers: PageMarker[] = [];
      for await (const entity of table.listEntities<Partial<CursorEntity & MarkerEntity>>({
        queryOptions: { filter: `PartitionKey eq '${runId}'` },
      })) {
        if (entity.cursor !== undefined) cursors.push(parseCursor(runId, { ...entity, cursor: entity.cursor }));
        else if (entity.marker !== undefined) markers.push(JSON.parse(entity.marker) as PageMarker);
      }
      return { cursors: cursors.toSorted((a, b) => SOURCE_NAMES.indexOf(a.source) - SOURCE_NAMES.indexOf(b.source)), markers };
    },
  };
}

function parseCursor(runId: string, { cursor, ...stamp }: Stamp & { cursor: string }): Cursor {
  checkReadable(`The state of the run ${runId}`, stamp);
  return JSON.parse(cursor) as Cursor;
}

export type Cursors = ReturnType<typeof createCursors>;

/** The pages that count: committed, and of the source's newest epoch. */
export function committedPages({
  cursors,
  markers,
}: {
  cursors: readonly Cursor[];
  markers: readonly PageMarker[];
}): PageMarker[] {
  const epochs = new Map(cursors.map(({ source, epoch }) => [source, epoch]));
  return markers.filter((marker) => marker.committed && marker.epoch === epochs.get(marker.source));
}
