import { inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { cellOf, COLUMNS } from "../../../src/report/columns";
import { createRowEncoder } from "../../../src/report/html/encode-rows";
import type { Block, PageFacts } from "../../../src/report/html/page-data";
import { joinBlocks, ownersOf, valueOf } from "../../../src/web/report/data";
import type { GroupFacts, ReportRow, RunFacts } from "../../../src/model/report";
import { anyRun, groupFacts } from "../../verdict/any-facts";
import { facts as groupOf, owner, rowOf } from "../../verdict/facts";
import { judgedOf } from "../html-report";
import { HOSTILE, summaryOf } from "../reports";

const MARKS = ["\u0001", "\u00010", "\u00011@x", "\u00019", "9", "@", "a@", "", " ", "é İ ß K ſ", "\u2028", "__proto__", "none"];
const word = fc.oneof(
  fc.constantFrom(...HOSTILE, ...MARKS),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ maxLength: 12 }),
);
const name = fc.option(fc.array(word, { maxLength: 3 }).map((words) => words.join(" ")));

/** An address is often made of the name, whole or nearly. */
const named = fc
  .record({ displayName: name, end: word, made: fc.constantFrom("joined", "dotted", "other") })
  .map(({ displayName, end, made }) => {
    const text = displayName ?? "";
    const start = { joined: text.replace(/\s/g, ""), dotted: text.toLowerCase().replace(/\s+/g, "."), other: "" }[made];
    return { displayName, mail: start + end };
  });
const day = fc.constantFrom(null, "0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "2026-11-21", "9999-12-31");
const number = fc.constantFrom(null, 0, -0, 1, 0.01, 12.34, 2 ** 53 - 1, 1e21);

const wholeDays = fc.option(fc.nat(1_000_000));

/** A row that no tenant would give, but that a file must hold all the same. */
const hostile = fc.record({
  known: groupFacts,
  named,
  site: fc.option(fc.tuple(word, word)),
  owners: fc.array(named, { maxLength: 3 }),
  texts: fc.record({ description: name, sensitivityLabel: name, visibility: name }),
  id: fc.constantFrom("0a000000-0000-4000-8000-000000000001", "NO-GUID", "", "__proto__"),
  days: fc.record({ created: day, renewed: day, expires: day, lastActivity: day, teamLastActivity: day, archivedAsOf: day }),
  numbers: fc.record({
    ageDays: wholeDays,
    daysInactive: wholeDays,
    guests: number,
    mailboxStorageMB: number,
    siteStorageGB: number,
  }),
  source: fc.constantFrom(null, "Teams", "SharePoint", "Group"),
});

function rowsOf(known: GroupFacts, of: RunFacts, changes: Partial<ReportRow>): ReportRow {
  return { ...rowOf(known, of), ...changes };
}

test("a row comes out of the file as it went in, cell by cell and owner by owner, whatever it holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 6 }), anyRun, fc.nat(5), async (given, of, cut) => {
      const rows = given.map(({ known, named: names, site, owners, texts, id, days, numbers, source }) =>
        rowsOf(known, of, {
          ...names,
          ...texts,
          ...days,
          ...numbers,
          id,
          lastActivitySource: source as ReportRow["lastActivitySource"],
          siteUrl: site && site[0] + (names.mail.split("@")[0] ?? "") + site[1],
          owners: owners.map((one, at) => {
            const { id: ownerId } = owner(`${at}`);
            return { id: ownerId, ...one };
          }),
          ownerMails: owners.map(({ mail }) => mail).join("; "),
        }),
      );
      const summary = summaryOf([]);
      const sources = summary.sources.map((source) => ({ ...source, ...of.sources[source.name] }));
      const { runId, dataDate } = rows[0] as ReportRow;
      const facts: PageFacts = { ...summary, sources, runId, dataDate };
      const encoder = createRowEncoder(facts);
      const blocks: string[] = [];
      for (const [at, row] of rows.entries()) {
        encoder.add(judgedOf(row));
        if (at === cut) blocks.push(await encoder.takeBlock());
      }
      blocks.push(await encoder.takeBlock());
      const data = joinBlocks(
        facts,
        blocks.map((text) => JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString("utf8")) as Block),
      );
      // JSON has one zero.
      const plain = (value: unknown) => (value === 0 ? 0 : value);
      for (const [at, row] of rows.entries()) {
        for (const { key } of COLUMNS) expect([key, plain(valueOf(data, key, at))]).toEqual([key, plain(cellOf(row, key))]);
        expect(ownersOf(data, at)).toEqual(row.owners?.map(({ id, displayName, mail }) => [id, displayName, mail]) ?? null);
      }
    }),
    { numRuns: 150 },
  );
});

test("what follows from other columns stands as noughts, which deflate takes for nothing", async () => {
  const summary = summaryOf([]);
  const page: PageFacts = { ...summary, runId: "", dataDate: null };
  const dataDay = summary.sources.find(({ name: source }) => source === "teamsUsage")?.dataDate ?? summary.startedAt;
  const daysTo = (end: string, from: string) => (Date.parse(end.slice(0, 10)) - Date.parse(from)) / 86_400_000;
  const [created, lastActivity] = ["2020-02-29", "2026-10-01"];
  const row = {
    ...rowOf(groupOf()),
    created,
    renewed: created,
    ageDays: daysTo(summary.startedAt, created),
    lastActivity,
    teamLastActivity: lastActivity,
    lastActivitySource: "Teams" as const,
    daysInactive: daysTo(dataDay, lastActivity),
  };
  const encoder = createRowEncoder(page);
  encoder.add(judgedOf(row));
  const block = JSON.parse(inflateRawSync(Buffer.from(await encoder.takeBlock(), "base64")).toString("utf8")) as Block;
  const { renewed, lastActivity: last } = block.dates;
  expect([renewed, last, block.numbers.ageDays, block.numbers.daysInactive]).toEqual([[0], [0], [0], [0]]);
});
