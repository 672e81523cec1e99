import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { ContainerClient } from "@azure/storage-blob";
import { isReportError } from "../model/errors";
import type { JudgedGroup, OutputFile, Summary } from "../model/report";
import { type Format, OUTPUTS } from "../model/formats";
import type { RunStatus } from "../model/run";
import { orMissing, storageStatus } from "./connect";
import { BLOB_STAMP, checkReadable, stampOf } from "./data-version";

/** What `latest.json` says: the newest published run. */
export interface Latest {
  runId: string;
  startedAt: string;
  finishedAt: string;
  status: RunStatus;
  groups: number | null;
}

/** Of a file's bytes. */
export interface Measured {
  bytes: number;
  sha256: string;
}

/** A part of a blob, of one version of it alone where `etag` says which. */
export interface Part {
  etag?: string;
  offset?: number;
  count?: number;
}

export interface StoredFile {
  etag: string;
  /** Of the stored bytes, gzipped where `gzip` says so. */
  length: number;
  gzip: boolean;
  type: string;
  body: NodeJS.ReadableStream;
}

const runFolder = (runId: string) => `runs/${runId}`;
const shardName = (runId: string, shard: string) => `${runFolder(runId)}/shards/${shard}.ndjson.gz`;
const summaryName = (runId: string) => `${runFolder(runId)}/summary.json`;
const LATEST = "latest.json";

/** Blobs: `runs/{runId}/…` holds a run's shards, outputs and summary; `latest.json` names the newest published run. */
export function createFiles(container: ContainerClient) {
  /** Streams into a blob. The sum and the length are those of the file as it is read; `stored` has those of the blob. */
  async function write(
    name: string,
    type: string,
    gzip: boolean,
    content: AsyncIterable<string | Uint8Array>,
  ): Promise<Measured & { stored: Measured }> {
    const [read, stored] = [measure(), measure()];
    const source = Readable.from(read.through(content), { objectMode: false });
    const packed = gzip ? source.pipe(createGzip({ level: 6 })) : source;
    if (gzip) source.on("error", (error) => (packed as ReturnType<typeof createGzip>).destroy(error));
    const body = Readable.from(stored.through(packed), { objectMode: false });
    const options = {
      blobHTTPHeaders: { blobContentType: type, ...(gzip ? { blobContentEncoding: "gzip" } : {}) },
      metadata: BLOB_STAMP,
    };
    try {
      await container.getBlockBlobClient(name).uploadStream(body, 4 * 1024 * 1024, 2, options);
    } catch (error) {
      if (!isOvertaken(error) || (await storedSha256(name)) !== stored.result().sha256) throw error;
    }
    return { ...read.result(), stored: stored.result() };
  }

  /** The sum of a blob as it is stored. */
  async function storedSha256(name: string): Promise<string> {
    const hash = createHash("sha256");
    const { readableStreamBody: body } = await container.getBlobClient(name).download();
    if (body) await pipeline(body, hash);
    return hash.digest("hex");
  }

  async function readText(name: string, what: string): Promise<string | undefined> {
    const blob = await orMissing(container.getBlobClient(name).download());
    if (!blob?.readableStreamBody) return undefined;
    return readAll(await whenReadable(what, blob.metadata, blob.readableStreamBody));
  }

  async function writeText(name: string, text: string): Promise<void> {
    await container
      .getBlockBlobClient(name)
      .upload(text, Buffer.byteLength(text), { blobHTTPHeaders: { blobContentType: "application/json" }, metadata: BLOB_STAMP });
  }

  return {
    /** A shard's judged groups, in the report's order, as gzipped NDJSON. */
    async writeShard(runId: string, shard: string, groups: readonly JudgedGroup[]): Promise<void> {
      async function* lines() {
        for (let at = 0; at < groups.length; at += 200)
          yield groups
            .slice(at, at + 200)
            .map((group) => `${JSON.stringify(group)}\n`)
            .join("");
      }
      await write(shardName(runId, shard), "application/x-ndjson", true, lines());
    },

    /** Streams a shard back; nothing where the shard is not there (a run that was removed). @throws ReportError data-newer. */
    async *readShard(runId: string, shard: string): AsyncGenerator<JudgedGroup> {
      const blob = await orMissing(container.getBlobClient(shardName(runId, shard)).download());
      if (!blob?.readableStreamBody) return;
      const source = await whenReadable(`The run ${runId}`, blob.metadata, blob.readableStreamBody);
      const text = source.pipe(createGunzip()).setEncoding("utf8");
      source.on("error", (error) => text.destroy(error));
      let rest = "";
      for await (const piece of text as AsyncIterable<string>) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield JSON.parse(line) as JudgedGroup;
      }
    },

    async writeOutput(
      runId: string,
      format: Format,
      content: AsyncIterable<string | Uint8Array>,
    ): Promise<OutputFile & { stored: Measured }> {
      const { name, type, gzip } = OUTPUTS[format];
      return { name, ...(await write(`${runFolder(runId)}/${name}`, type, gzip, content)) };
    },

    /** A published file without its bytes; undefined where it is not there. */
    async statOutput(runId: string, format: Format): Promise<Omit<StoredFile, "body"> | undefined> {
      const { name, type, gzip } = OUTPUTS[format];
      const blob = await orMissing(container.getBlobClient(`${runFolder(runId)}/${name}`).getProperties());
      return blob && { etag: blob.etag ?? "", length: blob.contentLength ?? 0, gzip, type };
    },

    /** A published file as it is stored, whole or in part; undefined where it is not there. */
    async openOutput(runId: string, format: Format, { etag, offset, count }: Part = {}): Promise<StoredFile | undefined> {
      const { name, type, gzip } = OUTPUTS[format];
      const conditions = etag === undefined ? {} : { ifMatch: etag };
      const blob = await orMissing(
        container.getBlobClient(`${runFolder(runId)}/${name}`).download(offset, count, { conditions }),
      );
      if (!blob?.readableStreamBody) return undefined;
      return { etag: blob.etag ?? "", length: blob.contentLength ?? 0, gzip, type, body: blob.readableStreamBody };
    },

    async writeSummary(runId: string, summary: Summary): Promise<void> {
      await writeText(summaryName(runId), JSON.stringify(summary));
    },

    /** @throws ReportError data-newer. */
    async readSummary(runId: string): Promise<Summary | undefined> {
      const text = await readText(summaryName(runId), `The run ${runId}`);
      return text === undefined ? undefined : (JSON.parse(text) as Summary);
    },

    /** @throws ReportError data-newer. */
    async readLatest(): Promise<Latest | undefined> {
      const text = await readText(LATEST, "The last published run");
      return text === undefined ? undefined : (JSON.parse(text) as Latest);
    },

    /** Is this the newest published run? What can't be read names none. */
    async isLatest(runId: string): Promise<boolean> {
      return (await orUnreadable(this.readLatest()))?.runId === runId;
    },

    /** Can every file of a run be read by this version? One request. @throws ReportError data-newer. */
    async checkRun(runId: string): Promise<void> {
      for await (const { metadata } of container.listBlobsFlat({ prefix: `${runFolder(runId)}/`, includeMetadata: true }))
        checkReadable(`The run ${runId}`, stampOf(metadata));
    },

    /**
     * Names the newest published run, with If-Match and only if it is newer than the one named. What a newer version of
     * this software has named can't be read, and gives way: a rollback has its own reports again.
     */
    async writeLatest(latest: Latest): Promise<void> {
      const blob = container.getBlockBlobClient(LATEST);
      for (;;) {
        const etag = (await orMissing(blob.getProperties()))?.etag;
        const current = etag === undefined ? undefined : await orUnreadable(this.readLatest());
        if (current && current.runId >= latest.runId) return;
        const text = JSON.stringify(latest);
        try {
          await blob.upload(text, Buffer.byteLength(text), {
            blobHTTPHeaders: { blobContentType: "application/json" },
            metadata: BLOB_STAMP,
            conditions: etag ? { ifMatch: etag } : { ifNoneMatch: "*" },
          });
          return;
        } catch (error) {
          if (storageStatus(error) !== 412 && storageStatus(error) !== 409) throw error;
        }
      }
    },

    async deleteRun(runId: string): Promise<void> {
      for await (const { name } of container.listBlobsFlat({ prefix: `${runFolder(runId)}/` }))
        await orMissing(container.deleteBlob(name));
    },
  };
}

/** Counts and sums what passes. */
function measure() {
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    async *through(content: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of content) {
        const buffer = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
        hash.update(buffer);
        bytes += buffer.length;
        yield buffer;
      }
    },
    // Of a copy: a hash can be asked for its sum once.
    result: (): Measured => ({ bytes, sha256: hash.copy().digest("hex") }),
  };
}

/** The body of a blob that this version can read; that of any other is not waited for. */
async function whenReadable(
  what: string,
  metadata: Record<string, string> | undefined,
  body: NodeJS.ReadableStream,
): Promise<NodeJS.ReadableStream> {
  try {
    checkReadable(what, stampOf(metadata));
  } catch (error) {
    (body as Readable).destroy();
    throw error;
  }
  return body;
}

/**
 * Another delivery of the same activity has committed its file while this one was under way: that drops the blocks which this
 * one has sent (learn.microsoft.com, "Put Block List"). Nothing is wrong if the file is the same.
 */
const isOvertaken = (error: unknown) => (error as { code?: unknown } | undefined)?.code === "InvalidBlockList";

async function orUnreadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isReportError(error, "data-newer") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export type Files = ReturnType<typeof createFiles>;
