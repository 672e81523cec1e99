import {
  BLOCKER_LEGEND,
  CSV_LEGEND,
  NOTE_LEGEND,
  OWNER_STATE_LEGEND,
  resultLegend,
  warningLegend,
} from "../../verdict/code-definitions";
import { COLUMNS } from "../columns";
import type { Summary } from "../../model/report";
import { escapeHtml, table } from "./markup";

function legendTable(title: string, legend: Record<string, string>): string {
  const lines = Object.entries(legend).map(([code, meaning]) => [`<code>${code}</code>`, escapeHtml(meaning)]);
  return `<h3>${title}</h3>${table(title, [{ heading: "Value" }, { heading: "Meaning" }], lines)}`;
}

/** What every column and code counts, and what it does not. */
export function definitionsSection({ thresholds }: Summary): string {
  const results = Object.entries(resultLegend(thresholds)).map(([result, meaning]) => [
    `<b class="result ${result}">${result}</b>`,
    escapeHtml(meaning),
  ]);
  const columns = COLUMNS.map(({ heading, key, definition }) => [
    escapeHtml(heading),
    `<code>${key}</code>`,
    escapeHtml(definition),
  ]);
  const order =
    "The first that holds counts, in the order Archived, New, Unknown, Fail, Issues, Pass. Empty means not known, never 0.";
  return `<section><h2>Definitions</h2><h3>Results</h3><p>${order}</p>${table("Results", [{ heading: "Result" }, { heading: "Meaning" }], results)}
<h3>Columns: what each counts, and what not</h3>${table("Columns", [{ heading: "Column" }, { heading: "JSON key" }, { heading: "Definition" }], columns)}
${legendTable("Warnings", warningLegend(thresholds))}${legendTable("Notes", NOTE_LEGEND)}${legendTable("Owner states", OWNER_STATE_LEGEND)}${legendTable("Check before deleting", BLOCKER_LEGEND)}
<h3>Candidates</h3><p>Groups with the result Fail, no activity seen for 365 days or more (or none known, and 365 days old or more), and nothing under Check Before Deleting. They are a list to begin asking with, not a list to delete.</p>
<h3>CSV</h3><p>${escapeHtml(CSV_LEGEND)}</p></section>`;
}
