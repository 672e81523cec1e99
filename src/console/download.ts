import type { Format } from "../store/files";
import { announce, calm, warn } from "./announce";
import { call, CallError } from "./call";
import { element } from "./element";
import { size } from "./format";

export const FORMATS: readonly Format[] = ["html", "xlsx", "csv", "json"];

/**
 * Fetches a file with what this page may, and hands it to the browser as a download. Also the HTML report, which is not
 * opened from here: an address of this page's own making would let the report's script act as this page.
 */
async function download(runId: string, format: Format): Promise<void> {
  const response = await call("GET", `reports/${encodeURIComponent(runId)}/${format}`);
  const blob = await response.blob();
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
