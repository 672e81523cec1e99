import { isReportError, ReportError } from "../model/errors";
import { connectionReason } from "../network/connection-failure";
import { counted, MOST_REPORT_BYTES, TooLarge } from "../network/read-body";
import { isLoopback } from "../settings/settings";
import { makeAttempts, TryAgain } from "./attempts";
import { type GraphClient, isThrottle, isTransient, tooLarge } from "./client";
import { requestedWaitSeconds } from "./retry";

/** A report's link is good for minutes; when it has expired or the file came cut, a new one is asked for this often. */
const MOST_DOWNLOADS = 3;
const DOWNLOAD_TIMEOUT_MS = 240_000;

/**
 * Downloads a usage report: `GET /reports/…` answers 302 to a pre-authenticated address, which is fetched without the
 * token (graph.md#usage-reports). `read` gets the body as a stream and throws IncompleteDownload where it ends too early; then,
 * as when the address has expired or the connection broke, a fresh address is asked for.
 */
export async function downloadReport<T>(
  client: GraphClient,
  path: string,
  read: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { environment, meter, signal } = client;
  return makeAttempts<T>(client, MOST_DOWNLOADS, async (attempt) => {
    const redirect = await client.send({ url: path, timeoutSeconds: 120, takesRedirect: true }, ({ status, headers, text }) => ({
      status,
      location: headers.get("location"),
      text,
    }));
    let reason: string;
    let seconds: number | undefined;
    let isThrottled = false;
    let cut = false;
    let isFinal = false;
    try {
      const named = redirect.status < 300 ? addressIn(redirect.text, environment.endpoint) : redirect.location;
      if (named === undefined) return await read(oneChunk(redirect.text));
      const address = trusted(named, environment.endpoint);
      meter.requests++;
      const timeout = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
      const response = await environment.fetch(address, {
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      seconds = requestedWaitSeconds((name) => response.headers.get(name), environment.now());
      environment.onAnswer?.(response.status < 500 || seconds !== undefined);
      if (response.ok && response.body) return await read(counted(response.body as AsyncIterable<Uint8Array>, MOST_REPORT_BYTES));
      await response.body?.cancel();
      isThrottled = isThrottle(response.status, seconds);
      reason = `status ${response.status}`;
      // 403 and 404 are an address that has expired; other final answers will not change with a new one.
      isFinal = !isTransient(response.status) && ![401, 403, 404, 410].includes(response.status);
    } catch (error) {
      signal?.throwIfAborted();
      if (isReportError(error)) throw error;
      // A gigabyte is not fetched again in the hope of a smaller one.
      if (error instanceof TooLarge) throw tooLarge(path, error);
      cut = error instanceof IncompleteDownload;
      if (!cut) environment.onAnswer?.(false);
      reason = error instanceof IncompleteDownload ? error.message : connectionReason(error);
    }
    const giveUp = (waitSeconds: number) => {
      // A file that stays cut is given up: each further try is one of 14 requests in 10 minutes (graph.md#throttling-limits).
      throw new ReportError(
        cut ? "report-incomplete" : isThrottled ? "graph-throttled" : "graph-unavailable",
        `The download of ${path} failed ${attempt === 1 ? "once," : `${attempt} times, last`} with ${reason}.`,
        { waitSeconds },
      );
    };
    return isFinal ? giveUp(1) : new TryAgain({ seconds, isThrottled, giveUp });
  });
}

/** The file ended in the middle of a line, or is none: downloaded again before its source is failed. */
export class IncompleteDownload extends Error {
  override name = "IncompleteDownload";
}

async function* oneChunk(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, "utf8");
}

/**
 * The address of a report that came in the body of a 200, as text or anywhere in JSON, instead of as a redirect
 * (https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8763). Undefined if the body is the report itself.
 */
function addressIn(text: string, endpoint: string): string | undefined {
  const body = text.replace(/^\uFEFF/, "").trim();
  if (isAddress(body)) return body;
  if (!/^["{[]/.test(body)) return undefined;
  const found: string[] = [];
  try {
    JSON.parse(body, (key, value: unknown) => {
      if (typeof value === "string" && !key.startsWith("@odata.") && isAddress(value)) found.push(value);
      return value;
    });
  } catch {
    // A header whose first name is quoted looks like JSON, too.
    return undefined;
  }
  const address = found.find((one) => isReportHost(new URL(one), endpoint)) ?? found[0];
  if (address === undefined) throw new IncompleteDownload("JSON in which no address of a report stands");
  return address;
}

const isAddress = (text: string) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);

/**
 * Reports come from `reports.office.com` and its regional siblings (`reportsweu.office.com`; graph.md#usage-reports), or from
 * loopback where Graph itself is there. The address is a credential: no message repeats it.
 */
function trusted(location: string | null, endpoint: string): URL {
  const url = location !== null && URL.canParse(location, endpoint) ? new URL(location, endpoint) : undefined;
  if (!url || !isReportHost(url, endpoint)) {
    throw new ReportError(
      "graph-untrusted-link",
      `Graph leads to a report at ${url ? url.host : "no address"}, which is not one of Microsoft's report hosts; it was not followed.`,
    );
  }
  return url;
}

function isReportHost(url: URL, endpoint: string): boolean {
  const graph = new URL(endpoint);
  if (url.username || url.password) return false;
  const isOffice =
    url.protocol === "https:" && (/^reports[a-z0-9-]*\.office\.com$/.test(url.hostname) || url.origin === graph.origin);
  return isOffice || (isLoopback(graph) && isLoopback(url));
}
