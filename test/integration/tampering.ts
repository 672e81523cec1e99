import type { Simulator } from "../../simulator";

/** Answers of the simulated Graph with something else in the place of a cell, a row or an item, as they go over the wire. */
export type ReportName = "groups" | "teams" | "sites";
export const REPORTS: readonly ReportName[] = ["groups", "teams", "sites"];

/** What is told of a report's row before it is changed: its cells as they stand in the file, quotes and all. */
export type Cells = Record<string, string>;
export type RowChange = (cells: Cells, at: number) => Cells | string | undefined;

const HEADINGS: Record<ReportName, string> = { groups: "Group Id", teams: "Team Id", sites: "Site Id" };

export interface Changes {
  /** A report's whole text. */
  texts?: Partial<Record<ReportName, (text: string) => string>>;
  /** Its rows, one by one: the cells anew, the row's text, or undefined for what it was. */
  rows?: Partial<Record<ReportName, RowChange>>;
  /** The pages of a list of Graph; `/groups` and `/users`. */
  lists?: Record<string, (page: { value: Item[] }) => Record<string, unknown>>;
}

export type Item = Record<string, unknown>;

export function tamperWith(simulator: Simulator, { texts = {}, rows = {}, lists = {} }: Changes): void {
  simulator.tamper = (host, { path }, honest) => {
    if (honest.status !== 200) return undefined;
    if (host === "graph") {
      const list = Object.keys(lists).find((end) => path.endsWith(end));
      return list === undefined
        ? undefined
        : { ...honest, body: lists[list]?.(structuredClone(honest.body) as { value: Item[] }) };
    }
    if (host !== "download") return undefined;
    const text = typeof honest.body === "string" ? honest.body : [...(honest.body as Iterable<string>)].join("");
    const heading = text.slice(0, text.indexOf("\n"));
    const report = REPORTS.find((name) => heading.includes(HEADINGS[name])) as ReportName;
    const change = rows[report];
    const changed = change ? changeRows(text, change) : text;
    return { ...honest, body: texts[report]?.(changed) ?? changed };
  };
}

/** None of the simulator's names has a line end. */
function changeRows(text: string, change: RowChange): string {
  const [heading = "", ...rows] = text.replace(/\r\n$/, "").split("\r\n");
  const names = heading.replace(/^\uFEFF/, "").split(",");
  const changed = rows.map((row, at) => {
    const cells = row.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
    const made = change(Object.fromEntries(names.map((name, n) => [name, cells[n] ?? ""])), at);
    return typeof made === "object" ? names.map((name) => made[name]).join(",") : (made ?? row);
  });
  return `${[heading, ...changed].join("\r\n")}\r\n`;
}
