import type { TableClient, TransactionAction } from "@azure/data-tables";
import type { ReportRow } from "../model/report";
import { deletePartition, submitAll } from "./partitions";

/** A string property holds 64 KiB in UTF-16: 32,768 characters. */
const LONGEST_TEXT = 32_000;

function toProperties(row: ReportRow): Record<string, string | number | boolean> {
  const properties: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(row) as [string, unknown][]) {
    if (value === null || value === undefined) continue;
    if (key === "owners")
      properties[key] = cut(
        (value as { displayName: string | null; id: string }[]).map((owner) => owner.displayName ?? owner.id).join("; "),
      );
    else if (Array.isArray(value)) properties[key] = value.join("; ");
    else if (typeof value === "string") properties[key] = cut(value);
    else if (typeof value === "number" || typeof value === "boolean") properties[key] = value;
  }
  return properties;
}

/** A character of two code units is not halved: half a one is no text that every reader takes. */
const cut = (text: string) =>
  text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT).replace(/[\uD800-\uDBFF]$/, "")}…` : text;

/**
 * The table `Groups`: the current state of every group, for whoever wants to query it. Partition = shard, row key =
 * group id, properties = the report's columns (lists joined with `; `, unknown ones absent).
 */
export function createGroupsTable(table: TableClient) {
  return {
    /** Replaces a shard by the rows of this run; groups that are no longer listed go. */
    async replaceShard(shard: string, runId: string, rows: Iterable<ReportRow>): Promise<void> {
      function* upserts(): Iterable<TransactionAction> {
        for (const row of rows) yield ["upsert", { partitionKey: shard, rowKey: row.id, ...toProperties(row) }, "Replace"];
      }
      await submitAll(table, upserts());
      await deletePartition(table, shard, `runId ne '${runId}'`);
    },
  };
}

export type GroupsTable = ReturnType<typeof createGroupsTable>;
