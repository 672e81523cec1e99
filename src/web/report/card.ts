import { BLOCKER_LEGEND } from "../../verdict/code-definitions";
import { COLUMNS, type ColumnKey } from "../../report/columns";
import { HOLDS_NOTICE, NOT_VISIBLE } from "../../verdict/wording";
import { linksOf, ownerLink } from "./card-links";
import { evidenceRules } from "./card-evidence";
import { readingsOf, resultRules, type Rule } from "./card-rules";
import { codedText, codesOf, type Data, ownersOf, valueOf } from "./data";
import type { SourceName } from "../../model/records";
import { figure, NOT_KNOWN } from "../../verdict/figure";
import { lostSources } from "../../verdict/figure-words";
import { statesOf } from "../../verdict/source-use";
import { type Child, dayText, element, timeElement } from "./element";

/** The sections of "everything known"; what stands in the card's other parts is repeated here, so that nothing has to be looked for twice. */
interface Section {
  title: string;
  keys: ColumnKey[];
  /** What its columns are read from, for the reason why they are not known. */
  sources: SourceName[];
}

const SECTIONS: Section[] = [
  {
    title: "Group",
    keys: [
      "id",
      "mail",
      "kind",
      "visibility",
      "membership",
      "sensitivityLabel",
      "created",
      "ageDays",
      "renewed",
      "expires",
      "archived",
      "archivedAsOf",
    ],
    sources: ["teams"],
  },
  {
    title: "People",
    keys: ["ownerCount", "activeOwnerCount", "ownerState", "ownerMails", "members", "guests"],
    sources: ["owners", "users", "groupsUsage"],
  },
  {
    title: "Activity",
    keys: ["activity", "lastActivity", "lastActivitySource", "daysInactive", "change", "resultSince"],
    sources: ["groupsUsage", "siteUsage", "teamsUsage"],
  },
  {
    title: "Team",
    keys: ["teamLastActivity", "teamMessages", "teamMeetings", "teamActiveUsers", "teamActiveChannels"],
    sources: ["teamsUsage"],
  },
  {
    title: "Mailbox and Viva Engage",
    keys: ["groupLastActivity", "mailboxReceived", "mailboxItems", "mailboxStorageMB", "vivaPosted", "vivaRead", "vivaLiked"],
    sources: ["groupsUsage"],
  },
  {
    title: "Site",
    keys: ["siteUrl", "siteLastActivity", "siteFiles", "siteActiveFiles", "siteStorageGB"],
    sources: ["siteUsage", "groupsUsage", "sites"],
  },
  { title: "Report", keys: ["warnings", "warningCount", "notes", "blockers", "runId", "dataDate"], sources: [] },
];
const columns = new Map(COLUMNS.map((column) => [column.key, column]));

function shown(data: Data, key: ColumnKey, row: number): Child {
  const value = valueOf(data, key, row);
  if (value === null || value === "") return element("span", { class: "soft" }, value === null ? NOT_KNOWN : "–");
  if (typeof value === "number") return figure(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return columns.get(key)?.type === "date" ? timeElement(value) : element("bdi", {}, value);
}

function facts(data: Data, row: number): HTMLElement[] {
  return SECTIONS.map(({ title, keys, sources }) => {
    const lines = keys.flatMap((key) => {
      const column = columns.get(key);
      return [element("dt", { title: column?.definition }, column?.heading), element("dd", {}, shown(data, key, row))];
    });
    const lost = keys.some((key) => valueOf(data, key, row) === null) ? lostSources(sources, statesOf(data.facts.sources)) : "";
    return element(
      "section",
      {},
      element("h4", {}, title),
      lost !== "" && element("p", { class: "soft" }, `${lost}.`),
      element("dl", {}, ...lines),
    );
  });
}

function tableOf(caption: string, headings: readonly string[], lines: HTMLElement[]): HTMLElement {
  const head = element("tr", {}, ...headings.map((heading) => element("th", { scope: "col" }, heading)));
  return element(
    "table",
    { class: "rules" },
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, head),
    element("tbody", {}, ...lines),
  );
}

function activityTable(data: Data, row: number): HTMLElement {
  const lines = readingsOf(data, row).map(({ title, date, days, source, dataDate, counts }) =>
    element(
      "tr",
      counts ? { class: "decides" } : {},
      element("th", { scope: "row" }, title, counts && element("small", {}, " counted")),
      element("td", {}, date === null ? "none known" : timeElement(date)),
      element("td", { class: "figure" }, days === null ? "–" : figure(days)),
      element("td", {}, source, dataDate !== null && ", ", dataDate !== null && timeElement(dataDate)),
    ),
  );
  return tableOf("Activity by source", ["Source", "Last activity", "Days", "Report"], lines);
}

function ruleTable(caption: string, rules: readonly Rule[], words: { met: string; not: string }): HTMLElement {
  const lines = rules.map(({ rule, figure: value, threshold, isMet, decides }) =>
    element(
      "tr",
      decides ? { class: "decides" } : isMet && words.met === "raised" ? { class: "raised" } : {},
      element("th", { scope: "row" }, rule),
      element("td", {}, value),
      element("td", {}, threshold),
      element("td", {}, decides ? "decides" : isMet === null ? "not known" : isMet ? words.met : words.not),
    ),
  );
  return tableOf(caption, ["Rule", "This group", "Threshold", "Outcome"], lines);
}

function owners(data: Data, row: number): HTMLElement {
  const people = ownersOf(data, row);
  if (people === null) return element("p", {}, "The owners could not be read.");
  if (people.length === 0) return element("p", {}, "The group has no owner.");
  const items = people.map(([id, name, mail]) => {
    const entra = ownerLink(id);
    return element(
      "li",
      {},
      element("bdi", {}, name || mail || id),
      mail && " · ",
      mail && element("a", { href: mailTo(mail) }, element("bdi", {}, mail)),
      " · ",
      element("a", { href: `#${new URLSearchParams({ view: "owners", owner: id })}` }, "their groups"),
      entra && " · ",
      entra && outward("Entra", entra),
    );
  });
  return element("ul", {}, ...items);
}

/** Half a character, which a name may end in, can't be part of an address. */
function mailTo(mail: string): string {
  return `mailto:${encodeURIComponent(mail.replace(/\p{Surrogate}/gu, "\uFFFD"))}`;
}

function outward(title: string, href: string, className?: string): HTMLElement {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer", class: className }, title);
}

function before(data: Data, row: number): HTMLElement {
  const known = codesOf(data, "blockers", row).map((code) =>
    element("li", {}, element("b", {}, `${code}: `), BLOCKER_LEGEND[code] ?? ""),
  );
  return element("ul", { class: "checks" }, ...known, element("li", {}, HOLDS_NOTICE), element("li", {}, NOT_VISIBLE));
}

function history(data: Data, row: number): HTMLElement {
  const dates = (codedText(data, "historyDates", row) ?? "").split(" ").filter(Boolean);
  const results = (codedText(data, "historyResults", row) ?? "").split(" ");
  const items = dates.map((date, at) => {
    const result = results[at] ?? "";
    return element(
      "li",
      { class: "moment" },
      element("span", { class: `result ${result}` }, result),
      element("time", { datetime: date, title: date }, dayText(date)),
    );
  });
  return element("ol", { class: "history" }, ...items);
}

/** Everything known of a group. `step` goes to the row before or after it in the table. */
export function cardContent(
  data: Data,
  row: number,
  position: string,
  step: (by: number) => void,
  close: () => void,
): HTMLElement[] {
  const name = valueOf(data, "displayName", row);
  const result = codedText(data, "result", row) ?? "";
  const description = valueOf(data, "description", row);
  const part = (title: string, ...content: Child[]) => element("section", {}, element("h3", {}, title), ...content);
  const button = (title: string, label: string, click: () => void) =>
    element("button", { type: "button", "aria-label": label, click }, title);
  return [
    element(
      "div",
      { class: "card-top" },
      element(
        "div",
        {},
        element("h2", { id: "card-name" }, element("bdi", {}, name ? String(name) : "(no name)")),
        element("p", { class: "soft" }, position),
      ),
      element(
        "div",
        { class: "row" },
        button("↑", "Previous group", () => step(-1)),
        button("↓", "Next group", () => step(1)),
        button("Close", "Close the card", close),
      ),
    ),
    element(
      "div",
      { class: "card-body" },
      element(
        "p",
        { class: "verdict" },
        element("span", { class: `result ${result}` }, result),
        " ",
        String(valueOf(data, "reason", row)),
      ),
      description ? element("p", { class: "soft", dir: "auto" }, String(description)) : null,
      element("p", { class: "row links" }, ...linksOf(data, row).map(({ title, href }) => outward(title, href, "button"))),
      part("Which activity counted", activityTable(data, row)),
      part(
        "How the result was reached",
        ruleTable("Rules of the result, in their order", resultRules(data, row), { met: "holds", not: "–" }),
      ),
      part("Check before deleting", before(data, row)),
      part("Owners", owners(data, row)),
      part("History", history(data, row)),
      part("Warnings and notes", ruleTable("Warnings and notes", evidenceRules(data, row), { met: "raised", not: "–" })),
      part("Everything known", element("div", { class: "facts" }, ...facts(data, row))),
    ),
  ];
}
