import { isReportError } from "../model/errors";
import { VERSION } from "../settings/settings";
import type { TelemetryEvent } from "./events";

/** An event as the one line that is logged, with the version of the software. */
export function eventLine(event: TelemetryEvent): string {
  return JSON.stringify({ ...event, version: VERSION });
}

/** What may be said of any error without repeating its words: our own code, a storage status, or its class. */
export function errorCodeOf(error: unknown): string {
  if (isReportError(error)) return error.code;
  const { statusCode, name } = (error ?? {}) as { statusCode?: unknown; name?: unknown };
  if (typeof statusCode === "number") return `storage-${statusCode}`;
  return typeof name === "string" && /^\w{1,60}$/.test(name) ? name : "unknown";
}
