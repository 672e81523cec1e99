import { FORMATS } from "../model/formats";
import { json, problem } from "./problem";
import type { Handler } from "./request";
import { findRun } from "./runs";
import { sendOutput } from "./send-output";

/** A key in an address stands in histories and logs, and goes along with every link that is copied. */
const hasKey = (url: string) => [...new URL(url).searchParams.keys()].some((name) => name.toLowerCase() === "code");

/** A published file. */
export const getReportFile: Handler = async (request, { services }) => {
  const format = FORMATS.find((name) => name === request.params["format"]);
  if (!format) return problem(404, "No such format", `A report comes as ${FORMATS.join(", ")}.`);
  if (format === "html" && hasKey(request.url))
    return problem(
      403,
      "Not with a key in the address",
      "The HTML report is not opened with ?code=. Open it from /api/console, or send the key as the header x-functions-key.",
    );
  return sendOutput(services.store, request, await findRun(services, request), format);
};

/** A link that opens a run's HTML report once, for a browser tab, which can send no key of its own. */
export const createTicket: Handler = async (request, { services }) => {
  const { store } = services;
  const run = await findRun(services, request);
  if (!(await store.outputs.find(run.runId, "html")))
    return problem(404, "No report", `The run ${run.runId} has no html (its status is ${run.status}).`, { runId: run.runId });
  const { ticket, expires } = await store.tickets.issue(run.runId);
  const location = `/api/open/${ticket}`;
  return json(201, { location, expires }, { location });
};

/** What such a link opens. */
export const openReport: Handler = async (request, { services: { store } }) => {
  const runId = await store.tickets.use(request.params["ticket"] ?? "");
  const run = runId === undefined ? undefined : await store.runs.get(runId);
  if (run) return sendOutput(store, request, run, "html");
  return problem(
    410,
    "The link is used up",
    "Such a link opens a report once, and within a minute. Open the report again from /api/console.",
  );
};
