import { createHash } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import { ReportError } from "../model/errors";
import type { PageHashes } from "../model/report";
import { orMissing, storageStatus } from "./connect";
import { type Files, type Measured, type Part, type StoredFile } from "./files";
import { type Format, OUTPUTS } from "../model/formats";
import { RUN } from "./runs";

/** What a run says of a file that it has written: in its row, out of reach of whoever can change blobs alone. */
export interface OutputSums extends Measured {
  /** The same of the bytes as they are stored, gzipped for most. */
  stored: Measured;
  /** Of the HTML report. */
  page?: PageHashes;
}

/** A file that is what the run wrote. */
export interface Output extends Pick<StoredFile, "etag" | "length" | "gzip" | "type"> {
  /** Undefined of a run from before they were kept: nothing could be checked. */
  sums: OutputSums | undefined;
  /** Reads these very bytes; fails where they have been replaced meanwhile. */
  open: (part?: Part) => Promise<StoredFile>;
}

/** So many answers of the check are remembered. */
const MOST_REMEMBERED = 500;

/** The published files, each held against its run's row before its first byte is handed out. */
export function createOutputs(table: TableClient, files: Files) {
  /** By the blob's version: the storage gives every change of a blob another ETag. */
  const checked = new Map<string, Promise<boolean>>();

  async function readSums(runId: string, format: Format): Promise<OutputSums | undefined> {
    const column = `output_${format}`;
    const select = [column];
    const entity = await orMissing(table.getEntity<Record<string, string>>(RUN, runId, { queryOptions: { select } }));
    return entity?.[column] === undefined ? undefined : (JSON.parse(entity[column]) as OutputSums);
  }

  async function isSame(runId: string, format: Format, { etag }: Pick<StoredFile, "etag">, sums: OutputSums): Promise<boolean> {
    const key = `${runId} ${format} ${etag} ${sums.stored.sha256}`;
    const known = checked.get(key);
    if (known) return known;
    const check = readSum(runId, format, etag).then((sha256) => sha256 === sums.stored.sha256);
    checked.set(key, check);
    // What could not be read is read again.
    check.catch(() => checked.delete(key));
    for (const oldest of checked.keys()) if (checked.size > MOST_REMEMBERED) checked.delete(oldest);
    return check;
  }

  async function readSum(runId: string, format: Format, etag: string): Promise<string> {
    const hash = createHash("sha256");
    const file = await files.openOutput(runId, format, { etag });
    if (file) for await (const piece of file.body) hash.update(piece);
    return hash.digest("hex");
  }

  return {
    /** Keeps what a file is to be. Without effect where the run is gone. */
    async record(runId: string, format: Format, sums: OutputSums): Promise<void> {
      const entity = { partitionKey: RUN, rowKey: runId, [`output_${format}`]: JSON.stringify(sums) };
      await orMissing(table.updateEntity(entity, "Merge"));
    },

    /** @returns undefined where there is none. @throws ReportError output-altered. */
    async find(runId: string, format: Format): Promise<Output | undefined> {
      for (let tries = 1; ; tries++) {
        const [stat, sums] = await Promise.all([files.statOutput(runId, format), readSums(runId, format)]);
        if (!stat) return undefined;
        try {
          if (sums && !(await isSame(runId, format, stat, sums))) throw altered(runId, format);
        } catch (error) {
          // Written anew between the two readings.
          if (storageStatus(error) === 412 && tries < 3) continue;
          throw error;
        }
        const open = async (part: Part = {}) => {
          const file = await files.openOutput(runId, format, { ...part, etag: stat.etag });
          if (!file) throw altered(runId, format);
          return file;
        };
        const { etag, length, gzip, type } = stat;
        return { etag, length, gzip, type, sums, open };
      }
    },
  };
}

export type Outputs = ReturnType<typeof createOutputs>;

function altered(runId: string, format: Format): ReportError {
  return new ReportError(
    "output-altered",
    `The stored ${OUTPUTS[format].name} of the run ${runId} is not the file that the run wrote: its SHA-256 is not the one in the run's row. It was changed in the storage and is not handed out; restore its earlier version there, or start a new run.`,
    { runId },
  );
}
