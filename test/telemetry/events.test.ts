import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { errorCodeOf, eventLine } from "../../src/telemetry/event-line";
import { severityOf, type TelemetryEvent } from "../../src/telemetry/events";
import { type Simulator, startSimulator } from "../../simulator";
import { runCommand } from "../integration/command-line";
import { readDeclaredEvents } from "./declared-events";
import { readDocumentedEvents } from "./documented-events";

/** Every event of a run in which much goes wrong, as the built command line logs it with --verbose. */
type Logged = Record<string, unknown> & { event: string };

let simulator: Simulator;
let folder: string;
let events: Logged[];
let code: number | null;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 150 });
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  const { switches } = simulator;
  switches.permissions.delete("TeamSettings.Read.All");
  switches.csvHeaderOnly = { sites: true };
  switches.retryAfterSeconds = 11;
  switches.failures = [
    { fault: "throttle429", probability: 1, match: "getOffice365GroupsActivityDetail", times: 1 },
    { fault: "500", probability: 1, match: "getTeamsTeamActivityDetail", times: 5 },
    { fault: "dropBefore", probability: 1, match: "^GET /v1.0/groups\\?", times: 1 },
    { fault: "503", probability: 1, match: "^GET /v1.0/organization", times: 5 },
  ];
  const run = await runCommand(["run", "--out", path.join(folder, "out"), "--data", path.join(folder, "data"), "--verbose"], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });
  code = run.code;
  events = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Logged);
}, 240_000);
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const named = (event: string) => events.filter((one) => one.event === event);
const { version } = JSON.parse(readFileSync(path.join(__dirname, "../../package.json"), "utf8")) as { version: string };

test("docs/telemetry.md tells of every event that the code declares, with its fields, and of no other", () => {
  const documented = [...readDocumentedEvents()].map(([event, { fields }]): [string, string[]] => [event, fields.toSorted()]);
  const declared = [...readDeclaredEvents()].map(([event, fields]): [string, string[]] => [event, fields.toSorted()]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
});

test("each event holds the documented fields and no others, and the version", () => {
  const documented = readDocumentedEvents();
  expect(events.length).toBeGreaterThan(8);
  for (const { event, version: said, ...fields } of events) {
    expect([event, said]).toEqual([event, version]);
    const allowed = documented.get(event)?.fields ?? [];
    expect([event, Object.keys(fields).filter((field) => !allowed.includes(field))]).toEqual([event, []]);
    // A status is not there where there was no answer.
    const missing = allowed.filter((field) => !(field in fields) && !(event === "page-failed" && field === "status"));
    expect([event, missing]).toEqual([event, []]);
  }
});

test("no event holds a name, a mail address, a token, an address, or free words: ids, codes, times and numbers alone", () => {
  const texts = events
    .flatMap((event) => Object.values(event).flat())
    .filter((value) => typeof value !== "number" && typeof value !== "boolean");
  for (const text of texts) expect(text).toMatch(/^[A-Za-z0-9_.:-]{1,64}$/);
  expect(JSON.stringify(events)).not.toMatch(/eyJ|@|\/\/|\?/);
  const { name, domain } = simulator.tenant;
  for (const word of [name, domain]) expect(JSON.stringify(events)).not.toContain(word);
});

test("the run is told from its start to its end, with its gaps", () => {
  expect(code).toBe(0);
  const [started] = named("run-started");
  expect(started).toMatchObject({ by: "cli" });
  // Tokens are the process's.
  const ofRuns = events.filter(({ event }) => !event.startsWith("token"));
  expect(new Set(ofRuns.map(({ runId }) => runId))).toEqual(new Set([started?.["runId"]]));
  expect(named("token")).toMatchObject([
    { isRenewal: false, isCae: false, isOtherApp: false, missing: ["TeamSettings.Read.All"] },
  ]);
  expect(named("run-finished")).toMatchObject([{ status: "CompletedWithGaps", groups: 150, gaps: named("gap").length }]);
  expect(events.at(-1)?.event).toBe("run-finished");
  expect(named("gap").map(({ source, state }) => `${String(source)} ${String(state)}`)).toEqual(
    expect.arrayContaining(["siteUsage partial", "teams notPermitted"]),
  );
});

test("a throttled source says until when it rests, a failed page which requests failed, a page what it cost", () => {
  expect(named("wait")).toMatchObject([{ source: "groupsUsage", reason: "throttled" }]);
  expect(named("wait")[0]?.["until"]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const failed = named("page-failed");
  expect(failed.map(({ source, code: why, status }) => [source, why, status])).toEqual(
    expect.arrayContaining([
      ["groupsUsage", "graph-throttled", 429],
      ["teamsUsage", "graph-unavailable", 500],
      ["teams", "graph-denied", 403],
    ]),
  );
  const teams = failed.find(({ source }) => source === "teamsUsage");
  expect([teams?.["requests"], new Set(teams?.["requestIds"] as string[]).size]).toEqual([5, 5]);
  const groups = named("page").filter(({ source }) => source === "groups");
  // Its first try was cut off before an answer: it has no id.
  expect(groups[0]).toMatchObject({ rows: 150, requests: 3, retries: 1 });
  expect(groups[0]?.["requestIds"]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test("severities are as documented, and a failed run is an error", () => {
  const documented = readDocumentedEvents();
  expect([...documented.keys()].map((event) => [event, severityOf({ event } as TelemetryEvent)])).toEqual(
    [...documented].map(([event, { severity }]) => [event, severity]),
  );
  expect(severityOf({ event: "run-finished", runId: "r", status: "Failed", groups: 0, seconds: 0, gaps: 0 })).toBe("error");
});

test("of an error nothing is repeated but its code", () => {
  const codes = [
    Object.assign(new Error("Resource 'an@contoso.com'"), { statusCode: 404 }),
    new TypeError("an@contoso.com"),
    "an@contoso.com",
    undefined,
  ];
  expect(codes.map(errorCodeOf)).toEqual(["storage-404", "TypeError", "unknown", "unknown"]);
  expect(eventLine({ event: "run-removed", runId: "r" })).toMatch(/^\{"event":"run-removed","runId":"r","version":"[^"]+"\}$/);
});
