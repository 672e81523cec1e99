import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { oneLine, ReportError } from "../errors";
import { isAlive } from "./process-gone";

/** Azurite's own well-known account; it is no secret and opens nothing else. */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const START_MS = 30_000;
const OWNER_FILE = "azurite.json";

/**
 * Runs in the child: it ends, saving what it holds, as soon as its parent is gone, be it by kill -9. Nobody reads its words
 * then, and the broken pipe must not end it before it has saved.
 */
const CHILD = `
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.on("SIGTERM", () => setTimeout(() => process.exit(0), 5000).unref());
process.argv.splice(1, 0, process.env.GROUPS_REPORT_AZURITE);
require(process.env.GROUPS_REPORT_AZURITE);`;

export interface EmbeddedStorage {
  connectionString: string;
  /** Somebody else's Azurite on the same folder: it ends when they do. */
  isJoined: boolean;
  /** Settles when Azurite has ended, wanted or not. */
  ended: Promise<void>;
  stop: () => Promise<void>;
}

interface Owner {
  pid: number;
  azuritePid: number;
  blob: string;
  queue: string;
  table: string;
}

type Endpoints = Pick<Owner, "blob" | "queue" | "table">;

/** The queues are for the Functions host alone; an Azurite of an earlier version that is joined names none. */
const toConnectionString = ({ blob, queue, table }: Omit<Endpoints, "queue"> & { queue?: string }) =>
  `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${blob}/${ACCOUNT};` +
  `${queue ? `QueueEndpoint=${queue}/${ACCOUNT};` : ""}TableEndpoint=${table}/${ACCOUNT};`;

/**
 * Starts Azurite on free loopback ports with its data in a folder, or joins the one that another process has started
 * there: two on one folder would overwrite each other.
 * @throws ReportError storage-unavailable.
 */
export async function startAzurite(folder: string): Promise<EmbeddedStorage> {
  const ownerFile = path.join(folder, OWNER_FILE);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new ReportError(
      "storage-unavailable",
      `The folder ${folder} for the embedded storage can't be made: ${oneLine(error)}. Name another with --data.`,
      { cause: error },
    );
  }
  for (let tries = 0; ; tries++) {
    try {
      // Made by whoever comes first; whoever comes second reads it.
      await writeFile(ownerFile, JSON.stringify({ pid: process.pid }), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new ReportError(
          "storage-unavailable",
          `The folder ${folder} for the embedded storage can't be written: ${oneLine(error)}. Name another with --data.`,
          { cause: error },
        );
      }
    }
    const joined = await join(ownerFile);
    if (joined) return joined;
    if (tries > 10)
      throw new ReportError(
        "storage-unavailable",
        `The embedded storage in ${folder} is being opened and closed by others. Try again, or name another folder with --data.`,
      );
    await clear(ownerFile);
  }
  try {
    return await launch(folder, ownerFile);
  } catch (error) {
    await rm(ownerFile, { force: true });
    throw error;
  }
}

/** Undefined where the owner is gone, so that its place is free. */
async function join(ownerFile: string): Promise<EmbeddedStorage | undefined> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const owner = await readOwner(ownerFile);
    if (!owner?.pid || !isAlive(owner.pid)) return undefined;
    if (owner.table)
      return {
        connectionString: toConnectionString(owner as Owner),
        isJoined: true,
        ended: new Promise(() => undefined),
        stop: async () => undefined,
      };
    // It is just starting.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

/** Removes what a process that is gone has left, once its Azurite has saved and ended. */
async function clear(ownerFile: string): Promise<void> {
  const aside = `${ownerFile}.${process.pid}`;
  try {
    await rename(ownerFile, aside);
  } catch {
    return;
  }
  const owner = await readOwner(aside);
  if (owner?.pid && isAlive(owner.pid)) {
    // Another process was faster and has just put its own file there.
    await rename(aside, ownerFile);
    return;
  }
  for (let tries = 0; owner?.azuritePid && isAlive(owner.azuritePid); tries++) {
    if (tries === 100) process.kill(owner.azuritePid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await rm(aside, { force: true });
}

async function readOwner(ownerFile: string): Promise<Partial<Owner> | undefined> {
  try {
    return JSON.parse(await readFile(ownerFile, "utf8")) as Partial<Owner>;
  } catch {
    return undefined;
  }
}

async function launch(folder: string, ownerFile: string): Promise<EmbeddedStorage> {
  const options = [
    "--location",
    folder,
    "--blobPort",
    "0",
    "--queuePort",
    "0",
    "--tablePort",
    "0",
    "--silent",
    "--disableTelemetry",
    "--skipApiVersionCheck",
  ];
  const child = spawn(process.execPath, ["-e", CHILD, "--", ...options], {
    // A group of its own: Ctrl-C is for the program, which ends Azurite when it has finished with it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, GROUPS_REPORT_AZURITE: require.resolve("azurite/dist/src/azurite.js") },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const endpoints = await waitForEndpoints(child, ended);
  const owner: Owner = { pid: process.pid, azuritePid: child.pid ?? 0, ...endpoints };
  await writeFile(ownerFile, JSON.stringify(owner));
  child.unref();
  child.channel?.unref();
  return {
    connectionString: toConnectionString(owner),
    isJoined: false,
    ended,
    stop: async () => {
      // It does not keep the program alive, but its end is waited for.
      child.ref();
      if (child.connected) child.disconnect();
      await ended;
      await rm(ownerFile, { force: true });
    },
  };
}

async function waitForEndpoints(child: ChildProcess, ended: Promise<void>): Promise<Endpoints> {
  let output = "";
  const found = new Promise<Endpoints>((resolve) => {
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-10_000);
      const at = (service: string) => new RegExp(`${service} service is successfully listening at (\\S+)`).exec(output)?.[1];
      const [blob, queue, table] = [at("Blob"), at("Queue"), at("Table")];
      if (blob && queue && table) resolve({ blob, queue, table });
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
  });
  let timer: NodeJS.Timeout | undefined;
  const failed = Promise.race([ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, START_MS)))]).then(() => {
    child.kill("SIGKILL");
    throw new ReportError(
      "storage-unavailable",
      `The embedded storage (Azurite) did not start: ${oneLine(output).slice(-200) || "it said nothing"}.`,
    );
  });
  try {
    return await Promise.race([found, failed]);
  } finally {
    clearTimeout(timer);
    failed.catch(() => undefined);
  }
}
