import type { HttpResponseInit } from "@azure/functions";
import { type ErrorCode, isReportError } from "../model/errors";
import { isStorageFailure } from "../store/connect";

/** Answers hold a tenant's data: no cache keeps them, and no browser takes them for a script or a page. */
const NO_STORE = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** RFC 9457 problem details. */
export function problem(
  status: number,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json", ...NO_STORE, ...headers },
    body: JSON.stringify({ type: "about:blank", title, status, detail, ...more }),
  };
}

const STATUS: Partial<Record<ErrorCode, [number, string]>> = {
  "run-in-progress": [409, "A run is in progress"],
  "run-not-found": [404, "No such run"],
  "setting-invalid": [500, "A setting is wrong"],
  "data-newer": [503, "Written by a newer version"],
  "output-altered": [502, "The stored file was changed"],
  "storage-unavailable": [503, "The storage can't be reached"],
};

/** What our own errors say is meant for people; of any other only that there was one. */
export function toProblem(error: unknown): HttpResponseInit {
  if (isStorageFailure(error))
    return problem(
      503,
      "The storage can't be reached",
      "The storage account did not answer, or refused the app. Check that it is there, its network rules and the role assignments; the application's log says more.",
    );
  if (!isReportError(error))
    return problem(500, "Internal error", "Something failed that should not have. The application's log says what.");
  const [status, title] = STATUS[error.code] ?? [500, "Internal error"];
  return problem(status, title, error.message, error.runId === undefined ? {} : { runId: error.runId });
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...NO_STORE, ...headers },
    body: JSON.stringify(body),
  };
}
