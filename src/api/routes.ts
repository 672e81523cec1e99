import type { HttpResponseInit } from "@azure/functions";
import { oneLine } from "../model/errors";
import type { HttpAccess } from "../settings/settings";
import type { TelemetryEvent } from "../telemetry/events";
import { refuse } from "./access";
import { consolePage } from "./console";
import { createTicket, getReportFile, openReport } from "./files";
import { health } from "./health";
import { problem, toProblem } from "./problem";
import type { ApiContext, ApiRequest, ApiRoute, PageRoute } from "./request";
import { cancelReport, getReport, listReports, startReport } from "./runs";

/** Every route, for the Functions host and for `serve`. */
export const ROUTES: readonly (ApiRoute | PageRoute)[] = [
  { name: "startReport", method: "POST", path: "reports", permission: "operate", handler: startReport },
  { name: "listReports", method: "GET", path: "reports", permission: "read", handler: listReports },
  { name: "getReport", method: "GET", path: "reports/{runId}", permission: "read", handler: getReport },
  { name: "cancelReport", method: "DELETE", path: "reports/{runId}", permission: "operate", handler: cancelReport },
  { name: "getReportFile", method: "GET", path: "reports/{runId}/{format}", permission: "read", handler: getReportFile },
  { name: "createTicket", method: "POST", path: "reports/{runId}/tickets", permission: "read", handler: createTicket },
  { name: "openReport", method: "GET", path: "open/{ticket}", permission: "ticket", handler: openReport },
  { name: "health", method: "GET", path: "health", permission: "monitor", handler: health },
  { name: "console", method: "GET", path: "console", page: consolePage },
];

export interface Surroundings {
  /** How callers are told apart; may throw where HTTP_AUTH is wrong. */
  access: () => HttpAccess;
  /** Opens what the handlers need; may throw too: a setting that is missing is told here. */
  open: () => Promise<ApiContext>;
  log: (event: TelemetryEvent) => void;
}

/**
 * Answers a request whose key, where one is wanted, has been looked at; whatever is thrown becomes a problem. A refusal is information:
 * an error is what wants somebody's attention.
 */
export async function answer(
  route: ApiRoute | PageRoute,
  request: ApiRequest,
  surroundings: Surroundings,
): Promise<HttpResponseInit> {
  const { response, message } = await respond(route, request, surroundings);
  const { status = 200, headers, body } = response;
  if (status >= 500) surroundings.log({ event: "request-failed", route: route.name, status, message: message ?? detailOf(body) });
  else if (status >= 400) surroundings.log({ event: "request-refused", route: route.name, status });
  return request.method === "HEAD" ? { status, ...(headers ? { headers } : {}) } : response;
}

/** `message`: what was thrown. */
async function respond(
  route: ApiRoute | PageRoute,
  request: ApiRequest,
  { access: loadAccess, open }: Surroundings,
): Promise<{ response: HttpResponseInit; message?: string }> {
  let isPublic = false;
  try {
    const access = loadAccess();
    const refused = refuse(route, request, access);
    if (refused) return { response: refused };
    if (route.permission === undefined) return { response: route.page(access.auth) };
    isPublic = access.auth === "entra" && route.permission === "monitor";
    return { response: await route.handler(request, await open(), access) };
  } catch (error) {
    const told = toProblem(error);
    // A sentence may name the storage account or a setting: not for everybody.
    const response = isPublic ? problem(told.status ?? 500, "Unhealthy", "The application's log says what is wrong.") : told;
    return { response, message: oneLine(error) };
  }
}

/** The sentence of a problem that a handler has answered with. */
const detailOf = (body: HttpResponseInit["body"]) => (JSON.parse(String(body)) as { detail: string }).detail;
