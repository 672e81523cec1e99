import type { Simulator } from "../../src/simulator";

export type ReportName = "groups" | "teams" | "sites";

const HEADINGS: Record<ReportName, string> = { groups: "Group Id", teams: "Team Id", sites: "Site Id" };

/** Puts another text in the place of a usage report, on the wire. */
export function changeReport(simulator: Simulator, report: ReportName, change: (text: string) => string): void {
  simulator.tamper = (host, _incoming, honest) => {
    if (host !== "download" || honest.status !== 200) return undefined;
    const text = typeof honest.body === "string" ? honest.body : [...(honest.body as Iterable<string>)].join("");
    const heading = text.slice(0, text.indexOf("\n"));
    return { ...honest, body: heading.includes(HEADINGS[report]) ? change(text) : text };
  };
}

/** Changes the rows of a report, its heading apart; none of the simulator's names has a line end. */
export function changeRows(
  simulator: Simulator,
  report: ReportName,
  change: (rows: string[], heading: string[]) => string[],
): void {
  changeReport(simulator, report, (text) => {
    const [heading = "", ...rows] = text.replace(/\r\n$/, "").split("\r\n");
    const names = heading.replace(/^\uFEFF/, "").split(",");
    return `${[heading, ...change(rows, names)].join("\r\n")}\r\n`;
  });
}

/** A row's cells as they stand in the file, quotes and all. */
export function rawCells(row: string): string[] {
  return row.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
}

/** Changes one cell of the rows that are chosen: what is given stands there as it is. */
export function changeCell(
  simulator: Simulator,
  report: ReportName,
  column: string,
  value: string | ((cells: string[]) => string),
  isChosen: (cells: string[], at: number) => boolean,
): void {
  changeRows(simulator, report, (rows, heading) =>
    rows.map((row, at) => {
      const cells = rawCells(row);
      if (!isChosen(cells, at)) return row;
      cells[heading.indexOf(column)] = typeof value === "string" ? value : value(cells);
      return cells.join(",");
    }),
  );
}

export type Item = Record<string, unknown>;

/** Changes the items of a list of Graph, whole pages of it. */
export function changeItems(
  simulator: Simulator,
  isList: (path: string) => boolean,
  change: (items: unknown[]) => unknown[],
  more: Item = {},
): void {
  simulator.tamper = (host, { path }, honest) => {
    if (host !== "graph" || honest.status !== 200 || !isList(path)) return undefined;
    const body = structuredClone(honest.body) as { value: unknown[] };
    return { ...honest, body: { ...body, value: change(body.value), ...more } };
  };
}

export const isGroups = (path: string) => path.endsWith("/groups");
export const isUsers = (path: string) => path.endsWith("/users");
