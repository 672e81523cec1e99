import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Summary } from "../../src/model/report";
import { type Simulator, startSimulator } from "../../simulator";
import { runCommand, start } from "./command-line";

let folder: string;
let simulator: Simulator;
let environment: Record<string, string>;
let out: string;
let data: string;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 200 });
  environment = {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  };
});
afterAll(() => simulator.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  out = path.join(folder, "out");
  data = path.join(folder, "data");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";
const lines = (text: string) => text.trimEnd().split("\n").length;

test("the demo makes the report of a simulated tenant and says where it is", async () => {
  const { code, stdout, stderr } = await runCommand(["demo", "--groups", "150", "--out", out, "--data", data]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^groups: 150 rows/m);
  expect(stdout).toContain("150 groups");
  expect(stdout).toContain(path.join(out, "report.html"));
  expect((await readdir(out)).toSorted()).toEqual(["report.csv", "report.html", "report.json", "report.xlsx"]);
});

test("run --json ends with the summary in one line, and keeps stderr clean", async () => {
  const { code, stdout, stderr } = await runCommand(["run", "--out", out, "--data", data, "--json"], environment);
  expect([code, stderr]).toEqual([0, ""]);
  const summary = JSON.parse(lastLine(stdout)) as Summary;
  expect(summary).toMatchObject({ status: "Completed", groups: 200, tenant: { id: simulator.tenant.id } });
  for (const { name, bytes } of summary.outputs)
    expect([name, (await readFile(path.join(out, name))).length]).toEqual([name, bytes]);
});

test("the embedded storage is kept apart by tenant, and ends with the program", async () => {
  await runCommand(["run", "--out", out, "--data", data], environment);
  expect(await readdir(data)).toEqual([simulator.tenant.id]);
  expect(await readdir(path.join(data, simulator.tenant.id))).not.toContain("azurite.json");
});

test("two starts at once make one run and one refusal that names it", async () => {
  simulator.switches.hold = /\/groups\?/;
  const both = [0, 1].map(() => start(["run", "--out", out, "--data", data, "--json"], environment).finished);
  await Promise.race(both);
  simulator.switches.hold = null;
  const ended = await Promise.all(both);
  const won = ended.find(({ code }) => code === 0);
  const refused = ended.find(({ code }) => code === 1);
  const { runId } = JSON.parse(lastLine(won?.stdout ?? "{}")) as Summary;
  expect(refused?.stderr).toContain(`Run ${runId} is in progress`);
  expect(lines(refused?.stderr ?? "")).toBe(1);
});

test("Ctrl-C cancels: Graph is left alone, nothing is written, the next run can start", async () => {
  simulator.switches.hold = /\/groups\?/;
  const before = simulator.requests.length;
  const running = start(["run", "--out", out, "--data", data], environment);
  while (!simulator.requests.slice(before).some(({ path: asked }) => asked.includes("/groups")))
    await new Promise((resolve) => setTimeout(resolve, 50));
  running.kill("SIGINT");
  // It ends without the answer that it was waiting for.
  const { code, stderr } = await running.finished;
  simulator.switches.hold = null;
  expect([code, lastLine(stderr)]).toEqual([1, "The run was cancelled."]);
  expect(await readdir(out)).toEqual([]);
  expect((await runCommand(["run", "--out", out, "--data", data], environment)).code).toBe(0);
});

test("a run whose process was killed leaves no lock behind", async () => {
  simulator.switches.hold = /\/groups\?/;
  const before = simulator.requests.length;
  const running = start(["run", "--out", out, "--data", data], environment);
  while (!simulator.requests.slice(before).some(({ path: asked }) => asked.includes("/groups")))
    await new Promise((resolve) => setTimeout(resolve, 50));
  running.kill("SIGKILL");
  await running.finished;
  simulator.switches.hold = null;
  const { code, stderr } = await runCommand(["run", "--out", out, "--data", data], environment);
  expect([code, stderr]).toEqual([0, ""]);
});

describe("bad input ends with exit code 1 and one line that says what to do", () => {
  async function expectRefusal(args: string[], variables: Record<string, string>, pattern: RegExp): Promise<void> {
    const { code, stdout, stderr } = await runCommand(args, variables);
    expect([code, lines(stderr), stdout]).toEqual([1, 1, ""]);
    expect(stderr).toMatch(pattern);
    expect(stderr).not.toMatch(/\bat .*\.js|\.ts:/);
  }
  const run = () => ["run", "--out", out, "--data", data];

  test("a setting that is no number", () =>
    expectRefusal(run(), { ...environment, INACTIVE_DAYS: "ninety" }, /INACTIVE_DAYS is "ninety".*whole number/));

  test("an output folder that can't be written", async () => {
    await writeFile(path.join(folder, "file"), "");
    await expectRefusal(
      ["run", "--out", path.join(folder, "file"), "--data", data],
      environment,
      /output folder .*file can't be written.*--out/,
    );
  });

  test("a data folder that can't be written", async () => {
    await writeFile(path.join(folder, "file"), "");
    await expectRefusal(
      ["run", "--out", out, "--data", path.join(folder, "file")],
      environment,
      /embedded storage can't be made.*--data/,
    );
  });

  test("no output folder named", () => expectRefusal(["run"], environment, /--out/));

  test("no credentials at all", () =>
    expectRefusal(run(), { GRAPH_ENDPOINT: simulator.graphEndpoint }, /No credentials found: set AZURE_TENANT_ID/));

  test("a managed identity that refuses", () =>
    expectRefusal(
      run(),
      { ...environment, IDENTITY_HEADER: "wrong" },
      /managed identity endpoint refused a token.*identity is assigned/,
    ));

  test("groups refused: the permission is named, and what was in the folder stays", async () => {
    await runCommand(run(), environment);
    const was = await readFile(path.join(out, "report.json"), "utf8");
    simulator.switches.groupsDenied = true;
    const { code, stdout, stderr } = await runCommand([...run(), "--json"], environment);
    simulator.switches.groupsDenied = false;
    expect([code, lines(stderr)]).toEqual([1, 1]);
    expect(stderr).toContain("GroupMember.Read.All");
    expect(JSON.parse(lastLine(stdout))).toMatchObject({ status: "Failed" });
    expect(await readFile(path.join(out, "report.json"), "utf8")).toBe(was);
    expect((await readdir(out)).toSorted()).toEqual(["report.csv", "report.html", "report.json", "report.xlsx"]);
  });
});

test("a misspelt setting is asked about once and refuses nothing, and stderr stays clean", async () => {
  const misspelt = { ...environment, FEATURE: "all", GRAPH_ENDPIONT: "https://graph.example", PATHS: "x" };
  const { code, stdout, stderr } = await runCommand(["run", "--out", out, "--data", data, "--json"], misspelt);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.match(/^.*Did you mean.*$/gm)).toEqual([
    "The variable FEATURE is set, but there is no such setting. Did you mean FEATURES?",
    "The variable GRAPH_ENDPIONT is set, but there is no such setting. Did you mean GRAPH_ENDPOINT?",
  ]);
  expect((JSON.parse(lastLine(stdout)) as Summary).status).toBe("Completed");
});

test("settings that contradict each other are refused in one line, and the summary knows no figure", async () => {
  const contradictory = { ...environment, INACTIVE_DAYS: "200" };
  const { code, stdout, stderr } = await runCommand(["run", "--out", out, "--data", data, "--json"], contradictory);
  expect([code, lines(stderr)]).toEqual([1, 1]);
  expect(stderr).toContain("INACTIVE_DAYS is 200 and FAIL_DAYS is 180 (its default)");
  expect(JSON.parse(lastLine(stdout))).toMatchObject({
    status: "Failed",
    groups: null,
    guestMemberships: null,
    byResult: { Fail: null },
  });
});

test("with hidden names the terminal says what is not known, why, and once what to do", async () => {
  simulator.switches.concealed = true;
  const { code, stdout } = await runCommand(["run", "--out", out, "--data", data], environment);
  simulator.switches.concealed = false;
  expect(code).toBe(0);
  expect(stdout).toMatch(/communities not known \(groups report concealed\)/);
  expect(stdout).toMatch(/^Storage: not known \(site report, groups report concealed\), of that in Fail rows: not known/m);
  expect(stdout).toMatch(/^Results: .*Fail 0 seen.*\d+ groups could not be judged/m);
  expect(stdout).toMatch(/Guest memberships: not known \(groups report concealed\)/);
  expect(stdout.match(/^Gap: .*$/gm)).toEqual([
    expect.stringMatching(/^Gap: Groups usage report, Teams usage report, SharePoint site usage report: concealed\./),
  ]);
  expect(stdout).not.toMatch(/\b0 (GB|communities)/);
});
