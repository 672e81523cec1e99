import { isReportError, ReportError } from "../errors";
import { connectionReason } from "../network/connection-failure";
import { counted, MOST_REPORT_BYTES, TooLarge } from "../network/read-body";
import { isLoopback } from "../settings";
import { type GraphClient, isThrottle, isTransient, tooLarge } from "./client";
import { backoffSeconds, LONGEST_INLINE_WAIT_SECONDS, requestedWaitSeconds } from "./retry";

/** A report's link is good for minutes; when it has expired or the file came cut, a new one is asked for this often. */
const MOST_DOWNLOADS = 3;
const DOWNLOAD_TIMEOUT_MS = 240_000;

/**
 * Downloads a usage report: `GET /reports/…` answers 302 to a pre-authenticated address, which is fetched without the
 * token (graph-facts §4.1). `read` gets the body as a stream and throws IncompleteDownload where it ends too early; then,
 * as when the address has expired or the connection broke, a fresh address is asked for.
 */
export async function downloadReport<T>(
  client: GraphClient,
  path: string,
  read: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { world, meter, signal } = client;
  for (let attempt = 1; ; attempt++) {
    const redirect = await client.send({ url: path, timeoutSeconds: 120 }, ({ status, headers, text }) => ({
      status,
      location: headers.get("location"),
      text,
    }));
    let reason: string;
    let wait: number | undefined;
    let throttled = false;
    let cut = false;
    let isFinal = false;
    try {
      if (redirect.status < 300) return await read(oneChunk(redirect.text));
      const address = trusted(redirect.location, world.endpoint);
      meter.requests++;
      const timeout = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
      const response = await world.fetch(address, {
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      wait = requestedWaitSeconds((name) => response.headers.get(name), world.now());
      world.onAnswer?.(response.status < 500 || wait !== undefined);
      if (response.ok && response.body) return await read(counted(response.body as AsyncIterable<Uint8Array>, MOST_REPORT_BYTES));
      await response.body?.cancel();
      throttled = isThrottle(response.status, wait);
      reason = `status ${response.status}`;
      // 403 and 404 are an address that has expired; other final answers will not change with a new one.
      isFinal = !isTransient(response.status) && ![401, 403, 404, 410].includes(response.status);
    } catch (error) {
      signal?.throwIfAborted();
      if (isReportError(error)) throw error;
      // A gigabyte is not fetched again in the hope of a smaller one.
      if (error instanceof TooLarge) throw tooLarge(path, error);
      cut = error instanceof IncompleteDownload;
      if (!cut) world.onAnswer?.(false);
      reason = error instanceof IncompleteDownload ? error.message : connectionReason(error);
    }
    const seconds = wait ?? backoffSeconds(attempt, throttled, world.random);
    if (throttled) meter.throttledSeconds += seconds;
    if (isFinal || attempt >= MOST_DOWNLOADS || seconds > LONGEST_INLINE_WAIT_SECONDS) {
      // A file that stays cut is given up: each further try is one of 14 requests in 10 minutes (graph-facts §1.1).
      const code = cut ? "report-incomplete" : throttled ? "graph-throttled" : "graph-unavailable";
      throw new ReportError(
        code,
        `The download of ${path} failed ${attempt === 1 ? "once," : `${attempt} times, last`} with ${reason}.`,
        { waitSeconds: Math.max(seconds, 1) },
      );
    }
    meter.retries++;
    await world.sleep(seconds * 1000, signal);
  }
}

/** The file ended in the middle of a line, or is none: downloaded again before its source is failed. */
export class IncompleteDownload extends Error {
  override name = "IncompleteDownload";
}

async function* oneChunk(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, "utf8");
}

/**
 * Reports come from `reports.office.com` and its regional siblings (`reportsweu.office.com`; graph-facts §4.1), or from
 * loopback where Graph itself is there. The address is a credential: no message repeats it.
 */
function trusted(location: string | null, endpoint: string): URL {
  const url = location !== null && URL.canParse(location, endpoint) ? new URL(location, endpoint) : undefined;
  const graph = new URL(endpoint);
  const known =
    url &&
    !url.username &&
    !url.password &&
    ((url.protocol === "https:" && (/^reports[a-z0-9-]*\.office\.com$/.test(url.hostname) || url.origin === graph.origin)) ||
      (isLoopback(graph) && isLoopback(url)));
  if (!known) {
    throw new ReportError(
      "graph-untrusted-link",
      `Graph redirects a report to ${url ? url.host : "no address"}, which is not one of Microsoft's report hosts; it was not followed.`,
    );
  }
  return url;
}
