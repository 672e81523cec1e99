import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { TableClient } from "@azure/data-tables";
import type { RecordOf, SourceName } from "../sources/records";
import type { PageMarker } from "./cursors";
import { SHARDS, shardOf } from "./keys";
import { deletePartition } from "./partitions";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A binary property holds 64 KiB, an entity 1 MiB with its names: fifteen properties of 60 KB leave room. */
const PROPERTY_BYTES = 60_000;
const PROPERTIES = 15;
/** Records that are packed together; small enough that a packed part nearly always fits one entity. */
const RECORDS_A_PART = 5_000;

export type ShardRecords = { [S in SourceName]?: RecordOf[S][] };

/** Names a page's entities. Only the attempt whose marker was committed with the cursor is ever read. */
export type PageKey = Pick<PageMarker, "source" | "epoch" | "page" | "attempt">;

const partition = (runId: string, shard: string) => `${runId}_${shard}`;
const rowPrefix = ({ source, epoch, page, attempt }: PageKey) => `${source}_${epoch}_${page}_${attempt}`;

/**
 * The table `Records`: a page is written as up to sixteen entities, one a shard; partition = run and shard, row key =
 * source, epoch, page, attempt. The records are gzipped JSON in binary properties (design.md, "Data").
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

  return {
    /** Writes a page's records, each to its shard. Harmless until the page is committed, and when repeated. */
    async write<S extends SourceName>(
      runId: string,
      key: PageKey & { source: S },
      records: readonly RecordOf[S][],
    ): Promise<void> {
      const shards = new Map<string, RecordOf[S][]>();
      for (const record of records) {
        const shard = shardOf(record.id);
        const list = shards.get(shard);
        if (list) list.push(record);
        else shards.set(shard, [record]);
      }
      await Promise.all(
        [...shards].map(async ([shard, list]) => {
          let part = 0;
          for (let at = 0; at < list.length; at += RECORDS_A_PART) {
            part = await writePart(partition(runId, shard), rowPrefix(key), part, list.slice(at, at + RECORDS_A_PART));
          }
        }),
      );
    },

    /** A shard's records by source, of the pages given (committedPages) and the sources asked for. */
    async readShard(
      runId: string,
      shard: string,
      pages: readonly PageKey[],
      sources: readonly SourceName[],
    ): Promise<ShardRecords> {
      const counted = new Map(pages.map((page) => [rowPrefix(page), page.source]));
      const found: ShardRecords = {};
      const filters = sources.map((source) => `(RowKey ge '${source}_' and RowKey lt '${source}\`')`).join(" or ");
      const filter = `PartitionKey eq '${partition(runId, shard)}' and (${filters})`;
      for await (const entity of table.listEntities({ queryOptions: { filter } })) {
        const source = counted.get((entity.rowKey ?? "").replace(/_\d+$/, ""));
        if (!source) continue;
        const pieces: Uint8Array[] = [];
        for (let n = 0; entity[`d${n}`] instanceof Uint8Array; n++) pieces.push(entity[`d${n}`] as Uint8Array);
        const records = JSON.parse((await unpack(Buffer.concat(pieces))).toString("utf8")) as never[];
        const list = (found[source] ??= []) as never[];
        for (const record of records) list.push(record);
      }
      return found;
    },

    /** Removes what a run collected; everything that is kept stands in its published files. */
    async deleteRun(runId: string): Promise<void> {
      for (const shard of SHARDS) await deletePartition(table, partition(runId, shard));
    },
  };
}

export type Records = ReturnType<typeof createRecords>;
