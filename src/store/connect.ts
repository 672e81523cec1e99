import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import type { AuthChoice } from "../settings/choose-auth";
import { createIdentity } from "../auth/credential";
import { isReportError, oneLine, ReportError } from "../model/errors";
import { blobPipeline, storageNetwork } from "../network/azure-client";
import type { StorageSetting } from "../settings/settings";

export const TABLES = { runs: "Runs", cursors: "Cursors", records: "Records", groups: "Groups" } as const;
const CONTAINER = "reports";

export interface Connection {
  tables: Record<keyof typeof TABLES, TableClient>;
  container: ContainerClient;
}

/**
 * Azurite ends an entity of a transaction at a line separator, and takes U+2028 and U+2029 in a name for one: the
 * transaction fails. In JSON their escapes say the same.
 */
function escapeLineSeparators(table: TableClient): TableClient {
  const policy: Parameters<TableClient["pipeline"]["addPolicy"]>[0] = {
    name: "escapeLineSeparators",
    sendRequest: (request, next) => {
      if (typeof request.body === "string")
        request.body = request.body.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
      return next(request);
    },
  };
  // Before the request is signed with its length.
  table.pipeline.addPolicy(policy, { phase: "Serialize" });
  return table;
}

type NamedStorage = Exclude<StorageSetting, { kind: "embedded" }>;

function clients(
  storage: NamedStorage,
  auth: AuthChoice,
): {
  service: TableServiceClient;
  table: (name: string) => TableClient;
  container: ContainerClient;
} {
  const network = storageNetwork();
  if (storage.kind === "connectionString") {
    const { connectionString } = storage;
    const blob = BlobServiceClient.fromConnectionString(connectionString, { proxyOptions: network.proxyOptions });
    // http is met on loopback alone: Azurite. A storage account's own connection string says https.
    const options = {
      ...network,
      allowInsecureConnection: /UseDevelopmentStorage=true|TableEndpoint=http:\/\/(127\.|localhost)/i.test(connectionString),
    };
    return {
      service: TableServiceClient.fromConnectionString(connectionString, options),
      table: (name) => TableClient.fromConnectionString(connectionString, name, options),
      container: new BlobServiceClient(blob.url, blobPipeline(blob.credential)).getContainerClient(CONTAINER),
    };
  }
  const { account, clientId, suffix = "core.windows.net" } = storage;
  // The host names an identity of its own for its storage; else it is the one that reads Graph.
  const { credential } = createIdentity(clientId ? { kind: "managed-identity", clientId } : auth);
  const tableUrl = `https://${account}.table.${suffix}`;
  return {
    service: new TableServiceClient(tableUrl, credential, network),
    table: (name) => new TableClient(tableUrl, name, credential, network),
    container: new BlobServiceClient(`https://${account}.blob.${suffix}`, blobPipeline(credential)).getContainerClient(CONTAINER),
  };
}

/**
 * Opens the tables and the container, and makes what is missing.
 * @param auth who asks for the storage account's tokens; a connection string needs nobody.
 * @throws ReportError setting-invalid (a broken connection string), storage-unavailable.
 */
export async function connect(storage: NamedStorage, auth: AuthChoice = { kind: "default" }): Promise<Connection> {
  let made: ReturnType<typeof clients>;
  try {
    made = clients(storage, auth);
  } catch (error) {
    if (isReportError(error)) throw error;
    throw new ReportError(
      "setting-invalid",
      "The storage connection string can't be read. Copy it again from the storage account, or name the account alone.",
      { cause: error },
    );
  }
  try {
    await Promise.all([
      ...Object.values(TABLES).map((name) => made.service.createTable(name)),
      made.container.createIfNotExists(),
    ]);
  } catch (error) {
    // The way there: a proxy, a certificate, a token. Its words say it all.
    if (isReportError(error)) throw error;
    const name = storage.kind === "account" ? storage.account : made.container.accountName;
    throw new ReportError(
      "storage-unavailable",
      `The storage account ${name} can't be used: ${oneLine(error).slice(0, 200)} Check its name, the network and the role assignments.`,
      { cause: error },
    );
  }
  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([key, name]) => [key, escapeLineSeparators(made.table(name))]),
  ) as Connection["tables"];
  return { tables, container: made.container };
}

/** The HTTP status of a storage error; undefined for anything else. */
export function storageStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/**
 * Did the storage not answer, or not let the app in? That may pass. What it says of a request it understood will not: the
 * fault is in what was asked, or in what is stored. Its clients throw RestError, without a status if nothing answered.
 */
export function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "RestError") return false;
  const status = storageStatus(error);
  return status === undefined || status === 401 || status === 403 || status === 429 || status >= 500;
}

/** Undefined where the entity or blob is not there. */
export async function orMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (storageStatus(error) === 404) return undefined;
    throw error;
  }
}
