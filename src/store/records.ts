import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { TableClient } from "@azure/data-tables";
import type { RecordOf, SourceName } from "../model/records";
import type { PageMarker } from "./cursors";
import { SHARDS, shardOf } from "../model/keys";
import { deletePartition } from "./partitions";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A binary property holds 64 KiB, an entity 1 MiB with its names: fifteen properties of 60 KB leave room. */
const PROPERTY_BYTES = 60_000;
const PROPERTIES = 15;
/** Records that are packed together; small enough that a packed part nearly always fits one entity. */
const RECORDS_A_PART = 5_000;

export type ShardRecords = { [S in SourceName]?: RecordOf[S][] };

/** Takes a page's records bit by bit. */
export interface RecordWriter {
  write: (records: readonly RecordOf[SourceName][]) => Promise<void>;
  /** How many were written. */
  count: () => number;
}

/** Rows of one group in one report that are kept; a tenant has a handful of sites a group. */
const MOST_ROWS_A_GROUP = 1_000;
const REPORTS: ReadonlySet<SourceName> = new Set(["groupsUsage", "teamsUsage", "siteUsage"]);

/** Names a page's entities. Only the attempt whose marker was committed with the cursor is ever read. */
export type PageKey = Pick<PageMarker, "source" | "epoch" | "page" | "attempt">;

const partition = (runId: string, shard: string) => `${runId}_${shard}`;
const rowPrefix = ({ source, epoch, page, attempt }: PageKey) => `${source}_${epoch}_${page}_${attempt}`;

/**
 * The table `Records`: a page is written as up to sixteen entities, one a shard; partition = run and shard, row key =
 * source, epoch, page, attempt. The records are gzipped JSON in binary properties (docs/architecture.md).
 */
export function createRecords(table: TableClient) {
  async function writePart(partitionKey: string, prefix: string, part: number, records: unknown[]): Promise<number> {
    const packed = await pack(JSON.stringify(records), { level: 4 });
    if (packed.length > PROPERTY_BYTES * PROPERTIES && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      const next = await writePart(partitionKey, prefix, part, records.slice(0, middle));
      return writePart(partitionKey, prefix, next, records.slice(middle));
    }
    const properties: Record<string, Uint8Array> = {};
    for (let at = 0, n = 0; at < packed.length; at += PROPERTY_BYTES, n++)
      properties[`d${n}`] = packed.subarray(at, at + PROPERTY_BYTES);
    await table.upsertEntity({ partitionKey, rowKey: `${prefix}_${part}`, ...properties }, "Replace");
    return part + 1;
  }

  async function readSome(
    runId: string,
    shard: string,
    pages: readonly PageKey[],
    sources: readonly SourceName[],
    isWanted: (id: string) => boolean = () => true,
  ): Promise<ShardRecords> {
    const counted = new Map(pages.map((page) => [rowPrefix(page), page.source]));
    const found: ShardRecords = {};
    const rows = new Map<string, number>();
    const isKept = (source: SourceName, id: string) => {
      if (!isWanted(id)) return false;
      if (!REPORTS.has(source)) return true;
      const count = (rows.get(`${source}${id}`) ?? 0) + 1;
      rows.set(`${source}${id}`, count);
      return count <= MOST_ROWS_A_GROUP;
    };
    const filters = sources.map((source) => `(RowKey ge '${source}_' and RowKey lt '${source}\`')`).join(" or ");
    const filter = `PartitionKey eq '${partition(runId, shard)}' and (${filters})`;
    for await (const entity of table.listEntities({ queryOptions: { filter } })) {
      const source = counted.get((entity.rowKey ?? "").replace(/_\d+$/, ""));
      if (!source) continue;
      const pieces: Uint8Array[] = [];
      for (let n = 0; entity[`d${n}`] instanceof Uint8Array; n++) pieces.push(entity[`d${n}`] as Uint8Array);
      const records = JSON.parse((await unpack(Buffer.concat(pieces))).toString("utf8")) as never[];
      const list = (found[source] ??= []) as never[];
      for (const record of records as { id: string }[]) if (isKept(source, record.id)) list.push(record as never);
    }
    return found;
  }

  function open(runId: string, key: PageKey): RecordWriter {
    const parts = new Map<string, number>();
    let written = 0;
    return {
      count: () => written,
      async write(records) {
        written += records.length;
        const shards = new Map<string, RecordOf[SourceName][]>();
        for (const record of records) {
          const shard = shardOf(record.id);
          const list = shards.get(shard);
          if (list) list.push(record);
          else shards.set(shard, [record]);
        }
        await Promise.all(
          [...shards].map(async ([shard, list]) => {
            for (let at = 0; at < list.length; at += RECORDS_A_PART) {
              const some = list.slice(at, at + RECORDS_A_PART);
              parts.set(shard, await writePart(partition(runId, shard), rowPrefix(key), parts.get(shard) ?? 0, some));
            }
          }),
        );
      },
    };
  }

  return {
    /** Takes a page's records, each to its shard. Harmless until the page is committed, and when repeated. */
    open,

    /** The same for a page that is there as a whole. */
    async write<S extends SourceName>(
      runId: string,
      key: PageKey & { source: S },
      records: readonly RecordOf[S][],
    ): Promise<void> {
      await open(runId, key).write(records);
    },

    /**
     * A shard's records by source, of the pages given (committedPages) and the sources asked for. With the groups among
     * them, rows of usage reports that belong to no group are dropped as they come: there may be any number.
     */
    async readShard(
      runId: string,
      shard: string,
      pages: readonly PageKey[],
      sources: readonly SourceName[],
    ): Promise<ShardRecords> {
      const reports = sources.filter((source) => REPORTS.has(source));
      if (!sources.includes("groups") || reports.length === 0) return readSome(runId, shard, pages, sources);
      const others = sources.filter((source) => !REPORTS.has(source));
      const found = await readSome(runId, shard, pages, others);
      const listed = new Set(found.groups?.map(({ id }) => id));
      return { ...found, ...(await readSome(runId, shard, pages, reports, (id) => listed.has(id))) };
    },

    /** Removes what a run collected; everything that is kept stands in its published files. */
    async deleteRun(runId: string): Promise<void> {
      for (const shard of SHARDS) await deletePartition(table, partition(runId, shard));
    },
  };
}

export type Records = ReturnType<typeof createRecords>;
