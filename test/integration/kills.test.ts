import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ReportRow, Summary } from "../../src/model/report";
import { type Simulator, startSimulator } from "../../simulator";
import { runCommand, start } from "./command-line";

/** kill -9 at random moments, of the program or of its Azurite: `--resume` ends in the report that an undisturbed run makes. */
const KILLS = 20;

let folder: string;
let simulator: Simulator;
let environment: Record<string, string>;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 200, switches: { latencyMs: 50, shortPages: true } });
  environment = {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    FEATURES: "all",
  };
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const facts = ({ runId: _run, ageDays: _age, ...row }: ReportRow) => JSON.stringify(row);
const readRows = async (out: string) =>
  (JSON.parse(await readFile(path.join(out, "report.json"), "utf8")) as { rows: ReportRow[]; summary: Summary }).rows.map(facts);
const command = (name: string, ...more: string[]) => [
  "run",
  "--data",
  path.join(folder, name, "data"),
  "--out",
  path.join(folder, name, "out"),
  ...more,
];

function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Starts the run in this folder and kills it, so many times; then lets it end. @returns how often it ended before its kill. */
async function killOften(name: string, kills: number, seed: number): Promise<number> {
  const owner = path.join(folder, name, "data", simulator.tenant.id, "azurite.json");
  let finished = 0;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let killed = 0; killed < kills;) {
    const running = start(command(name, "--resume"), environment);
    const ended = running.finished.then(() => true);
    // From its first line on it reads, judges, publishes or saves; one in five is killed while it starts.
    const isStarting = random() < 0.2;
    const begun = isStarting ? Promise.resolve() : running.until(/\n/);
    const moment = begun.then(() => setTimeout((isStarting ? 1500 : 4000) * random(), false));
    if (await Promise.race([ended, moment])) {
      finished++;
      continue;
    }
    killed++;
    const { azuritePid } = JSON.parse(await readFile(owner, "utf8").catch(() => "{}")) as { azuritePid?: number };
    // The file may still name one that is gone.
    if (!azuritePid || random() >= 0.4 || !killProcess(azuritePid)) running.kill("SIGKILL");
    await running.finished;
  }
  const { code, stderr } = await runCommand(command(name, "--resume"), environment);
  expect([code, stderr]).toEqual([0, ""]);
  return finished;
}

test(`${KILLS} kills at random moments change nothing in the report`, async () => {
  expect((await runCommand(command("undisturbed"), environment)).code).toBe(0);
  const expected = await readRows(path.join(folder, "undisturbed", "out"));
  const finished = await Promise.all([11, 12].map((seed) => killOften(`killed-${seed}`, KILLS / 2, seed)));
  // A run that finished between two kills is compared with the next: results may not move either.
  const own = (row: string) =>
    JSON.stringify({ ...(JSON.parse(row) as ReportRow), change: null, resultSince: null, archivedAsOf: null });
  for (const seed of [11, 12]) {
    const rows = await readRows(path.join(folder, `killed-${seed}`, "out"));
    expect(rows.map(own)).toEqual(expected.map(own));
  }
  expect(Math.max(...finished)).toBeLessThan(KILLS / 2);
}, 600_000);

test("--resume keeps the first start and asks for no page a second time", async () => {
  const before = simulator.requests.length;
  const running = start(command("resumed"), environment);
  await running.until(/^teamsUsage: .* complete$/m);
  running.kill("SIGKILL");
  await running.finished;
  // What Azurite saves when its parent is gone is what had been written by then.
  const downloads = () =>
    simulator.requests.slice(before).filter(({ path: asked }) => asked.includes("getTeamsTeamActivityDetail")).length;
  expect(downloads()).toBe(1);
  const { code, stdout } = await runCommand(command("resumed", "--resume", "--json"), environment);
  const summary = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Summary;
  expect([code, summary.status]).toEqual([0, "Completed"]);
  expect(downloads()).toBe(1);
});

test("--resume makes a new report where nothing is unfinished", async () => {
  const { code, stdout } = await runCommand(command("fresh", "--resume"), environment);
  expect([code, stdout.includes("200 groups")]).toEqual([0, true]);
});
