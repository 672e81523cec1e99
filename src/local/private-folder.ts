import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { oneLine } from "../model/errors";

/** Windows keeps who may read in lists, which a folder in the user's profile hands on; modes say nothing there. */
const HAS_MODES = process.platform !== "win32";
const OTHERS = 0o077;

/** Makes a folder, and what is missing on the way to it, for its user alone. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/**
 * Takes from all others what an earlier version, or somebody by hand, has let them do with these files and folders and what
 * is in the folders. Links are left alone: what they lead to may be anybody's.
 * @returns what was done, or could not be, in a sentence each; nothing where all was well.
 */
export async function closeToOthers(paths: readonly string[], what: string): Promise<string[]> {
  if (!HAS_MODES) return [];
  let closed = 0;
  let failure: unknown;
  const visit = async (place: string): Promise<void> => {
    try {
      const found = await lstat(place);
      if (found.isSymbolicLink()) return;
      if (found.mode & OTHERS) {
        await chmod(place, found.mode & 0o700);
        closed++;
      }
      if (found.isDirectory()) for (const name of await readdir(place)) await visit(path.join(place, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") failure ??= error;
    }
  };
  for (const place of paths) await visit(place);
  return [
    ...(closed > 0 ? [`Others could read ${what}; now you alone can.`] : []),
    ...(failure === undefined ? [] : [`Others may be able to read ${what}: ${oneLine(failure)}.`]),
  ];
}
