import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readDeclaredEvents } from "../telemetry/declared-events";
import { deploy, only, ofType, type Resource, ROOT } from "./deployment";

const queries = path.join(ROOT, "infra/queries");
const queryOf = (name: string) => readFileSync(path.join(queries, name), "utf8");

interface Rule {
  enabled: boolean;
  scopes: string[];
  evaluationFrequency: string;
  windowSize: string;
  overrideQueryTimeRange?: string;
  criteria: { allOf: { query: string; timeAggregation: string; operator: string; threshold: number }[] };
  actions: { actionGroups?: string[] };
}

function rule(name: string, resources: Resource[] = deploy()): Rule {
  const found = ofType(resources, "Microsoft.Insights/scheduledQueryRules").find((one) => one.name.startsWith(`alert-${name}-`));
  if (!found?.properties) throw new Error(`no alert ${name}`);
  return found.properties as unknown as Rule;
}

const ALERTS = ["no-published-run", "unended-run", "failed-run", "run-with-gaps"];

test("there are four alerts, switched on, on the app's own telemetry, with the queries of infra/queries", () => {
  const component = only(deploy(), "Microsoft.Insights/components");
  expect(ofType(deploy(), "Microsoft.Insights/scheduledQueryRules").length).toBe(4);
  for (const name of ALERTS) {
    expect(rule(name)).toMatchObject({ enabled: true, scopes: [component.id] });
    expect(
      rule(name).criteria.allOf.map(({ query, timeAggregation, operator, threshold }) => ({
        query,
        timeAggregation,
        operator,
        threshold,
      })),
    ).toEqual([{ query: queryOf(`${name}.kql`), timeAggregation: "Count", operator: "GreaterThan", threshold: 0 }]);
  }
});

test("26 hours without a published run: the query looks back further than any window, and a silent app counts as none", () => {
  const { overrideQueryTimeRange, windowSize, evaluationFrequency } = rule("no-published-run");
  expect([overrideQueryTimeRange, windowSize, evaluationFrequency]).toEqual(["P2D", "P1D", "PT1H"]);
  const query = queryOf("no-published-run.kql");
  expect(query).toContain("ago(26h)");
  // `summarize count()` without `by` gives one row, 0, where no line matches: the row that the alert counts. Its time lies in
  // the newest window, whichever of the two columns the rule goes by.
  expect(query.trim().split("\n").slice(-3)).toEqual([
    "| summarize published = count()",
    "| where published == 0",
    "| extend timestamp = ago(1h), TimeGenerated = ago(1h)",
  ]);
});

test("a run that never ended is told by its silence: both ends are known, a logged wait is no silence, and the run names the alert", () => {
  const found = rule("unended-run");
  expect(found).toMatchObject({ evaluationFrequency: "PT1H", windowSize: "P1D", overrideQueryTimeRange: "P2D" });
  expect(found.criteria.allOf).toMatchObject([{ dimensions: [{ name: "runId", operator: "Include", values: ["*"] }] }]);
  const query = queryOf("unended-run.kql");
  expect(eventsOf(query)).toEqual(["run-started", "run-finished", "run-taken-over", "wait"]);
  expect(query).toMatch(/where started > 0 and ended == 0 and lastHeard < ago\(3h\)/);
});

test("an ended run is told once, by its id, though each is looked for in two hours of every hour", () => {
  for (const name of ["failed-run", "run-with-gaps"]) {
    expect(rule(name)).toMatchObject({ evaluationFrequency: "PT1H", windowSize: "PT2H", autoMitigate: true });
    expect(rule(name).criteria.allOf).toMatchObject([{ dimensions: [{ name: "runId", operator: "Include", values: ["*"] }] }]);
    expect(queryOf(`${name}.kql`)).toMatch(/ago\(2h\)[\s\S]*runId = tostring\(e\.runId\)/);
  }
});

test("a mail goes out where an address is given, and none otherwise", () => {
  expect(ofType(deploy(), "Microsoft.Insights/actionGroups")).toEqual([]);
  expect(rule("failed-run").actions).toEqual({});
  const resources = deploy("param alertEmail = 'admin@contoso.example'");
  const group = only(resources, "Microsoft.Insights/actionGroups");
  expect(group.properties).toMatchObject({ emailReceivers: [{ emailAddress: "admin@contoso.example" }] });
  for (const name of ALERTS) {
    expect(rule(name, resources).actions).toEqual({ actionGroups: [group.id] });
  }
});

interface Analysis {
  problems: string[];
  columns: string[];
}

/** What Microsoft's own parser says of some files of queries. */
function analyse(files: string[]): Analysis[] {
  const output = execFileSync(process.execPath, [path.join(__dirname, "kusto.cjs"), ...files]);
  return JSON.parse(output.toString()) as Analysis[];
}

let analysed: Map<string, Analysis>;
beforeAll(() => {
  const names = readdirSync(queries);
  const answers = analyse(names.map((name) => path.join(queries, name)));
  analysed = new Map(names.map((name, index) => [name, answers[index] as Analysis]));
});

test.each(readdirSync(queries))("%s is right in the eyes of Microsoft's own parser", (file) => {
  expect(analysed.get(file)?.problems).toEqual([]);
});

test("that parser knows a wrong query", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "groups-report-kql-"));
  try {
    const file = path.join(folder, "wrong.kql");
    writeFileSync(file, "traces | where timestmp > ago(2h)");
    expect(analyse([file])[0]?.problems).toEqual([expect.stringContaining("'timestmp'")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every alert's query gives the columns that its rule goes by", () => {
  for (const name of ALERTS) {
    const columns = analysed.get(`${name}.kql`)?.columns;
    expect(columns).toEqual(expect.arrayContaining(["timestamp: datetime", "TimeGenerated: datetime"]));
    if (name !== "no-published-run") expect(columns).toContain("runId: string");
  }
});

const declared = readDeclaredEvents();
/** The events that a query asks for by name. */
const eventsOf = (query: string) =>
  [...query.matchAll(/e\.event\) (?:==|in) \(?((?:"[a-z-]+"(?:, )?)+)/g)].flatMap(([, names = ""]) =>
    [...names.matchAll(/"([a-z-]+)"/g)].map(([, name = ""]) => name),
  );
/** The fields of an event that it reads. */
const fieldsOf = (query: string) =>
  [...query.matchAll(/\be(?:\.(\w+)|\["(\w+)"\])/g)].map(([, name, quoted]) => name ?? quoted ?? "");

test.each(readdirSync(queries))("%s asks for events that the app logs, and for fields that they have", (file) => {
  const query = queryOf(file);
  const asked = eventsOf(query);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((event) => !declared.has(event))).toEqual([]);
  const fields = ["event", ...asked.flatMap((event) => declared.get(event) ?? [])];
  expect(fieldsOf(query).filter((name) => !fields.includes(name))).toEqual([]);
});

test.each([
  ["throttling.kql", "throttledSeconds"],
  ["request-ids.kql", "requestIds"],
])("%s leaves out no event that has %s: a try that failed was a request too", (file, field) => {
  const having = [...declared].filter(([, fields]) => fields.includes(field)).map(([event]) => event);
  expect(having.length).toBeGreaterThan(1);
  expect([...new Set(eventsOf(queryOf(file)))].toSorted()).toEqual(having.toSorted());
});

test("docs/operations.md tells of every query and of what to do for each alert", () => {
  const text = readFileSync(path.join(ROOT, "docs/operations.md"), "utf8");
  expect(readdirSync(queries).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const section = /^## Alerts\n([\s\S]*?)^## /m.exec(text)?.[1] ?? "";
  const titles = ofType(deploy(), "Microsoft.Insights/scheduledQueryRules").map(({ properties }) =>
    String(properties?.["displayName"]),
  );
  for (const title of titles) expect(section).toContain(`| ${title.replace("Groups report: ", "")} `);
});
