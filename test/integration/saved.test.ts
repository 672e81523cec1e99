import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, rmdir, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startAzurite } from "../../src/local/azurite";
import type { ReportRow, Summary } from "../../src/model/report";
import { type Simulator, startSimulator } from "../../simulator";
import { createStore } from "../../src/store";
import { connect } from "../../src/store/connect";
import { type Finished, start, type Started } from "./command-line";
import { type SlowDisk, slowDisk } from "./slow-disk";

/** What the command line has published is on disk when it ends, however long that takes; what is not is told at the next start. */

/** An Azurite was once given so long, and then ended before it had written. */
const OLD_LIMIT_MS = 5000;

/** Programs start and end here a few times a test, beside others. */
jest.setTimeout(300_000);

let nights: string;
let folder: string;
let storage: string;
let simulator: Simulator;
let environment: Record<string, string>;
let disk: SlowDisk;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 60 });
  await openFolder();
  for (let night = 0; night < 2; night++) expect((await run().finished).code).toBe(0);
  nights = folder;
});
afterAll(async () => {
  await simulator.close();
  await rm(nights, { recursive: true, force: true });
});
beforeEach(openFolder);
afterEach(async () => {
  await disk.release();
  await rm(folder, { recursive: true, force: true });
});

async function openFolder(): Promise<void> {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  storage = path.join(folder, "data", simulator.tenant.id);
  disk = slowDisk(folder);
  environment = {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    FEATURES: "none",
    ...disk.environment,
  };
}

/** As two nights have left it. */
const takeNights = () => cp(path.join(nights, "data"), path.join(folder, "data"), { recursive: true });

const data = () => ["--data", path.join(folder, "data")];
const out = () => path.join(folder, "out");
const run = (...more: string[]) => start(["run", ...data(), "--out", out(), ...more], environment);
const readAzuritePid = async () =>
  (JSON.parse(await readFile(path.join(storage, "azurite.json"), "utf8")) as { azuritePid: number }).azuritePid;
const database = (service: string) => path.join(storage, `__azurite_db_${service}__.json`);
const readReport = async () =>
  JSON.parse(await readFile(path.join(out(), "report.json"), "utf8")) as { rows: ReportRow[]; summary: Summary };
/** A first run's groups have nothing to be compared with. */
const isCompared = async () => (await readReport()).rows.some(({ change }) => change === "same");

/** A fresh start on the folder. */
async function readStored() {
  const azurite = await startAzurite(storage);
  try {
    const connection = await connect({ kind: "connectionString", connectionString: azurite.connectionString });
    const { runs, files } = createStore(connection);
    let records = 0;
    for await (const _ of connection.tables.records.listEntities()) records++;
    const stored = (await runs.list()).map(({ runId, status }) => ({ runId, status }));
    return { runs: stored, lock: await runs.readLock(), records, latest: (await files.readLatest())?.runId };
  } finally {
    await azurite.stop();
  }
}

/** Until the last save is held by the disk. */
async function untilSaving(running: Started): Promise<number> {
  await running.until(/^groups: /m);
  const pid = await readAzuritePid();
  disk.hold();
  await running.until(/^Saving /m);
  await disk.held();
  return pid;
}

test("a run ends, and says Completed, when it is on disk, and that takes as long as it takes", async () => {
  const running = run("--json");
  await untilSaving(running);
  await delay(OLD_LIMIT_MS + 1500);
  await disk.release();
  const { code, stdout, stderr } = await running.finished;
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.indexOf("Saving ")).toBeLessThan(stdout.indexOf("Completed"));
  const { runId, status } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Summary;
  expect(await readStored()).toEqual({ runs: [{ runId, status }], lock: undefined, records: 0, latest: runId });
});

describe("a program that goes while it saves leaves that to Azurite, and the next start waits", () => {
  test.each(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const)("%s", async (signal) => {
    const running = run();
    const pid = await untilSaving(running);
    running.kill(signal);
    await running.finished;
    const next = run();
    await next.until(`Waiting for the process ${pid}`);
    await disk.release();
    const { code, stdout, stderr } = await next.finished;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("not saved");
    expect(await isCompared()).toBe(true);
  });
});

test("serve saves before it ends", async () => {
  const serving = start(["serve", ...data(), "--port", "0"], environment);
  const [, url, key] = /Listening on (http:\S+?)\/api\/reports\?code=(\S+)/.exec(await serving.until(/^Console/m)) ?? [];
  const headers = { "x-functions-key": key ?? "" };
  const { headers: answered } = await fetch(`${url}/api/reports`, { method: "POST", headers });
  const read = async () =>
    (await (await fetch(answered.get("location") ?? "", { headers })).json()) as { status: string; runId: string };
  while ((await read()).status === "Running") await delay(50);
  disk.hold();
  serving.kill("SIGINT");
  await serving.until(/^Saving /m);
  await delay(OLD_LIMIT_MS + 1500);
  await disk.release();
  expect(await serving.finished).toMatchObject({ code: 0, stderr: "" });
  expect(await readStored()).toMatchObject({ runs: [{ status: "Completed" }], lock: undefined, records: 0 });
});

test("an Azurite that is killed in the middle ends the run, and nothing is said to be saved", async () => {
  const running = run();
  await running.until(/^groups: /m);
  process.kill(await readAzuritePid(), "SIGKILL");
  const { code, stdout, stderr } = await running.finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The embedded storage \(Azurite\) ended in the middle of the work\. .*--resume.*\n$/);
  expect(stdout).not.toContain("Saving");
});

describe("an Azurite that is killed while it saves costs the memory of that run alone, and the next start says so", () => {
  async function killSaving(): Promise<Finished> {
    await takeNights();
    const running = run();
    process.kill(await untilSaving(running), "SIGKILL");
    const finished = await running.finished;
    await disk.release();
    return finished;
  }

  test("the run says that it is not saved, the next one that it was not, and compares with the one before", async () => {
    const killed = await killSaving();
    expect([killed.code, killed.stdout.includes("Completed")]).toEqual([1, false]);
    expect(killed.stderr).toMatch(/^The embedded storage in .* is not saved: .*The report in .*out is complete\.\n$/);
    const { code, stdout } = await run().finished;
    expect([code, await isCompared()]).toEqual([0, true]);
    expect(stdout).toMatch(/^The embedded storage was not saved to its end: /m);
    expect((await run().finished).stdout).not.toMatch(/not saved|can't be read/);
  });

  test.each(["table", "blob_extent"])("a database that is empty then (%s): what was kept is taken", async (name) => {
    await killSaving();
    await truncate(database(name));
    const { code, stdout } = await run().finished;
    expect([code, await isCompared()]).toEqual([0, true]);
    expect(stdout).toMatch(
      new RegExp(`can't be read \\(__azurite_db_${name}__\\.json is empty.*copy of \\d{4}-.*lies in .*damaged-`),
    );
    expect((await readdir(storage)).filter((entry) => entry.startsWith("damaged-"))).toHaveLength(1);
    expect((await run().finished).stdout).not.toMatch(/not saved|can't be read/);
  });
});

test.each<[string, (file: string) => Promise<void>]>([
  ["cut in the middle", (file) => truncate(file, 2000)],
  ["gone", (file) => rm(file)],
])("a database that is %s: what was kept is taken, and all is kept again after", async (_, damage) => {
  await takeNights();
  await damage(database("table"));
  const { code, stdout } = await run().finished;
  expect([code, await isCompared()]).toEqual([0, true]);
  expect(stdout).toMatch(/can't be read \(__azurite_db_table__\.json is (damaged|empty or missing)\).*goes on from the copy of/);
  expect((await readStored()).runs.map(({ status }) => status)).toEqual(["Completed", "Completed"]);
  expect(await readdir(storage)).not.toContain("kept.next");
});

test("where nothing was kept the storage begins anew, and says so", async () => {
  await takeNights();
  await rm(path.join(storage, "kept"), { recursive: true });
  await truncate(database("table"));
  const { code, stdout } = await run().finished;
  expect([code, await isCompared()]).toEqual([0, false]);
  expect(stdout).toMatch(/can't be read \(.*\): it begins anew\. What was there lies in .*damaged-/);
});

test("a save that fails on the way is tried again; one that fails to the end is told", async () => {
  const running = run();
  await running.until(/^groups: /m);
  // Nothing can be written where a folder is.
  const block = async () => {
    for (;;) {
      try {
        return await mkdir(`${database("table")}~`);
      } catch {
        await delay(5);
      }
    }
  };
  await block();
  const { code, stdout, stderr } = await running.finished;
  expect([code, stdout.includes("Completed")]).toEqual([1, false]);
  expect(stderr).toMatch(
    /is not saved: .*EISDIR.*\. The next run will not know all of this one\. The report in .* is complete\.\n$/,
  );
  await rmdir(`${database("table")}~`);
  const next = await run().finished;
  expect([next.code, next.stdout]).toEqual([0, expect.stringMatching(/not saved to its end/)]);

  const again = run();
  await again.until(/^groups: /m);
  await block();
  await again.until(/^Saving /m);
  await rmdir(`${database("table")}~`);
  expect(await again.finished).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path.join(storage, "azurite.json"))).toBe(false);
});

test("the table Groups is written to the embedded storage only if a setting says so, and tells of no earlier run", async () => {
  const count = async () => {
    const azurite = await startAzurite(storage);
    const { tables } = await connect({ kind: "connectionString", connectionString: azurite.connectionString });
    const rows: unknown[] = [];
    for await (const row of tables.groups.listEntities()) rows.push(row);
    await azurite.stop();
    return rows.length;
  };
  const counts: number[] = [];
  for (const GROUPS_TABLE of ["", "on", "off"]) {
    environment = { ...environment, GROUPS_TABLE };
    expect((await run().finished).code).toBe(0);
    counts.push(await count());
  }
  expect(counts).toEqual([0, 60, 0]);
});
