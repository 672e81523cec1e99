import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { HttpResponseInit } from "@azure/functions";
import { PAGE_HASHES, pagePolicy } from "../report/html/page-policy";
import type { Store } from "../store";
import { type Format, OUTPUTS } from "../model/formats";
import type { Output } from "../store/outputs";
import type { Run } from "../model/run";
import { problem } from "./problem";
import { type ByteRange, readRange } from "./range";
import type { ApiRequest } from "./request";

/** Scripts run, but as of no origin: hostile text could reach neither this API nor the key. */
const SANDBOX = "sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox";
const policyFor = (hashes = PAGE_HASHES) => `${SANDBOX}; ${pagePolicy(hashes)}; frame-ancestors 'none'`;

/** What a report of this version is sent with. */
export const HTML_POLICY = policyFor();

/** Does the client take gzip? What it says of gzip goes before what it says of `*` (RFC 9110, 12.5.3). */
function acceptsGzip(header: string | null): boolean {
  const codings = (header ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  const said = (name: string) => codings.find((coding) => coding.split(";")[0]?.trim() === name);
  const coding = said("gzip") ?? said("*");
  return coding !== undefined && !/;\s*q=0(\.0*)?$/.test(coding);
}

/**
 * A run's file, or the part of it that is asked for: as it is stored (gzipped), or unpacked for a client that wants it so. The two are
 * different bytes and have ETags of their own, their SHA-256; a range is one of the bytes that are sent.
 */
export async function sendOutput(store: Store, request: ApiRequest, run: Run, format: Format): Promise<HttpResponseInit> {
  const { runId } = run;
  const output = await store.outputs.find(runId, format);
  if (!output) return problem(404, "No report", `The run ${runId} has no ${format} (its status is ${run.status}).`, { runId });
  const isPacked = output.gzip && acceptsGzip(request.headers.get("accept-encoding"));
  const { etag, bytes } = measure(output, isPacked);
  const headers = {
    etag,
    vary: "Accept-Encoding",
    "accept-ranges": bytes === undefined ? "none" : "bytes",
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return { status: 304, headers };

  const range =
    bytes === undefined ? undefined : readRange(request.headers.get("range"), request.headers.get("if-range"), etag, bytes);
  if (range === "unsatisfiable")
    return problem(416, "No such range", `The file has ${bytes} bytes.`, { bytes }, { "content-range": `bytes */${bytes}` });
  const length = range ? range.last - range.first + 1 : bytes;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      ...describe(run, format, output),
      ...(isPacked ? { "content-encoding": "gzip" } : {}),
      ...(length === undefined ? {} : { "content-length": String(length) }),
      ...(range ? { "content-range": `bytes ${range.first}-${range.last}/${bytes}` } : {}),
    },
    ...(request.method === "HEAD" ? {} : { body: await read(output, isPacked, range) }),
  };
}

/** Of the bytes that will be sent. Of an older run's file that is unpacked on the way their number is not known. */
function measure({ sums, gzip, etag, length }: Output, isPacked: boolean): { etag: string; bytes: number | undefined } {
  const isStored = isPacked || !gzip;
  if (!sums) return { etag: `"${etag.replaceAll('"', "")}${isPacked ? "-gzip" : ""}"`, bytes: isStored ? length : undefined };
  const { bytes, sha256 } = isStored ? sums.stored : sums;
  return { etag: `"${sha256}"`, bytes };
}

function describe({ startedAt }: Run, format: Format, { type, sums }: Output): Record<string, string> {
  const extension = OUTPUTS[format].name.split(".").at(-1);
  const name = `groups-report-${startedAt.slice(0, 10)}.${extension}`;
  if (format !== "html") return { "content-type": type, "content-disposition": `attachment; filename="${name}"` };
  return {
    "content-type": type,
    // Nothing vouches for a page from before sums were kept, and this version's policy would stop its script: it comes as a file.
    "content-disposition": `${sums?.page ? "inline" : "attachment"}; filename="${name}"`,
    "content-security-policy": policyFor(sums?.page),
    "referrer-policy": "no-referrer",
  };
}

async function read(
  output: Output,
  isPacked: boolean,
  range: ByteRange | undefined,
): Promise<NonNullable<HttpResponseInit["body"]>> {
  if (isPacked || !output.gzip) {
    const part = range ? { offset: range.first, count: range.last - range.first + 1 } : {};
    return toWeb((await output.open(part)).body as Readable);
  }
  // Whichever of the two ends first, the other ends with it.
  const unpacked = pipeline((await output.open()).body, createGunzip(), () => undefined);
  return toWeb(range ? Readable.from(cut(unpacked, range), { objectMode: false }) : unpacked);
}

async function* cut(source: AsyncIterable<Uint8Array>, { first, last }: ByteRange): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of source) {
    const part = piece.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at));
    if (part.length > 0) yield part;
    at += piece.length;
    if (at > last) return;
  }
}

const toWeb = (body: Readable) => Readable.toWeb(body) as NonNullable<HttpResponseInit["body"]>;
