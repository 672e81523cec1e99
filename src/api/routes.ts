import type { HttpResponseInit } from "@azure/functions";
import { oneLine } from "../errors";
import type { HttpAccess } from "../settings";
import { eventLine } from "../telemetry/event-line";
import { refuse } from "./access";
import { consolePage } from "./console";
import { getReportFile } from "./files";
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
  { name: "health", method: "GET", path: "health", permission: "monitor", handler: health },
  { name: "console", method: "GET", path: "console", page: consolePage },
];

export interface Surroundings {
  /** How callers are told apart; may throw where HTTP_AUTH is wrong. */
  access: () => HttpAccess;
  /** Opens what the handlers need; may throw too: a setting that is missing is told here. */
  open: () => Promise<ApiContext>;
  log: (line: string) => void;
}

/** Answers a request whose key, where one is wanted, has been looked at; whatever is thrown becomes a problem. */
export async function answer(
  route: ApiRoute | PageRoute,
  request: ApiRequest,
  { access: loadAccess, open, log }: Surroundings,
): Promise<HttpResponseInit> {
  let isPublic = false;
  try {
    const access = loadAccess();
    const refused = refuse(route, request, access);
    if (refused) return refused;
    if (route.permission === undefined) return route.page(access.auth);
    isPublic = access.auth === "entra" && route.permission === "monitor";
    return await route.handler(request, await open(), access);
  } catch (error) {
    log(eventLine({ event: "request-failed", route: route.name, message: oneLine(error) }));
    const told = toProblem(error);
    // A sentence may name the storage account or a setting: not for everybody.
    return isPublic ? problem(told.status ?? 500, "Not well", "The application's log says what is wrong.") : told;
  }
}
