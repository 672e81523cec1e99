import { announce, calm, warn } from "./announce";
import { AUTH, ask, CallError } from "./call";
import { element } from "./element";

/**
 * Opens a run's report in a tab of its own, sent by the server in a sandbox. With a session of the site's own its address is enough. With a
 * key the server gives an address that opens once, since a tab sends no header; the key would else have to stand in the address.
 */
export function openLink(runId: string): HTMLElement {
  const label = "Open the report";
  const path = `reports/${encodeURIComponent(runId)}`;
  if (AUTH === "entra")
    return element("a", { class: "button main", href: `/api/${path}/html`, target: "_blank", rel: "noopener" }, label);
  async function open(): Promise<void> {
    calm();
    // At once, while the click still counts: a tab that opens after an answer is taken for an unwanted one.
    const tab = window.open("about:blank");
    if (!tab) return warn("The browser does not let this page open a tab. Allow it, or download the HTML report.");
    tab.opener = null;
    try {
      const { location: address } = await ask<{ location: string }>(`${path}/tickets`, "POST");
      tab.location.replace(new URL(address, location.origin));
      announce("The report is opened in a new tab.");
    } catch (error) {
      tab.close();
      warn(error instanceof CallError ? error.message : "The report could not be opened. Try again.");
    }
  }
  return element("button", { type: "button", class: "main", onclick: () => void open() }, label);
}
