import type { UsageRecord } from "../../src/model/records";
import { tellByGuid } from "../../src/sources/tell-group";
import { readGuid } from "../../src/model/understood";
import { commonOf, figuresOf, readUsageReport } from "../../src/sources/usage-csv";
import type { UsageSpec } from "../../src/sources/usage-spec";
import { isHidden } from "../../src/sources/usage-tally";
import { type Reply, startServer, stopServers } from "../graph/scripted-server";
import { failureOf, makeWorld } from "../graph/world";
import { guid } from "./context";
import { file, raw, startReportServers } from "./report-server";

afterEach(stopServers);

const HEADER = "Report Refresh Date,Team Name,Team Id,Count,Report Period,Last Activity Date";
const row = (n: number, name = `Team ${n}`) => `2026-11-21,${name},${guid(n)},${n},180,2026-11-20`;

interface Line extends UsageRecord {
  name: string;
  count: number | null;
}

const SPEC: UsageSpec<Line, "count"> = {
  report: "getTeamsTeamActivityDetail",
  title: "the Teams report",
  keys: ["Team Id"],
  names: ["Team Name"],
  needed: ["Report Refresh Date"],
  filled: ["Last Activity Date"],
  counts: [{ noun: "message", columns: ["Count"] }],
  figures: { count: ["Count"] },
  tell: tellByGuid,
  toRecord(line) {
    const id = readGuid(line.text("Team Id"));
    if (id.kind !== "understood") return { leftOut: "Team Id" };
    return { id: id.value, name: line.text("Team Name"), ...commonOf(line), ...figuresOf(line.figures) };
  },
};

async function readFrom(origin: string) {
  const { client, waits } = makeWorld(origin);
  const rows: Line[] = [];
  const context = {
    client,
    startedAt: "2026-11-23T02:00:00Z",
    keep: async (some: { id: string }[]) => void rows.push(...(some as Line[])),
    discard: () => void rows.splice(0),
  };
  return { waits, reading: readUsageReport(context, SPEC).then((report) => ({ ...report, rows })) };
}

async function read(...replies: Reply[]) {
  const servers = await startReportServers(...replies);
  return { servers, ...(await readFrom(servers.graph.origin)) };
}

test("the report is asked for 180 days, once, and its address without the token", async () => {
  const { servers, reading } = await read(file(HEADER, row(1)));
  await reading;
  expect(servers.graph.seen.map(({ path }) => path)).toEqual(["/v1.0/reports/getTeamsTeamActivityDetail(period='D180')"]);
  expect(servers.files.seen).toHaveLength(1);
  expect(servers.files.seen[0]?.headers).not.toHaveProperty("authorization");
});

test("the BOM is no part of the first heading", async () => {
  const { reading } = await read(file(HEADER, row(1)));
  expect(await reading).toEqual({
    rows: [{ id: guid(1), name: "Team 1", count: 1, refreshed: "2026-11-21", lastActivity: "2026-11-20" }],
    rowsRead: 1,
    notUnderstood: 0,
    isUntold: false,
    listsIdle: false,
    dataDate: "2026-11-21",
    isConcealed: false,
    faults: [],
  });
});

test("nor is it where the headings are quoted", async () => {
  const { reading } = await read(raw(`\uFEFF"Report Refresh Date","Team Id"\r\n"2026-11-21","${guid(1)}"\r\n`));
  expect(await reading).toMatchObject({ dataDate: "2026-11-21", rows: [{ id: guid(1) }] });
});

test("without a BOM it is read just so", async () => {
  const { reading } = await read(raw(`${HEADER}\n${row(1)}\n`));
  expect((await reading).dataDate).toBe("2026-11-21");
});

test.each([
  ["commas", '"Sales, North"', "Sales, North"],
  ["quotes", '"The ""best"" team"', 'The "best" team'],
  ["a line break", '"Two\r\nlines"', "Two\r\nlines"],
  ["several line breaks", '"Three\nlines, and\na comma"', "Three\nlines, and\na comma"],
  ["a quote that is not doubled", 'The "best" team', 'The "best" team'],
  ["other scripts", "Größe – 営業部 🚀", "Größe – 営業部 🚀"],
  ["nothing", "", ""],
])("a name may hold %s", async (_, cell, name) => {
  const { reading } = await read(file(HEADER, row(1, cell), row(2)));
  expect((await reading).rows.map((line) => [line.id, line.name])).toEqual([
    [guid(1), name],
    [guid(2), "Team 2"],
  ]);
});

test("columns are found by name, in any case and order, among columns that nobody knows", async () => {
  const { reading } = await read(
    file("COUNT,Site Sensitivity Label Id, team ID ,Report refresh date,last activity date", `7,label,${guid(1)},2026-11-21,`),
  );
  const unclear = "the Teams report counts 7 messages but gives no date";
  expect((await reading).rows).toEqual([{ id: guid(1), name: "", count: 7, refreshed: "2026-11-21", lastActivity: { unclear } }]);
});

test.each(["", " "])('a number that is "%s" is 0 in a row that exists', async (cell) => {
  const { reading } = await read(file(HEADER, `2026-11-21,x,${guid(1)},"${cell}",180,`));
  expect(await reading).toMatchObject({ rows: [{ count: 0, lastActivity: null }], notUnderstood: 0, listsIdle: true });
});

test.each(["n/a", "1.234,5 MB", "12,345", "-3", "1e3", "NaN", "Infinity", "0x10", "١٢"])(
  'a number that is "%s" is not known, and neither is whether the group was idle',
  async (cell) => {
    const { reading } = await read(file(HEADER, `2026-11-21,x,${guid(1)},"${cell}",180,`));
    expect(await reading).toMatchObject({
      rows: [{ count: null, unread: expect.stringMatching(/^Count "/), lastActivity: { unclear: expect.anything() } }],
      notUnderstood: 1,
    });
  },
);

test("large numbers are exact, and a date may come with a time", async () => {
  const { reading } = await read(file(HEADER, `2026-11-21T00:00:00Z,x,${guid(1)},1455831000000,180,2026-11-20`));
  expect((await reading).rows[0]).toMatchObject({ count: 1_455_831_000_000, refreshed: "2026-11-21" });
});

test("the newest refresh date that a twentieth of the rows bears counts; without one it is not known", async () => {
  const dated = (day: string, n: number) => row(n).replace("2026-11-21", day);
  const many = Array.from({ length: 30 }, (_, n) => row(n));
  const stray = await read(file(HEADER, ...many, dated("2026-11-23", 31), dated("2099-01-01", 32), dated("2026-11-01", 33)));
  expect(await stray.reading).toMatchObject({ dataDate: "2026-11-21", rowsRead: 33, notUnderstood: 2, isUntold: false });
  const two = await read(file(HEADER, ...many, dated("2026-11-22", 31), dated("2026-11-22", 32)));
  expect((await two.reading).dataDate).toBe("2026-11-22");
  const none = await read(file(HEADER, dated("", 1)));
  expect(await none.reading).toMatchObject({ dataDate: null, rowsRead: 1, rows: [{ id: guid(1), leftOut: expect.anything() }] });
});

test("a header alone is a report without rows", async () => {
  const { reading } = await read(file(HEADER));
  expect(await reading).toMatchObject({ rows: [], rowsRead: 0, dataDate: null, isConcealed: false, faults: [] });
});

test("a large file is read whole, whatever the borders of its chunks", async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => row(n, `"Größe, ${n}"`));
  const { reading } = await read(file(HEADER, ...lines));
  const { rows } = await reading;
  expect(rows).toHaveLength(20_000);
  expect(rows.at(-1)).toMatchObject({ id: guid(19_999), name: "Größe, 19999", count: 19_999 });
});

describe("a file that is not whole is downloaded again", () => {
  const whole = file(HEADER, row(1), row(2));
  test.each([
    ["cut in the middle of a line", raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,Team`)],
    ["cut in the middle of a quoted name", raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,"Team`)],
    ["cut in the middle of the last cell", raw(`${HEADER}\r\n${row(1)}\r\n${row(2).slice(0, -1)}`)],
    ["cut in the header", raw("Report Refresh Date,Te")],
    ["empty", raw("")],
    ["a sign-in page", { headers: { "content-type": "text/html" }, body: "<html>\n<body>Sign in</body>\n</html>\n" }],
    ["broken off by its connection", { ...raw(`${HEADER}\r\n${row(1)}\r\n`), fault: "cut" as const }],
  ])("%s", async (_, broken) => {
    const { servers, reading } = await read(broken, whole);
    expect((await reading).rows.map(({ id }) => id)).toEqual([guid(1), guid(2)]);
    expect(servers.graph.seen).toHaveLength(2);
  });

  test("and nothing of the broken one is kept", async () => {
    const { reading } = await read(raw(`${HEADER}\r\n${row(8)}\r\n${row(9)}\r\n2026`), whole);
    expect((await reading).rowsRead).toBe(2);
  });

  test("and given up as incomplete after three", async () => {
    const cut = raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,Team`);
    const { servers, reading } = await read(cut, cut, cut, whole);
    const error = await failureOf(reading);
    expect(error.code).toBe("report-incomplete");
    expect(error.message).toContain("getTeamsTeamActivityDetail");
    expect(error.message).toContain("ends in the middle of a line");
    expect(error.message).not.toContain("SIGNED");
    expect(servers.files.seen).toHaveLength(3);
  });
});

describe("a file without a last line end", () => {
  const open = raw(`${HEADER}\n${row(1)}\n${row(2)}`);

  test("counts once it came twice the same", async () => {
    const { servers, reading } = await read(open, open);
    expect((await reading).rows).toHaveLength(2);
    expect(servers.files.seen).toHaveLength(2);
  });

  test("is not taken when the second one is longer", async () => {
    const longer = raw(`${HEADER}\n${row(1)}\n${row(2)}\n${row(3)}\n`);
    const { reading } = await read(open, longer);
    expect((await reading).rows).toHaveLength(3);
  });
});

test("a report that answers without a redirect is read as well", async () => {
  const graph = await startServer(file(HEADER, row(1)));
  const { reading } = await readFrom(graph.origin);
  expect((await reading).rows).toHaveLength(1);
});

describe("concealed", () => {
  const zero = "00000000-0000-0000-0000-000000000000";

  test.each([
    [zero, true],
    ["7D3654B07E126BBD0D18174368FC243F", true],
    ["550802505126139905d733891825a254", true],
    ["02bd9fd6-8f93-4758-87c3-1fb73740a315", false],
    ["<PII:H101(9f86d081884c)>", true],
    ["hr@contoso.com", false],
    ["", false],
  ])('"%s" is hidden: %p', (value, hidden) => {
    expect(isHidden(value)).toBe(hidden);
  });

  test.each([
    [3, 1, true],
    [2, 2, false],
    [1, 3, false],
  ])("%d hidden rows and %d open ones: %p", async (hidden, open, expected) => {
    const lines = [...Array(hidden).fill(row(1).replace(guid(1), zero)), ...Array.from({ length: open }, (_, n) => row(n))];
    const { reading } = await read(file(HEADER, ...lines));
    expect(await reading).toMatchObject({ isConcealed: expected, rowsRead: 4 });
  });
});

test("columns that are all unknown are no usage report", async () => {
  const other = file("a,b", "1,2");
  const { reading } = await read(other, other, other);
  expect(await failureOf(reading)).toMatchObject({ code: "report-incomplete" });
});

describe("a row that is out of order", () => {
  const others = [1, 2, 3, 4].map((n) => row(n));
  const ids = [1, 2, 3, 4].map((n) => guid(n));
  const broken = row(9, '"Alpha');

  test.each<[string, string[], string | undefined]>([
    ["has a comma too many", [row(9, "Sales, North")], guid(9)],
    ["has too few cells", [`2026-11-21,Team 9,${guid(9)},9`], guid(9)],
    ["has a quote without its end", [broken], guid(9)],
    ["has quotes that close rows later", [broken, row(5), row(8, 'Beta"')], guid(9)],
    ["has a quote without its end and no id", [broken.replace(guid(9), "")], undefined],
    ["has a line end in its id", [row(9).replace(guid(9), `"${guid(9)}\r\n"`)], guid(9)],
    ["is longer than any row", [row(9, "x".repeat(40_000))], undefined],
    ["names no day as its Report Refresh Date", [row(9).replace("2026-11-21", "21.11.2026")], guid(9)],
    ["has no id", [row(9).replace(guid(9), "")], undefined],
    ["has an id that is none", [row(9).replace(guid(9), "Team-9")], undefined],
  ])("because it %s, costs itself alone", async (_, lines, id) => {
    const { reading } = await read(file(HEADER, ...others.slice(0, 2), ...lines, ...others.slice(2)));
    const { rows, ...report } = await reading;
    const leftOut = rows.filter((line) => "leftOut" in line);
    expect(rows.filter((line) => line.name?.startsWith("Team ")).map((line) => line.id)).toEqual(expect.arrayContaining(ids));
    expect(leftOut.map((line) => line.id)).toEqual(id === undefined ? [] : [id]);
    expect(report).toMatchObject({ notUnderstood: 1, isUntold: id === undefined, listsIdle: true });
  });

  test("may have empty cells at its end", async () => {
    const { reading } = await read(file(HEADER, `${row(1)},,`));
    expect(await reading).toMatchObject({ rows: [{ id: guid(1) }], notUnderstood: 0 });
  });

  test("at the end of the file may have an open quote", async () => {
    const { reading } = await read(file(HEADER, ...others, broken));
    expect(await reading).toMatchObject({ rowsRead: 5, notUnderstood: 1, isUntold: false });
  });
});

test.each<[string, string[], RegExp]>([
  ["another period", [row(1).replace(",180,", ",7,"), row(2)], /^The Teams report says Report Period "7"/],
  [
    "no date in any row",
    [1, 2].map((n) => row(n).replace(/2026-11-20$/, "")),
    /^In the Teams report the column Last Activity Date is blank/,
  ],
  [
    "dates of another form",
    [1, 2, 3].map((n) => row(n).replace(/2026-11-20$/, '"<b>11/20/""2026"')),
    /^3 of 3 rows of the Teams report were not understood, first Last Activity Date "\?b\?11\/20\/\?2026"\.$/,
  ],
])("a report with %s is not trusted, and says why", async (_, lines, message) => {
  const { reading } = await read(file(HEADER, ...lines));
  expect((await reading).faults).toEqual([expect.stringMatching(message)]);
});
