import type { Connection } from "./connect";
import { createCursors } from "./cursors";
import { createFiles } from "./files";
import { createGroupsTable } from "./groups-table";
import { createOutputs } from "./outputs";
import { createRecords } from "./records";
import { createRuns } from "./runs";
import { createTickets } from "./tickets";

/** Everything that outlives an activity. The same on Azurite and on a storage account. */
export function createStore({ tables, container }: Connection) {
  const files = createFiles(container);
  return {
    runs: createRuns(tables.runs),
    cursors: createCursors(tables.cursors),
    records: createRecords(tables.records),
    groups: createGroupsTable(tables.groups),
    files,
    outputs: createOutputs(tables.runs, files),
    tickets: createTickets(tables.runs),
  };
}

export type Store = ReturnType<typeof createStore>;
