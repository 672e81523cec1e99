import { randomBytes } from "node:crypto";

/** Sixteen shards by the first hex digit of the group's id (docs/architecture.md). */
export const SHARDS = [..."0123456789abcdef"] as const;

/** Any id has a shard; Graph's own are GUIDs, so they spread evenly. */
export function shardOf(id: string): string {
  const first = id.slice(0, 1).toLowerCase();
  return /[0-9a-f]/.test(first) ? first : "0";
}

/** `20261123T020000Z-9f3a1c`: sorts by time, safe in URLs, table keys and file names. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "")}-${randomBytes(3).toString("hex")}`;
}

export function isRunId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(text);
}

/** Distinguishes the tries of one page, so that only the one that moved the cursor counts. */
export function newAttempt(): string {
  return randomBytes(4).toString("hex");
}
