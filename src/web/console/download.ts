import type { Format } from "../../model/formats";
import { announce, calm, warn } from "./announce";
import { call, CallError } from "./call";
import { element } from "./element";
import { size } from "./format";

export const FORMATS: readonly Format[] = ["html", "xlsx", "csv", "json"];

/** So often in a row a connection may be cut before anything has come. */
const MOST_CUTS = 5;

/**
 * A file of a run, which never changes. Where the connection is cut it is gone on with: for a part, browsers ask for the file as it
 * is, not gzipped (Fetch, 4.5), so what has come already is counted the same.
 */
async function fetchWhole(path: string): Promise<{ response: Response; blob: Blob }> {
  const response = await call("GET", path);
  let pieces: BlobPart[] = [];
  let [bytes, cuts] = [0, 0];
  for (let part = response; ;) {
    try {
      const reader = (part.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { response, blob: new Blob(pieces, { type: response.headers.get("content-type") ?? "" }) };
        pieces.push(value);
        bytes += value.length;
        cuts = 0;
      }
    } catch (error) {
      if (++cuts > MOST_CUTS) throw error;
    }
    part = await call("GET", path, bytes > 0 ? { range: `bytes=${bytes}-` } : {});
    if (part.status !== 206) [pieces, bytes] = [[], 0];
  }
}

/**
 * Fetches a file with what this page may, and hands it to the browser as a download. Also the HTML report, which is not
 * opened from here: an address of this page's own making would let the report's script act as this page.
 */
async function download(runId: string, format: Format): Promise<void> {
  const { response, blob } = await fetchWhole(`reports/${encodeURIComponent(runId)}/${format}`);
  const named = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: named ?? `groups-report.${format}` }).click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  announce(`Downloaded ${named ?? format}, ${size(blob.size)}.`);
}

/** A button that downloads one format of a run. `label` is what it says, `about` what a screen reader adds. */
export function downloadButton(runId: string, format: Format, label: string, about: string): HTMLButtonElement {
  const button = element(
    "button",
    { type: "button", onclick: () => void run() },
    label,
    element("span", { class: "hidden" }, ` ${about}`),
  );
  async function run(): Promise<void> {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    announce(`Downloading ${label}.`);
    calm();
    try {
      await download(runId, format);
    } catch (error) {
      warn(error instanceof CallError ? error.message : "The file did not come whole. Try again.");
    }
    button.removeAttribute("aria-disabled");
  }
  return button;
}
