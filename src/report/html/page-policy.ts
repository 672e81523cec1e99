import { createHash } from "node:crypto";
import { PAGE_SCRIPT, PAGE_STYLE } from "report-page";
import type { PageHashes } from "../../model/report";

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

/** Those of the reports that this version writes. */
export const PAGE_HASHES: PageHashes = { script: hash(PAGE_SCRIPT), style: hash(PAGE_STYLE) };

/** The page's script and style, its icon, and nothing from anywhere else. */
export function pagePolicy({ script, style }: PageHashes): string {
  return `default-src 'none'; script-src ${script}; style-src ${style}; img-src data:; base-uri 'none'; form-action 'none'`;
}
