import type { Connection } from "./connect";
import { createCursors } from "./cursors";
import { createFiles } from "./files";
import { createGroupsTable } from "./groups-table";
import { createRecords } from "./records";
import { createRuns } from "./runs";

/** Everything that outlives an activity. The same on Azurite and on a storage account. */
export function createStore({ tables, container }: Connection) {
  return {
    runs: createRuns(tables.runs),
    cursors: createCursors(tables.cursors),
    records: createRecords(tables.records),
    groups: createGroupsTable(tables.groups),
    files: createFiles(container),
  };
}

export type Store = ReturnType<typeof createStore>;
