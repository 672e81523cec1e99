import { constants, existsSync, statSync } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * A copy of the storage as it was last closed in order, taken before it is opened again. It costs next to nothing: its files are
 * hard links, since Azurite never writes into a database's file but renames another into its place, and only ever adds to
 * the files of the blobs.
 */
const KEPT = "kept";
const NEXT = "kept.next";
const DATABASES = /^__azurite_db_\w+__\.json$/;
const BLOBS = /^__(blob|queue)storage__$/;

/** The databases of a folder, without their folder. */
const listDatabases = async (folder: string) => (await list(folder)).filter((name) => DATABASES.test(name));

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** A database's file that is empty, or not there though the copy has it. Whether it can be read, Azurite finds out. */
export async function findLost(folder: string): Promise<string | undefined> {
  const [there, kept] = await Promise.all([listDatabases(folder), listDatabases(path.join(folder, KEPT))]);
  return there.find((name) => statSync(path.join(folder, name)).size === 0) ?? kept.find((name) => !there.includes(name));
}

/** Copies what is there. It is to be kept once Azurite could read it: opened, it is not the same any more. */
export async function copyAside(folder: string): Promise<void> {
  const next = path.join(folder, NEXT);
  await rm(next, { recursive: true, force: true });
  if ((await listDatabases(folder)).length > 0) await copyStorage(folder, next);
}

/** Keeps that copy, if there is one, in the place of what was kept. */
export async function keepCopy(folder: string): Promise<void> {
  const [kept, next] = [path.join(folder, KEPT), path.join(folder, NEXT)];
  if (!existsSync(next)) return;
  await rm(kept, { recursive: true, force: true });
  await rename(next, kept);
}

/**
 * Puts the kept copy in the place of what can't be read, which is laid aside. Without one the storage begins anew.
 * @returns when it was kept, and where what could not be read lies now.
 */
export async function restoreCopy(folder: string): Promise<{ from: Date | undefined; aside: string }> {
  const kept = path.join(folder, KEPT);
  const from = existsSync(kept) ? statSync(kept).mtime : undefined;
  const aside = path.join(folder, `damaged-${new Date().toISOString().replaceAll(":", "-")}`);
  await mkdir(aside, { mode: 0o700 });
  await rm(path.join(folder, NEXT), { recursive: true, force: true });
  for (const name of await list(folder))
    if (DATABASES.test(name.replace(/~$/, "")) || BLOBS.test(name)) await rename(path.join(folder, name), path.join(aside, name));
  if (from === undefined) return { from, aside };
  await copyStorage(kept, folder);
  // Should it be no better, it is not taken a second time.
  await rename(kept, path.join(aside, KEPT));
  return { from, aside };
}

async function copyStorage(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of await listDatabases(from)) await copy(path.join(from, name), path.join(to, name));
  for (const folder of (await list(from)).filter((name) => BLOBS.test(name))) {
    await mkdir(path.join(to, folder), { recursive: true, mode: 0o700 });
    for (const name of await list(path.join(from, folder)))
      await copy(path.join(from, folder, name), path.join(to, folder, name));
  }
}

/** What is there already is the same file, or the same with more at its end. */
async function copy(from: string, to: string): Promise<void> {
  if (existsSync(to)) return;
  try {
    await link(from, to);
  } catch {
    // Not every file system knows links.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
