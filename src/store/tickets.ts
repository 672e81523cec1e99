import { createHash, randomBytes } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import { orMissing, storageStatus } from "./connect";

/** From the click to the page: a minute is plenty, also where the app has to start first. */
const LIFE_MS = 60_000;
const PARTITION = "ticket";

interface TicketEntity {
  runId: string;
  expires: string;
}

/** By their sums, so that whoever reads the table can use none. */
const rowKeyOf = (ticket: string) => createHash("sha256").update(ticket).digest("hex");

/** Tickets in the table `Runs`, for every instance of the app: each opens the page of one run, once and soon. */
export function createTickets(table: TableClient, now: () => number = Date.now) {
  async function removeExpired(): Promise<void> {
    const filter = `PartitionKey eq '${PARTITION}' and expires lt '${new Date(now()).toISOString()}'`;
    for await (const { rowKey = "" } of table.listEntities({ queryOptions: { filter } }))
      await orMissing(table.deleteEntity(PARTITION, rowKey));
  }

  return {
    async issue(runId: string): Promise<{ ticket: string; expires: string }> {
      await removeExpired();
      const ticket = randomBytes(32).toString("base64url");
      const expires = new Date(now() + LIFE_MS).toISOString();
      await table.createEntity<{ partitionKey: string; rowKey: string } & TicketEntity>({
        partitionKey: PARTITION,
        rowKey: rowKeyOf(ticket),
        runId,
        expires,
      });
      return { ticket, expires };
    },

    /** @returns the run, to one caller alone; undefined where the ticket is none, is used or is too old. */
    async use(ticket: string): Promise<string | undefined> {
      if (!/^[\w-]{43}$/.test(ticket)) return undefined;
      const entity = await orMissing(table.getEntity<TicketEntity>(PARTITION, rowKeyOf(ticket)));
      if (!entity) return undefined;
      try {
        await table.deleteEntity(PARTITION, rowKeyOf(ticket));
      } catch (error) {
        // Somebody was faster.
        if (storageStatus(error) === 404) return undefined;
        throw error;
      }
      return Date.parse(entity.expires) > now() ? entity.runId : undefined;
    },
  };
}
