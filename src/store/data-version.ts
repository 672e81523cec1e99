import { ReportError } from "../model/errors";
import { VERSION } from "../settings/settings";

/**
 * Raised when what is stored can no longer be read by the software before the change. Data without a version is of
 * version 1, from before versions were written. Read older data, or refuse it in words; never guess at newer data:
 * after a rollback it is there (CONTRIBUTING.md, "Upgrades").
 */
export const DATA_VERSION = 1;

/** Properties of every entity that carries a version. */
export interface Stamp {
  dataVersion?: number;
  /** The version of the software, for the words of a refusal. */
  writtenBy?: string;
}

export const STAMP: Required<Stamp> = { dataVersion: DATA_VERSION, writtenBy: VERSION };

/** The same as a blob's metadata, whose names are kept in lower case by some tools. */
export const BLOB_STAMP = { dataversion: String(DATA_VERSION), writtenby: VERSION };

export function stampOf(metadata: Record<string, string> | undefined): Stamp {
  const { dataversion, writtenby } = metadata ?? {};
  return {
    ...(dataversion === undefined ? {} : { dataVersion: Number(dataversion) }),
    ...(writtenby === undefined ? {} : { writtenBy: writtenby }),
  };
}

export function isReadable({ dataVersion = 1 }: Stamp): boolean {
  return dataVersion <= DATA_VERSION;
}

/** @throws ReportError data-newer. */
export function checkReadable(what: string, stamp: Stamp): void {
  if (isReadable(stamp)) return;
  const writer = /^[\w.+-]{1,40}$/.test(stamp.writtenBy ?? "") ? `version ${stamp.writtenBy}` : "a newer version";
  throw new ReportError(
    "data-newer",
    `${what} was written by ${writer} of this software, and this version ${VERSION} can't read it. Deploy ${writer === "a newer version" ? "that version" : stamp.writtenBy} or later.`,
  );
}
