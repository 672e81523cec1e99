import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Simulator, startSimulator } from "../../simulator";
import { startIn } from "./command-line";

/** Reports hold names and mail addresses: what the command line writes is for its user alone, whatever the umask. */

let folder: string;
let simulator: Simulator;
let umask: number;

beforeAll(async () => {
  umask = process.umask(0o022);
  simulator = await startSimulator({ groups: 60 });
});
afterAll(async () => {
  process.umask(umask);
  await simulator.close();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function command(...args: string[]) {
  const { code, stdout, stderr } = await startIn(folder, args, {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    FEATURES: "none",
  }).finished;
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** What others can do anything with, below and with a place. */
async function openToOthers(place: string): Promise<string[]> {
  const found = await stat(place);
  const open = found.mode & 0o077 ? [place] : [];
  if (!found.isDirectory()) return open;
  return [...open, ...(await Promise.all((await readdir(place)).map((name) => openToOthers(path.join(place, name))))).flat()];
}

const setAll = async (place: string, folderMode: number, fileMode: number): Promise<void> => {
  const isFolder = (await stat(place)).isDirectory();
  await chmod(place, isFolder ? folderMode : fileMode);
  if (isFolder) for (const name of await readdir(place)) await setAll(path.join(place, name), folderMode, fileMode);
};

const modes = process.platform === "win32" ? test.skip : test;

modes(
  "folders, databases, outputs and scripts",
  async () => {
    await command("run", "--out", "report");
    await command("run", "--out", "report");
    await command("grant", "--identity", "an-app", "--script");
    const made = (await readdir(folder)).toSorted();
    expect(made).toEqual([".groups-report", "grant-permissions.sh", "report"]);
    for (const name of made) expect(await openToOthers(path.join(folder, name))).toEqual([]);
    expect((await stat(path.join(folder, "grant-permissions.sh"))).mode & 0o777).toBe(0o700);
  },
  300_000,
);

modes(
  "what an earlier version has left open is closed, and that is said once; a folder of the user's own is not",
  async () => {
    await command("run", "--out", "report");
    await setAll(path.join(folder, ".groups-report"), 0o755, 0o644);
    await setAll(path.join(folder, "report"), 0o755, 0o644);
    await writeFile(path.join(folder, "report", "mine.txt"), "", { mode: 0o644 });
    await symlink(path.join(folder, "report", "mine.txt"), path.join(folder, ".groups-report", simulator.tenant.id, "link"));

    const said = await command("run", "--out", "report");
    expect(said).toMatch(/^Others could read the storage in .*; now you alone can\.$/m);
    expect(said).toMatch(/^Others could read the reports in report; now you alone can\.$/m);
    expect(await openToOthers(path.join(folder, "report"))).toEqual(
      ["", "mine.txt"].map((name) => path.join(folder, "report", name)),
    );
    await rm(path.join(folder, ".groups-report", simulator.tenant.id, "link"));
    expect(await openToOthers(path.join(folder, ".groups-report"))).toEqual([]);
    expect(await command("run", "--out", "report")).not.toContain("Others");
  },
  300_000,
);

modes(
  "reports that were left open are closed though the run fails",
  async () => {
    await mkdir(path.join(folder, "out"));
    await writeFile(path.join(folder, "out", "report.csv"), "names", { mode: 0o644 });
    const { code } = await startIn(folder, ["run", "--out", "out"], { ...process.env, AZURE_TENANT_ID: "" } as Record<
      string,
      string
    >).finished;
    expect(code).toBe(1);
    expect(await openToOthers(path.join(folder, "out", "report.csv"))).toEqual([]);
  },
  300_000,
);
