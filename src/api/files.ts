import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { HttpResponseInit } from "@azure/functions";
import { FORMATS, type Format, OUTPUTS } from "../store/files";
import { problem } from "./problem";
import type { Handler } from "./request";
import { findRun } from "./runs";

/** Does the client take gzip? What it says of gzip goes before what it says of `*` (RFC 9110, 12.5.3). */
function acceptsGzip(header: string | null): boolean {
  const codings = (header ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  const said = (name: string) => codings.find((coding) => coding.split(";")[0]?.trim() === name);
  const coding = said("gzip") ?? said("*");
  return coding !== undefined && !/;\s*q=0(\.0*)?$/.test(coding);
}

/** The report's scripts run, but as of no origin: hostile text could reach neither this API nor the key (design.md, "HTTP"). */
export const HTML_POLICY = "sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox";

/** A published file, streamed as it is stored (gzipped) or unpacked for a client that wants it so. */
export const getReportFile: Handler = async (request, { services }) => {
  const format = FORMATS.find((name) => name === request.params["format"]);
  if (!format) return problem(404, "No such format", `A report comes as ${FORMATS.join(", ")}.`);
  const run = await findRun(services, request);
  const file = await services.store.files.openOutput(run.runId, format);
  if (!file)
    return problem(404, "No report", `The run ${run.runId} has no ${format} (its status is ${run.status}).`, {
      runId: run.runId,
    });
  const gzip = file.gzip && acceptsGzip(request.headers.get("accept-encoding"));
  const etag = `"${file.etag.replaceAll('"', "")}${gzip ? "-gzip" : ""}"`;
  const headers: Record<string, string> = {
    etag,
    vary: "Accept-Encoding",
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  };
  if ((request.headers.get("if-none-match") ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag)) {
    (file.body as Readable).destroy();
    return { status: 304, headers };
  }
  return {
    status: 200,
    headers: { ...headers, ...describe(format, run.startedAt, file.type), ...(gzip ? { "content-encoding": "gzip" } : {}) },
    body: stream(file.body as Readable, file.gzip && !gzip),
  };
};

function describe(format: Format, startedAt: string, type: string): Record<string, string> {
  const extension = OUTPUTS[format].name.split(".").at(-1);
  const name = `groups-report-${startedAt.slice(0, 10)}.${extension}`;
  return {
    "content-type": type,
    "content-disposition": `${format === "html" ? "inline" : "attachment"}; filename="${name}"`,
    ...(format === "html" ? { "content-security-policy": HTML_POLICY } : {}),
  };
}

function stream(body: Readable, unpack: boolean): NonNullable<HttpResponseInit["body"]> {
  const unpacked = unpack ? body.pipe(createGunzip()) : body;
  if (unpack) body.on("error", (error) => unpacked.destroy(error));
  return Readable.toWeb(unpacked) as NonNullable<HttpResponseInit["body"]>;
}
