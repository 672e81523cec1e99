import { strFromU8, unzipSync } from "fflate";
import { printSummary } from "../../src/cli/summary-text";
import type { FigureName, Summary } from "../../src/model/report";

/** What readers have of a report, as texts. */
export interface Readings {
  html: string;
  /** The sheets Summary and Gaps, by line. */
  summarySheet: string[][];
  gapsSheet: string[][];
  terminal: string;
}

export function readingsOf(summary: Summary, html: string, xlsx: Uint8Array): Readings {
  const files = unzipSync(xlsx);
  const sheet = (number: number) => linesOf(strFromU8(files[`xl/worksheets/sheet${number}.xml`] ?? new Uint8Array()));
  return { html, summarySheet: sheet(1), gapsSheet: sheet(3), terminal: printSummary(summary).join("\n") };
}

function linesOf(xml: string): string[][] {
  return [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<c r="[A-Z]+\d+"[^>]*>(.*?)<\/c>/gs)].map(([, cell = ""]) => plain(cell)),
  );
}

/** The text of a piece of markup. */
function plain(markup: string): string {
  return markup
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ")
    .trim();
}

/** A tile of the first screen: its value, what stands below it, and what of it is not known. */
export function tileOf(html: string, title: string): { value: string; detail: string; lack: string } {
  const [, value = "?", detail = "?", lack = ""] =
    new RegExp(`<span class="name">${title}</span><b[^>]*>(.*?)</b><small>(.*?)</small>(<small class="lack">.*?</small>)?`).exec(
      html,
    ) ?? [];
  return { value: plain(value), detail: plain(detail), lack: plain(lack) };
}

/** A line of a table of the first screen. */
function rowOf(html: string, heading: string): string {
  return plain(new RegExp(`<tr><th scope="row">(?:<a [^>]*>)?(?:<code>)?${heading}\\b.*?</tr>`).exec(html)?.[0] ?? "?");
}

const partOf = (list: string, word: string) => list.split(", ").find((part) => part.includes(word)) ?? "?";

/** Every place where a figure of the summary stands for a reader, and the text that it has there. The console's are in test/browser. */
export const PLACES: [figure: FigureName, place: string, read: (readings: Readings) => string][] = [
  ["communities", "the tile Groups", ({ html }) => partOf(tileOf(html, "Groups").detail, "communit")],
  ["communities", "the chart of results", ({ html }) => rowOf(html, "Communities")],
  ["communities", "the terminal", ({ terminal }) => /teams, (.*?)\), data of/.exec(terminal)?.[1] ?? "?"],
  ["archivedTeams", "the tile Groups", ({ html }) => partOf(tileOf(html, "Groups").detail, "archived")],
  ["guestMemberships", "its tile", ({ html }) => tileOf(html, "Guest memberships").value],
  ["guestMemberships", "the terminal", ({ terminal }) => /Guest memberships: (.*?)\.$/m.exec(terminal)?.[1] ?? "?"],
  ["withoutActiveOwner", "its tile", ({ html }) => tileOf(html, "Without an active owner").value],
  ["withoutActiveOwner", "the terminal", ({ terminal }) => /Without active owner: (.*?)\. Guest/.exec(terminal)?.[1] ?? "?"],
  ["expiresSoon", "its tile", ({ html }) => tileOf(html, "Expire within 30 days").value],
  ["storageGB", "the tile of storage", ({ html }) => tileOf(html, "Storage of Fail").detail],
  ["storageGB", "the chart of storage", ({ html }) => plain(/id="chart-storage".*?<\/figcaption>/s.exec(html)?.[0] ?? "?")],
  ["storageGB", "the terminal", ({ terminal }) => /Storage: (.*?), of that/.exec(terminal)?.[1] ?? "?"],
  ["failStorageGB", "its tile", ({ html }) => tileOf(html, "Storage of Fail").value],
  ["failStorageGB", "the terminal", ({ terminal }) => /in Fail rows: (.*?)\.$/m.exec(terminal)?.[1] ?? "?"],
  [
    "owner-none",
    "the tile of owners",
    ({ html }) => /without any: ([^;]*)/.exec(tileOf(html, "Without an active owner").detail)?.[1] ?? "?",
  ],
  [
    "owner-inactive",
    "the tile of owners",
    ({ html }) => /none active: (.*)/.exec(tileOf(html, "Without an active owner").detail)?.[1] ?? "?",
  ],
  ...(
    [
      "owner-none",
      "owner-inactive",
      "team-inactive",
      "team-quiet",
      "site-never-used",
      "site-inactive",
      "mailbox-quiet",
      "owner-single",
      "expires-soon",
      "members-none",
      "site-unmatched",
    ] as const
  ).map((code): (typeof PLACES)[number] => [code, "the table of codes", ({ html }) => rowOf(html, code)]),
  ...Object.entries({
    communities: "Communities",
    archivedTeams: "Archived teams",
    guestMemberships: "Guest memberships",
    withoutActiveOwner: "Without an active owner",
    expiresSoon: "Expire within 30 days",
    storageGB: "Site storage (GB)",
    failStorageGB: "Site storage of groups that fail (GB)",
    "owner-none": "Warning: owner-none",
    "owner-inactive": "Warning: owner-inactive",
    "team-inactive": "Warning: team-inactive",
    "team-quiet": "Warning: team-quiet",
    "site-never-used": "Warning: site-never-used",
    "site-inactive": "Warning: site-inactive",
    "mailbox-quiet": "Warning: mailbox-quiet",
    "owner-single": "Note: owner-single",
    "expires-soon": "Note: expires-soon",
    "members-none": "Note: members-none",
    "site-unmatched": "Note: site-unmatched",
  }).map(([name, label]): (typeof PLACES)[number] => [
    name as FigureName,
    "the workbook",
    ({ summarySheet }) => summarySheet.find(([first]) => first === label)?.[1] ?? "?",
  ]),
];
