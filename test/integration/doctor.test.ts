import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Diagnosis } from "../../src/admin/doctor/diagnose";
import { APP_ROLES, defaultSwitches, type Simulator, startSimulator } from "../../simulator";
import { startServer, stopServers } from "../graph/scripted-server";
import { runCommand } from "./command-line";

/** `doctor` by the built command line: what it says of a tenant where one thing after another is not as it should be. */
const DEFAULT_SET = [
  "GroupMember.Read.All",
  "User.Read.All",
  "Reports.Read.All",
  "ReportSettings.Read.All",
  "TeamSettings.Read.All",
];

let simulator: Simulator;
let data: string;
let skewMs = 0;

beforeAll(async () => {
  data = mkdtempSync(path.join(tmpdir(), "doctor-"));
  simulator = await startSimulator({ groups: 40, clock: () => Date.now() + skewMs });
});
afterAll(async () => {
  await simulator.close();
  rmSync(data, { recursive: true });
});
beforeEach(() => {
  skewMs = 0;
  Object.assign(simulator.switches, { ...defaultSwitches(), permissions: new Set(DEFAULT_SET) });
});

async function examine(
  environment: Record<string, string> = {},
): Promise<Diagnosis & { code: number | null; find: (name: string) => string }> {
  const { code, stdout, stderr } = await runCommand(["doctor", "--json", "--data", data], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    ...environment,
  });
  expect(stderr).toBe("");
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  const find = (name: string) => {
    const check = diagnosis.checks.find((one) => one.name === name);
    return check
      ? `${check.state}: ${check.said}${check.lost ? ` Lost: ${check.lost}.` : ""}${check.remedy ? ` To do: ${check.remedy}.` : ""}`
      : "not looked at";
  };
  return { ...diagnosis, code, find };
}

test("with the default set of permissions everything works, and it ends with 0", async () => {
  const { code, works, checks, find } = await examine();
  expect([code, works]).toEqual([0, true]);
  expect(checks.filter(({ state }) => state === "problem" || state === "warning")).toEqual([]);
  for (const name of DEFAULT_SET) expect(find(name)).toMatch(/^ok: For /);
  expect(find("AuditLog.Read.All")).toMatch(/^off: Not needed: the feature signIns is off/);
  expect(find("groups")).toMatch(/^ok: Of \d{4}-\d\d-\d\d, with \d+ rows\.$/);
  expect(find("embedded")).toContain(data);
  expect(readdirSync(data)).toEqual([]);
});

test("a variable that is one letter from a setting deserves a look, and spoils nothing", async () => {
  const { code, works, find } = await examine({ RETENTION_DAY: "10", RETENTION: "x" });
  expect([code, works]).toEqual([0, true]);
  expect(find("RETENTION_DAY")).toBe(
    "warning: The variable RETENTION_DAY is set, but there is no such setting. Did you mean RETENTION_DAYS?",
  );
  expect(find("RETENTION")).toBe("not looked at");
});

test("what it asks is what a run asks, and little of it", async () => {
  const before = simulator.requests.length;
  await examine({ FEATURES: "all" });
  const asked = simulator.requests.slice(before).filter(({ host }) => host === "graph");
  expect(asked.length).toBeLessThan(20);
  expect(asked.every(({ method }) => method === "GET")).toBe(true);
});

test.each([
  ["GroupMember.Read.All", "teams", /Lost: everything: there is no report without the list of groups\..*grant --identity/],
  ["User.Read.All", "teams", /Lost: Owners, Owner Emails, Active Owners, Owner State\./],
  ["Reports.Read.All", "teams", /Lost: all activity, members, guests/],
  ["ReportSettings.Read.All", "teams", /Lost: no column/],
  [
    "TeamSettings.Read.All",
    "teams",
    /Lost: Archived, Archived As Of.*grant --identity [0-9a-f-]{36} --features teams; a managed identity may need up to 24 hours/,
  ],
  ["AuditLog.Read.All", "signIns", /Lost: Active Owners.*--features signIns/],
  ["Sites.Read.All", "sites", /Lost: Site URL.*--features sites/],
])("without %s it names the columns that are lost and the command that grants it", async (name, feature, said) => {
  simulator.switches.permissions = new Set([...APP_ROLES].filter((role) => role !== name));
  const { code, works, find } = await examine({ FEATURES: `teams,${feature}` });
  expect([code, works]).toEqual([1, false]);
  expect(find(name)).toMatch(/^problem: Denied\./);
  expect(find(name)).toMatch(said);
});

test("permissions that are held and not needed are named, with how to take them away; they are no problem", async () => {
  simulator.switches.permissions = new Set([...DEFAULT_SET, "Sites.Read.All", "Group.ReadWrite.All"]);
  const { code, checks } = await examine();
  const warnings = checks.filter(({ state }) => state === "warning");
  expect([code, warnings.map(({ name }) => name).toSorted()]).toEqual([0, ["Group.ReadWrite.All", "Sites.Read.All"]]);
  expect(warnings.find(({ name }) => name === "Sites.Read.All")?.remedy).toMatch(/--revoke/);
});

test("a permission is judged by a call, not by the token, which may be stale", async () => {
  simulator.switches.permissions = new Set(DEFAULT_SET.slice(0, 2));
  await examine();
  // From now on the platform gives that token again, whatever is granted.
  simulator.switches.rolesStale = true;
  simulator.switches.permissions = new Set(DEFAULT_SET);
  const { find, code } = await examine();
  expect(code).toBe(1);
  expect(find("Reports.Read.All")).toMatch(/up to 24 hours/);
});

test("a tenant that hides names is told, with where the setting is", async () => {
  simulator.switches.concealed = true;
  const { code, find } = await examine();
  expect(code).toBe(1);
  expect(find("concealment")).toMatch(
    /^problem: The tenant's setting hides names and ids.*To do: Microsoft 365 admin center > Settings/,
  );
  expect(find("teams")).toMatch(/^problem: Of .*; it hides names and ids\./);
});

test("data that is old is worth a look, and no problem", async () => {
  simulator.switches.staleReportDays = 12;
  const { code, find } = await examine();
  expect(code).toBe(0);
  expect(find("sites")).toMatch(/^warning: Of .*, 1\d days ago: older than usual\./);
});

test("a clock that is wrong is noticed by Graph's, and told with its direction", async () => {
  skewMs = 11 * 60_000;
  const { code, find } = await examine();
  expect(code).toBe(0);
  expect(find("this machine")).toMatch(/^warning: It is 11 min behind Graph's\./);
});

test("an identity that gets no token is told in its own words; the rest that can be looked at is", async () => {
  const { code, checks, find } = await examine({ AZURE_CLIENT_ID: "33333333-3333-4333-8333-333333333333" });
  expect(code).toBe(1);
  expect(find("managed-identity")).toMatch(/^problem: The managed identity endpoint refused a token/);
  expect(checks.map(({ section }) => section)).toEqual(["identity", "storage", "cloud"]);
});

test("a Graph that is out of reach is told once, and nothing is claimed of what was not seen", async () => {
  const gone = await startServer();
  await gone.stop();
  const { code, checks, find } = await examine({ GRAPH_ENDPOINT: gone.origin });
  expect(code).toBe(1);
  expect(find("Graph")).toMatch(/^problem: No answer from 127\.0\.0\.1:\d+ to GET .*ECONNREFUSED.*Lost: everything/);
  expect(checks.map(({ section }) => section)).toEqual(["identity", "token", "token", "storage", "cloud"]);
});

test("what answers in Graph's place, such as a proxy's page, is told as that", async () => {
  const server = await startServer(...Array.from({ length: 9 }, () => ({ body: "<html>Please sign in</html>" })));
  const { code, find } = await examine({ GRAPH_ENDPOINT: server.origin }).finally(stopServers);
  expect(code).toBe(1);
  expect(find("Graph")).toMatch(/^problem: Graph keeps answering GET \/v1\.0\/organization with a broken answer/);
});

test("a token that Graph refuses is told once, in Graph's words", async () => {
  Object.assign(simulator.switches, { caeChallenge: "always", caeWithoutCapability: true });
  const { code, checks, find } = await examine();
  expect(code).toBe(1);
  expect(find("Graph")).toMatch(/^problem: Graph refused the token of GET .*TokenIssuedBeforeRevocationTimestamp/);
  expect(checks.filter(({ state }) => state === "problem")).toHaveLength(1);
});

test("a Graph that throttles is no problem, but nobody can say then that a run will work", async () => {
  simulator.switches.retryAfterSeconds = 120;
  simulator.switches.failures = [{ fault: "throttle429", probability: 1 }];
  const { checks, code, works } = await examine();
  expect(checks.filter(({ state }) => state === "problem")).toEqual([]);
  expect(checks.filter(({ state, said }) => state === "unknown" && said.startsWith("Graph is throttling"))).toHaveLength(8);
  expect([code, works]).toEqual([1, false]);
});

test("without the list of groups, and without users, what builds on them is not blamed", async () => {
  simulator.switches.permissions = new Set([...APP_ROLES].filter((role) => !/^(GroupMember|User)\.Read\.All$/.test(role)));
  const { find } = await examine({ FEATURES: "teams,signIns" });
  for (const name of ["GroupMember.Read.All", "User.Read.All"]) expect(find(name)).toMatch(/^problem: Denied/);
  expect(find("TeamSettings.Read.All")).toBe("off: Not tried: see GroupMember.Read.All first.");
  expect(find("AuditLog.Read.All")).toBe("off: Not tried: see User.Read.All first.");
});

test("a team that is gone when it is asked for says nothing of the permission", async () => {
  simulator.switches.groupsGone = 1;
  const { code, find } = await examine();
  expect([find("TeamSettings.Read.All"), code]).toEqual(["ok: For telling whether a team is archived.", 0]);
});

test("a tenant without P1 is told that a licence lacks, not a permission", async () => {
  simulator.switches.nonPremium = true;
  simulator.switches.permissions = new Set(APP_ROLES);
  const { code, find } = await examine({ FEATURES: "signIns" });
  expect(code).toBe(1);
  expect(find("AuditLog.Read.All")).toMatch(
    /^problem: The tenant has no Microsoft Entra ID P1 or P2.*Leave signIns out of FEATURES/,
  );
});

test("a data folder that can't be made is told with its name", async () => {
  const file = path.join(data, "file");
  writeFileSync(file, "");
  const { code, stdout } = await runCommand(["doctor", "--data", path.join(file, "below")], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });
  rmSync(file);
  expect(code).toBe(1);
  expect(stdout).toMatch(/PROBLEM {2}embedded .*file\/below can't be written: .*\n.*To do: Name another with --data/);
});

test("storage that can't be used is told", async () => {
  const REPORT_STORAGE =
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=bm90aGluZw==;BlobEndpoint=http://127.0.0.1:9/a;TableEndpoint=http://127.0.0.1:9/a;";
  const { code, find } = await examine({ REPORT_STORAGE });
  expect(code).toBe(1);
  expect(find("REPORT_STORAGE")).toMatch(/^problem: The storage account .* can't be used/);
  expect(find("REPORT_STORAGE")).not.toContain("bm90aGluZw");
}, 120_000);

test("the page for people has every section, what is lost and what to do, and its verdict last", async () => {
  simulator.switches.permissions = new Set(DEFAULT_SET.slice(0, 4));
  const { code, stdout } = await runCommand(["doctor", "--data", data], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });
  expect(code).toBe(1);
  for (const heading of ["Identity", "Token", "Permissions", "Usage reports", "Storage", "Clock", "Cloud"])
    expect(stdout).toMatch(new RegExp(`^${heading}$`, "m"));
  expect(stdout).toMatch(/^ {2}PROBLEM {2}TeamSettings\.Read\.All .*\n +Lost: .*\n +To do: .*grant/m);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("A run will not give all that is switched on: see PROBLEM above.");
  expect(stdout).not.toMatch(/eyJ/);
});
