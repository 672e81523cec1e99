import type { HttpResponseInit } from "@azure/functions";
import { oneLine } from "../errors";
import { VERSION } from "../settings";
import { getReportFile } from "./files";
import { health } from "./health";
import { toProblem } from "./problem";
import type { ApiContext, ApiRequest, Route } from "./request";
import { cancelReport, getReport, listReports, startReport } from "./runs";

/** Every route, for the Functions host and for `serve`. */
export const ROUTES: readonly Route[] = [
  { name: "startReport", method: "POST", path: "reports", handler: startReport },
  { name: "listReports", method: "GET", path: "reports", handler: listReports },
  { name: "getReport", method: "GET", path: "reports/{runId}", handler: getReport },
  { name: "cancelReport", method: "DELETE", path: "reports/{runId}", handler: cancelReport },
  { name: "getReportFile", method: "GET", path: "reports/{runId}/{format}", handler: getReportFile },
  { name: "health", method: "GET", path: "health", handler: health },
];

/** Answers a request; whatever is thrown becomes a problem. `open` may throw too: a setting that is missing is told here. */
export async function answer(
  route: Route,
  request: ApiRequest,
  open: () => Promise<ApiContext>,
  log: (line: string) => void,
): Promise<HttpResponseInit> {
  try {
    return await route.handler(request, await open());
  } catch (error) {
    log(JSON.stringify({ event: "request-failed", route: route.name, message: oneLine(error), version: VERSION }));
    return toProblem(error);
  }
}
