import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Lock } from "../model/run";

/** A laptop's process refreshes its lock every few seconds; a process that fell silent for so long does not come back. */
const SILENT_MS = 120_000;
/** On the Functions host an activity may take ten minutes, and one that was killed comes back after five. */
const HOST_SILENT_MS = 3_600_000;

/**
 * Will the engine that holds this lock (`host:pid:id`, and not one's own) never go on? Known at once on this machine;
 * elsewhere told by its silence.
 */
export function isProcessGone({ holder, heartbeat }: Lock, now: number = Date.now()): boolean {
  const silent = now - Date.parse(heartbeat) > (holder === "azure" ? HOST_SILENT_MS : SILENT_MS);
  const [, host, digits] = /^(.*):(\d+):[^:]*$/.exec(holder) ?? [];
  if (host !== hostname()) return silent;
  const pid = Number(digits);
  // A process that has been given the same number would keep the lock for ever, were it not for its silence.
  return pid === process.pid || !isAlive(pid) || silent;
}

/** Signal 0 asks without sending; EPERM says that there is such a process, of somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The same for a process that this user has started: somebody else's has got its number by chance. */
export function isOwnAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && pid > 0 && process.kill(pid, 0) && !isZombie(pid);
  } catch {
    return false;
  }
}

/** Ended, but nobody has asked how: in a container the first process may never do so. */
function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
