import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { oneLine, ReportError } from "../model/errors";
import { isOwnAlive } from "./process-gone";

/** Of one start of Azurite alone. */
export interface StorageAccount {
  account: string;
  key: string;
}

export interface Endpoints {
  blob: string;
  queue: string;
  table: string;
}

/** What `azurite.json` says: whose the folder is, and for other processes of the same user how to join. */
interface Owner extends StorageAccount, Endpoints {
  pid: number;
  azuritePid: number;
}

export type Claim =
  /** The folder is ours; `wasCut`: whoever had it before had not saved all. */
  | { kind: "own"; wasCut: boolean; write: (what: Omit<Owner, "pid"> | Pick<Owner, "azuritePid">) => void; giveUp: () => void }
  | { kind: "joined"; owner: Owner };

const OWNER_FILE = "azurite.json";
const START_MS = 120_000;
/** Azurite writes what it holds in seconds, on a slow disk in a minute or two. */
const SAVE_MS = 600_000;

export const ownerFileOf = (folder: string) => path.join(folder, OWNER_FILE);

/**
 * Takes the folder, or finds who has it: two Azurites on one folder would overwrite each other.
 * @param say tells the user, in a sentence, what is waited for.
 * @throws ReportError storage-unavailable.
 */
export async function claimFolder(folder: string, say: (line: string) => void): Promise<Claim> {
  const file = ownerFileOf(folder);
  let wasCut = false;
  for (let tries = 0; ; tries++) {
    if (make(file, folder)) {
      return {
        kind: "own",
        wasCut,
        write: (what) => replace(file, { pid: process.pid, ...what }),
        giveUp: () => rmSync(file, { force: true }),
      };
    }
    const owner = await findOwner(file, folder);
    if (owner) return { kind: "joined", owner };
    if (tries > 10)
      throw new ReportError(
        "storage-unavailable",
        `The embedded storage in ${folder} is being opened and closed by others. Try again, or name another folder with --data.`,
      );
    if (await clear(file, folder, say)) wasCut = true;
  }
}

/** Made by whoever comes first; whoever comes second reads it. */
function make(file: string, folder: string): boolean {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid }), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new ReportError(
      "storage-unavailable",
      `The folder ${folder} for the embedded storage can't be written: ${oneLine(error)}. Name another with --data.`,
      { cause: error },
    );
  }
}

/** At once, so that nobody reads half of it. */
function replace(file: string, what: Partial<Owner>): void {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(what), { mode: 0o600 });
  renameSync(partial, file);
}

/** Undefined if the owner is gone, so that its place is free. */
async function findOwner(file: string, folder: string): Promise<Owner | undefined> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const owner = read(file, folder);
    if (!owner?.pid || !isOwnAlive(owner.pid)) return undefined;
    if (owner.table) {
      if (!isOwnAlive(owner.azuritePid) || !(await answers(owner.table))) return undefined;
      if (!owner.account || !owner.key)
        throw new ReportError(
          "storage-unavailable",
          `The process ${owner.pid}, of an older version of this software, has the embedded storage in ${folder} open. End it and try again.`,
        );
      return owner as Owner;
    }
    // It is just starting.
    await delay(100);
  }
  return undefined;
}

/**
 * Removes what an owner that is gone has left, once its Azurite has saved and ended; that one is never ended from here.
 * @returns whether it left without saving: then its own Azurite would have removed the file.
 */
async function clear(file: string, folder: string, say: (line: string) => void): Promise<boolean> {
  // One that was just being written is not half of one a moment later.
  let left = read(file, folder);
  if (left && !left.pid) left = await delay(200).then(() => read(file, folder));
  if (!left) return false;
  const pid = left.azuritePid;
  const deadline = Date.now() + SAVE_MS;
  for (let isSaid = false; isOwnAlive(pid); isSaid = true) {
    if (!isSaid) say(`Waiting for the process ${pid}, which still saves the storage of a program that has ended.`);
    if (Date.now() > deadline)
      throw new ReportError(
        "storage-unavailable",
        `The process ${pid} is still saving the embedded storage in ${folder}. Wait for it, or end it if it hangs, and try again.`,
      );
    await delay(100);
  }
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return false;
  }
  if (read(aside, folder)?.pid !== left.pid) {
    // Another process was faster and has just put its own file there.
    renameSync(aside, file);
    return false;
  }
  rmSync(aside, { force: true });
  return left.table !== undefined;
}

/**
 * Undefined if there is none, empty if it can't be read.
 * @throws ReportError storage-unavailable where it is somebody else's: it could send the reports to a server of theirs.
 */
function read(file: string, folder: string): Partial<Owner> | undefined {
  let text: string;
  try {
    const { uid } = statSync(file);
    if (process.getuid && uid !== process.getuid())
      throw new ReportError(
        "storage-unavailable",
        `The embedded storage in ${folder} is in use by another user (${uid}). Name another folder with --data.`,
      );
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ReportError) throw error;
    return undefined;
  }
  try {
    return JSON.parse(text) as Partial<Owner>;
  } catch {
    return {};
  }
}

function answers(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.setTimeout(5000, () => resolve(socket.destroy() && false));
    socket.once("connect", () => resolve(socket.destroy() && true)).once("error", () => resolve(false));
  });
}
