import { isHidden, readUsageReport, type UsageRow } from "../../src/sources/usage-csv";
import { type Reply, startServer, stopServers } from "../graph/scripted-server";
import { failureOf, makeWorld } from "../graph/world";
import { file, raw, startReportServers } from "./report-server";

afterEach(stopServers);

const HEADER = "Report Refresh Date,Team Name,Team Id,Count,Report Period";
const row = (n: number, name = `Team ${n}`) => `2026-11-21,${name},id-${n},${n},180`;
const toRecord = (line: UsageRow) => ({
  id: line.text("Team Id"),
  name: line.text("Team Name"),
  count: line.count("Count"),
  refreshed: line.day("Report Refresh Date"),
});

async function read(...replies: Reply[]) {
  const servers = await startReportServers(...replies);
  const { client, waits } = makeWorld(servers.graph.origin);
  return { servers, waits, reading: readUsageReport(client, "getTeamsTeamActivityDetail", ["Team Id"], toRecord) };
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
    rows: [{ id: "id-1", name: "Team 1", count: 1, refreshed: "2026-11-21" }],
    rowsRead: 1,
    dataDate: "2026-11-21",
    isConcealed: false,
  });
});

test("nor is it where the headings are quoted", async () => {
  const { reading } = await read(raw(`\uFEFF"Report Refresh Date","Team Id"\r\n"2026-11-21","id-1"\r\n`));
  expect(await reading).toMatchObject({ dataDate: "2026-11-21", rows: [{ id: "id-1" }] });
});

test("without a BOM it is read just so", async () => {
  const { reading } = await read(raw(`${HEADER}\n${row(1)}\n`));
  expect((await reading).dataDate).toBe("2026-11-21");
});

test.each([
  ["commas", '"Sales, North"', "Sales, North"],
  ["quotes", '"The ""best"" team"', 'The "best" team'],
  ["a line break", '"Two\r\nlines"', "Two\r\nlines"],
  ["other scripts", "Größe – 営業部 🚀", "Größe – 営業部 🚀"],
  ["nothing", "", ""],
])("a name may hold %s", async (_, cell, name) => {
  const { reading } = await read(file(HEADER, row(1, cell), row(2)));
  expect((await reading).rows.map((line) => [line.id, line.name])).toEqual([
    ["id-1", name],
    ["id-2", "Team 2"],
  ]);
});

test("columns are found by name, in any case and order, among columns that nobody knows", async () => {
  const { reading } = await read(
    file("COUNT,Site Sensitivity Label Id, team ID ,Report refresh date", "7,label,id-1,2026-11-21"),
  );
  expect((await reading).rows).toEqual([{ id: "id-1", name: "", count: 7, refreshed: "2026-11-21" }]);
});

test.each(["", " ", "n/a", "1.234,5 MB"])('a number that is "%s" is 0 in a row that exists', async (cell) => {
  const { reading } = await read(file(HEADER, `2026-11-21,x,id-1,"${cell}",180`));
  expect((await reading).rows[0]?.count).toBe(0);
});

test("large numbers are exact, and a date may come with a time", async () => {
  const { reading } = await read(file(HEADER, "2026-11-21T00:00:00Z,x,id-1,1455831000000,180"));
  expect((await reading).rows[0]).toMatchObject({ count: 1_455_831_000_000, refreshed: "2026-11-21" });
});

test("the newest refresh date counts; without one it is not known", async () => {
  const several = await read(file(HEADER, "2026-11-20,x,id-1,1,180", "2026-11-21,x,id-2,1,180", ",x,id-3,1,180"));
  expect((await several.reading).dataDate).toBe("2026-11-21");
  const none = await read(file(HEADER, ",x,id-3,1,180"));
  expect(await none.reading).toMatchObject({ dataDate: null, rowsRead: 1 });
});

test("a header alone is a report without rows", async () => {
  const { reading } = await read(file(HEADER));
  expect(await reading).toEqual({ rows: [], rowsRead: 0, dataDate: null, isConcealed: false });
});

test("a large file is read whole, whatever the borders of its chunks", async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => row(n, `"Größe, ${n}"`));
  const { reading } = await read(file(HEADER, ...lines));
  const { rows } = await reading;
  expect(rows).toHaveLength(20_000);
  expect(rows.at(-1)).toMatchObject({ id: "id-19999", name: "Größe, 19999", count: 19_999 });
});

describe("a file that is not whole is downloaded again", () => {
  const whole = file(HEADER, row(1), row(2));
  test.each([
    ["cut in the middle of a line", raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,Team`)],
    ["cut in the middle of a quoted name", raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,"Team`)],
    ["cut in the middle of the last cell", raw(`${HEADER}\r\n${row(1)}\r\n2026-11-21,Team 2,id-2,2,1`)],
    ["cut in the header", raw("Report Refresh Date,Te")],
    ["empty", raw("")],
    ["a sign-in page", { headers: { "content-type": "text/html" }, body: "<html>\n<body>Sign in</body>\n</html>\n" }],
    ["broken off by its connection", { ...raw(`${HEADER}\r\n${row(1)}\r\n`), fault: "cut" as const }],
  ])("%s", async (_, broken) => {
    const { servers, reading } = await read(broken, whole);
    expect((await reading).rows.map(({ id }) => id)).toEqual(["id-1", "id-2"]);
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
  const { rows } = await readUsageReport(makeWorld(graph.origin).client, "getTeamsTeamActivityDetail", ["Team Id"], toRecord);
  expect(rows).toHaveLength(1);
});

describe("concealed", () => {
  const zero = "00000000-0000-0000-0000-000000000000";

  test.each([
    [zero, true],
    ["7D3654B07E126BBD0D18174368FC243F", true],
    ["550802505126139905d733891825a254", true],
    ["02bd9fd6-8f93-4758-87c3-1fb73740a315", false],
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
    const lines = [...Array(hidden).fill(`2026-11-21,x,${zero},1,180`), ...Array.from({ length: open }, (_, n) => row(n))];
    const { reading } = await read(file(HEADER, ...lines));
    expect(await reading).toMatchObject({ isConcealed: expected, rowsRead: 4 });
  });
});

test("a reader that leaves rows out still counts them", async () => {
  const servers = await startReportServers(file(HEADER, row(1), row(2)));
  const report = await readUsageReport(makeWorld(servers.graph.origin).client, "x", ["Team Id"], (line) =>
    line.text("Team Id") === "id-1" ? toRecord(line) : undefined,
  );
  expect(report).toMatchObject({ rowsRead: 2, rows: [{ id: "id-1" }] });
});

test("columns that are all unknown are no usage report", async () => {
  const other = file("a,b", "1,2");
  const { reading } = await read(other, other, other);
  expect(await failureOf(reading)).toMatchObject({ code: "report-incomplete" });
});
