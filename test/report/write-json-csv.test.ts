import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { COLUMNS } from "../../src/report/columns";
import { writeCsv } from "../../src/report/write-csv";
import { writeJson } from "../../src/report/write-json";
import { facts, rowOf, teamFacts } from "../verdict/facts";
import { unguarded } from "./naive-spreadsheet";
import { emptyRow, HOSTILE, hostileRow, streamed, summaryOf, textOf } from "./reports";

const hostile = HOSTILE.map(hostileRow);

/** Reads the file as a spreadsheet does: by heading. */
function readCsv(text: string): Record<string, string>[] {
  return parse(text, { bom: true, columns: true, record_delimiter: "\r\n", relax_quotes: false });
}

describe("report.json", () => {
  test("holds the summary without its outputs, and every row unchanged", async () => {
    const rows = [...hostile, emptyRow(), rowOf(teamFacts())];
    const summary = summaryOf(rows);
    const { outputs: _, ...own } = summary;
    const text = await textOf(writeJson(summary, streamed(rows)));
    expect(JSON.parse(text)).toEqual({ summary: own, rows });
    expect(JSON.parse(text)).not.toHaveProperty("summary.outputs");
  });

  test("is valid without rows and with many", async () => {
    expect(JSON.parse(await textOf(writeJson(summaryOf([]), streamed([])))).rows).toEqual([]);
    const many = Array.from({ length: 300 }, (_, number) => hostileRow("x".repeat(300), number));
    expect(JSON.parse(await textOf(writeJson(summaryOf(many), streamed(many)))).rows).toEqual(many);
  });
});

describe("report.csv", () => {
  test("begins with a BOM and the headings of the contract, and ends each line with CRLF", async () => {
    const text = await textOf(writeCsv(summaryOf([]), streamed([])));
    expect(text.startsWith("\uFEFFGroup Id,Group Name,Email,Kind,Result,Reason,Activity,")).toBe(true);
    expect(text.endsWith(",Change,Result Since,Run,Data Date\r\n")).toBe(true);
    expect(text.trim().split(",")).toHaveLength(52);
  });

  test("cells that spreadsheets would run get a quote in front, and no other cell does", async () => {
    const names = ["=1", "+1", "-1", "@a", "\ta", "\ra", "'=1", " =1", "a=1", "1-1", "a, b; c | d"];
    const lines = readCsv(await textOf(writeCsv(summaryOf([]), streamed(names.map(hostileRow)))));
    expect(lines.map((line) => line["Group Name"])).toEqual([
      "'=1",
      "'+1",
      "'-1",
      "'@a",
      "'\ta",
      "'\ra",
      "''=1",
      " '=1",
      "a=1",
      "1-1",
      "a, b; c | d",
    ]);
    for (const heading of ["Email", "Owners", "Owner Emails", "Description", "Sensitivity Label", "Site URL"]) {
      expect(lines.slice(0, 6).map((line) => line[heading]?.[0])).toEqual(["'", "'", "'", "'", "'", "'"]);
    }
  });

  test("what is not known is empty, booleans are words, lists are joined", async () => {
    const [unknown, team] = readCsv(await textOf(writeCsv(summaryOf([]), streamed([emptyRow(), rowOf(teamFacts())]))));
    expect(unknown).toMatchObject({
      "Group Name": "",
      Members: "",
      "Owner Count": "",
      Owners: "",
      "Last Activity": "",
      "Age (days)": "",
    });
    expect(team).toMatchObject({
      Archived: "false",
      Owners: "Owner anna; Owner bert",
      "Owner Emails": "anna@contoso.com; bert@contoso.com",
    });
    expect(team).toMatchObject({
      Members: "12",
      "Mailbox Storage (MB)": "19.4",
      Warnings: "",
      "Warning Count": "0",
      Created: "2024-02-11",
    });
    const archived = { ...rowOf(facts()), archived: true, warnings: ["owner-none" as const, "team-quiet" as const] };
    expect(readCsv(await textOf(writeCsv(summaryOf([]), [archived])))).toMatchObject([
      { Archived: "true", Warnings: "owner-none; team-quiet" },
    ]);
  });

  test("an owner without a name stands there with the mail, else the id", async () => {
    const owners = [
      { id: "o1", displayName: null, mail: "o1@contoso.com" },
      { id: "o2", displayName: null, mail: null },
    ];
    expect(readCsv(await textOf(writeCsv(summaryOf([]), [{ ...rowOf(facts()), owners }])))).toMatchObject([
      { Owners: "o1@contoso.com; o2" },
    ]);
  });

  test("any text comes back whole, in every column", async () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "=", ";", "'", "a") }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (names) => {
        const lines = readCsv(await textOf(writeCsv(summaryOf([]), streamed(names.map(hostileRow)))));
        const written = names.map((name) => Buffer.from(name).toString());
        expect(lines.map((line) => unguarded(line["Group Name"] ?? ""))).toEqual(written);
        for (const line of lines) expect(Object.keys(line)).toEqual(COLUMNS.map((column) => column.heading));
      }),
      { numRuns: 200 },
    );
  });

  test("more rows than one batch keep their order", async () => {
    const rows = Array.from({ length: 1201 }, (_, number) => ({ ...rowOf(facts()), id: `id-${number}` }));
    const lines = readCsv(await textOf(writeCsv(summaryOf(rows), streamed(rows))));
    expect(lines.map((line) => line["Group Id"])).toEqual(rows.map((row) => row.id));
  });
});
