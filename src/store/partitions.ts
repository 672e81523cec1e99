import type { TableClient, TransactionAction } from "@azure/data-tables";
import { storageStatus } from "./connect";

/** Most operations in one transaction of Table Storage, all on one partition. */
const TRANSACTION_SIZE = 100;

/** Sends any number of operations on one partition, a hundred a transaction, one after another. */
export async function submitAll(
  table: TableClient,
  actions: Iterable<TransactionAction> | AsyncIterable<TransactionAction>,
): Promise<number> {
  let chunk: TransactionAction[] = [];
  let sent = 0;
  for await (const action of actions) {
    chunk.push(action);
    if (chunk.length === TRANSACTION_SIZE) {
      await submit(table, chunk);
      sent += chunk.length;
      chunk = [];
    }
  }
  if (chunk.length > 0) await submit(table, chunk);
  return sent + chunk.length;
}

/** A transaction of deletes fails whole where one entity is gone already, by a run that was stopped here: then one by one. */
async function submit(table: TableClient, chunk: TransactionAction[]): Promise<void> {
  try {
    await table.submitTransaction(chunk);
  } catch (error) {
    if (storageStatus(error) !== 404) throw error;
    for (const action of chunk) {
      if (action[0] !== "delete") throw error;
      await table.deleteEntity(action[1].partitionKey, action[1].rowKey).catch((gone: unknown) => {
        if (storageStatus(gone) !== 404) throw gone;
      });
    }
  }
}

/** Deletes a partition, or the part of it that the OData filter names. */
export async function deletePartition(table: TableClient, partitionKey: string, filter?: string): Promise<number> {
  const query = `PartitionKey eq '${partitionKey}'${filter ? ` and (${filter})` : ""}`;
  const keys: TransactionAction[] = [];
  for await (const { rowKey } of table.listEntities<{ rowKey: string }>({
    queryOptions: { filter: query, select: ["PartitionKey", "RowKey"] },
  })) {
    if (rowKey !== undefined) keys.push(["delete", { partitionKey, rowKey }]);
  }
  return submitAll(table, keys);
}
