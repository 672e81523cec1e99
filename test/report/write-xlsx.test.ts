import * as fc from "fast-check";
import { strFromU8, unzipSync } from "fflate";
import { COLUMNS } from "../../src/report/columns";
import { columnName, escapeXml } from "../../src/report/sheet-xml";
import { writeXlsx } from "../../src/report/write-xlsx";
import type { ReportRow, Summary } from "../../src/model/report";
import { facts, rowOf, teamFacts } from "../verdict/facts";
import { emptyRow, HOSTILE, hostileRow, streamed, summaryOf } from "./reports";

async function unzipped(rows: readonly ReportRow[], summary: Summary = summaryOf(rows)): Promise<Record<string, string>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeXlsx(summary, streamed(rows))) pieces.push(piece);
  const files = unzipSync(Buffer.concat(pieces));
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, strFromU8(bytes)]));
}

/** Undoes XML and the escape of spreadsheet strings, as a reader does. */
function unescaped(xml: string): string {
  const text = xml.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

interface ReadCell {
  type: string | undefined;
  style: string | undefined;
  value: string;
}

/** Cells by place, such as B2. */
function cellsOf(xml: string | undefined): Map<string, ReadCell> {
  const cells = new Map<string, ReadCell>();
  for (const [, at = "", style, type, inside = ""] of (xml ?? "").matchAll(
    /<c r="([A-Z]+\d+)"(?: s="(\d)")?(?: t="(\w+)")?>(.*?)<\/c>/gs,
  )) {
    const text = /<t xml:space="preserve">(.*?)<\/t>/s.exec(inside)?.[1];
    cells.set(at, { type, style, value: text === undefined ? (/<v>(.*?)<\/v>/.exec(inside)?.[1] ?? "") : unescaped(text) });
  }
  return cells;
}

const GROUPS = "xl/worksheets/sheet2.xml";
const place = (key: string, row: number) => `${columnName(COLUMNS.findIndex((column) => column.key === key))}${row}`;

test("the workbook has its four sheets, each with a frozen header and a filter over its rows", async () => {
  const files = await unzipped([rowOf(facts()), rowOf(teamFacts())]);
  expect(Object.keys(files)[0]).toBe("[Content_Types].xml");
  expect([...(files["xl/workbook.xml"] ?? "").matchAll(/<sheet name="(\w+)"/g)].map((match) => match[1])).toEqual([
    "Summary",
    "Groups",
    "Gaps",
    "Definitions",
  ]);
  for (const number of [1, 2, 3, 4]) {
    const sheet = files[`xl/worksheets/sheet${number}.xml`];
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    const rows = sheet?.match(/<row /g)?.length;
    expect(sheet).toMatch(new RegExp(`</sheetData><autoFilter ref="A1:[A-Z]+${rows}"/></worksheet>$`));
    expect(files["[Content_Types].xml"]).toContain(`/xl/worksheets/sheet${number}.xml`);
    expect(files["xl/_rels/workbook.xml.rels"]).toContain(`worksheets/sheet${number}.xml`);
  }
  expect(files["xl/workbook.xml"]).toContain("'Groups'!$A$1:$AZ$3");
});

test("cells have the type of their column", async () => {
  const cells = cellsOf((await unzipped([rowOf(teamFacts()), emptyRow()]))[GROUPS]);
  expect(COLUMNS.map((_, index) => cells.get(`${columnName(index)}1`)?.value)).toEqual(COLUMNS.map((column) => column.heading));
  expect(cells.get(place("members", 2))).toEqual({ type: undefined, style: undefined, value: "12" });
  expect(cells.get(place("archived", 2))).toEqual({ type: "b", style: undefined, value: "0" });
  // 2024-02-11 is day 45333 of the spreadsheets' calendar.
  expect(cells.get(place("created", 2))).toEqual({ type: undefined, style: "2", value: "45333" });
  expect(cells.get(place("owners", 2))).toEqual({ type: "inlineStr", style: undefined, value: "Owner anna; Owner bert" });
  for (const key of ["displayName", "members", "created", "owners", "warnings"]) expect(cells.has(place(key, 3))).toBe(false);
});

test("hostile names come back whole and are text, never formulas", async () => {
  const files = await unzipped(HOSTILE.map(hostileRow));
  const cells = cellsOf(files[GROUPS]);
  HOSTILE.forEach((name, index) => {
    const cell = cells.get(place("displayName", index + 2));
    expect(cell?.value ?? "").toBe(name);
    expect(cell?.type ?? "inlineStr").toBe("inlineStr");
  });
  expect(files[GROUPS]).not.toContain("<f>");
});

test("any text is written as allowed XML and comes back", () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.oneof(
          fc.nat(0xffff).map((code) => String.fromCharCode(code)),
          fc.constantFrom("_x0041_", "_", "x", "&", "<", "😀"),
        ),
      }),
      (text) => {
        const xml = escapeXml(text);
        expect(unescaped(xml)).toBe(text);
        expect(Buffer.from(xml).toString()).toBe(xml);
        // oxlint-disable-next-line no-control-regex
        expect(xml).not.toMatch(/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF<>]/);
      },
    ),
    { numRuns: 1000 },
  );
});

test("text past the limit of a cell is cut, never inside a pair of surrogates", async () => {
  const longest = "a".repeat(32_767);
  const rows = [hostileRow(longest), hostileRow(`${longest}b`), hostileRow(`${"a".repeat(32_765)}😀😀`)];
  const cells = cellsOf((await unzipped(rows))[GROUPS]);
  expect(cells.get(place("displayName", 2))?.value).toBe(longest);
  expect(cells.get(place("displayName", 3))?.value).toBe(`${"a".repeat(32_766)}…`);
  expect(cells.get(place("displayName", 4))?.value).toBe(`${"a".repeat(32_765)}…`);
});

test("gaps are listed with what to do, and a report without gaps says that there are none", async () => {
  const gaps = cellsOf(
    (await unzipped([], summaryOf([], { users: "notPermitted", sites: "off" }, { messages: ["20 % fewer"] })))[
      "xl/worksheets/sheet3.xml"
    ],
  );
  expect(gaps.get("A2")?.value).toBe("Owner sign-ins");
  expect(gaps.get("F2")?.value).toContain("AuditLog.Read.All");
  expect(gaps.get("F3")?.value).toBe("20 % fewer");
  expect(gaps.has("A4")).toBe(false);
  expect(cellsOf((await unzipped([]))["xl/worksheets/sheet3.xml"]).get("A2")?.value).toBe("None");
});

test("the summary sheet has the figures, and times as times", async () => {
  const cells = [...cellsOf((await unzipped([rowOf(facts())]))["xl/worksheets/sheet1.xml"])];
  const valueOf = (label: string) => cells[cells.findIndex(([, cell]) => cell.value === label) + 1]?.[1];
  expect(valueOf("Groups")?.value).toBe("1");
  expect(valueOf("Result: Pass")?.value).toBe("1");
  expect(valueOf("Started (UTC)")).toMatchObject({
    style: "3",
    value: String((Date.parse("2026-11-22T02:00:00Z") - Date.UTC(1899, 11, 30)) / 86_400_000),
  });
  expect(valueOf("Please note")?.value).toContain("Retention and eDiscovery holds");
});

test("the same report gives the same bytes", async () => {
  const rows = [rowOf(facts())];
  const bytes = async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of writeXlsx(summaryOf(rows), streamed(rows))) pieces.push(piece);
    return Buffer.concat(pieces).toString("base64");
  };
  expect(await bytes()).toBe(await bytes());
});

test("a large report is handed on while it is written", async () => {
  let made = 0;
  async function* many() {
    for (; made < 3000; made++) yield hostileRow("x", made);
  }
  const madeAt: number[] = [];
  for await (const piece of writeXlsx(summaryOf([]), many())) if (piece.length > 1000) madeAt.push(made);
  expect(madeAt.length).toBeGreaterThan(5);
  expect(madeAt[1]).toBeLessThan(1000);
});
