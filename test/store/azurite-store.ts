import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAzurite } from "../../src/local/azurite";
import { createStore, type Store } from "../../src/store";
import { connect, type Connection } from "../../src/store/connect";

export interface AzuriteStore {
  store: Store;
  connection: Connection;
  stop: () => Promise<void>;
}

/** The store on a real Azurite with a folder of its own. */
export async function openStore(): Promise<AzuriteStore> {
  const folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  const azurite = await startAzurite(folder);
  const connection = await connect({ kind: "connectionString", connectionString: azurite.connectionString });
  return {
    connection,
    store: createStore(connection),
    stop: async () => {
      await azurite.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
