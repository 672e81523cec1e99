import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "../../src/local/process-gone";
import { type Finished, startIn } from "./command-line";

/** `npm start` without its build: the built command line, with a stand-in for Core Tools on the PATH. */
interface Seen {
  command: string;
  options: string[];
  services: Record<string, string>;
  graph: { status?: number };
  environment: Record<string, string>;
  pid: number;
}

let folder: string;
let withFunc: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  withFunc = path.join(folder, "bin");
  await mkdir(withFunc);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${path.join(__dirname, "fake-func.cjs")}' "$@"\n`;
  await writeFile(path.join(withFunc, "func"), script);
  await chmod(path.join(withFunc, "func"), 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const out = () => path.join(folder, "seen.json");
const readSeen = async () => JSON.parse(await readFile(out(), "utf8")) as Seen;
const start = (variables: Record<string, string>, args: string[] = []) =>
  startIn(folder, ["start", "--data", path.join(folder, "data"), ...args], {
    PATH: `${withFunc}${path.delimiter}/usr/bin${path.delimiter}/bin`,
    FAKE_FUNC_OUT: out(),
    ...variables,
  });

async function runUntilUp(variables: Record<string, string> = {}, args: string[] = []): Promise<{ seen: Seen; ended: Finished }> {
  const started = start(variables, args);
  await started.until("Functions:");
  const seen = await readSeen();
  started.kill("SIGINT");
  return { seen, ended: await started.finished };
}

async function nobodyAnswers(address: string): Promise<boolean> {
  return fetch(address).then(
    () => false,
    () => true,
  );
}

test("without anything configured the host has storage, queues included, and a simulated tenant; Ctrl-C ends all", async () => {
  const { seen, ended } = await runUntilUp({ AZURE_CLIENT_ID: "left-over" }, ["--port", "7072"]);
  expect([seen.command, seen.options]).toEqual(["start", ["--port", "7072"]]);
  expect(seen.services).toEqual({
    Blob: expect.stringMatching(/^Azurite-Blob/),
    Queue: expect.stringMatching(/^Azurite-Queue/),
    Table: expect.stringMatching(/^Azurite-Table/),
  });
  expect(seen.graph).toEqual({ status: 200 });
  expect(seen.environment).toMatchObject({ FUNCTIONS_WORKER_RUNTIME: "node" });
  expect(seen.environment["REPORT_STORAGE"]).toBe(seen.environment["AzureWebJobsStorage"]);
  expect(seen.environment["GRAPH_ENDPOINT"]).toMatch(/^http:\/\/127\.0\.0\.1:/);
  expect(Object.keys(seen.environment).filter((name) => name.startsWith("AZURE_"))).toEqual([]);

  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  expect(await readFile(`${out()}.ended`, "utf8")).toBe("SIGINT");
  expect(isAlive(seen.pid)).toBe(false);
  const blob = /BlobEndpoint=([^;]+)/.exec(seen.environment["AzureWebJobsStorage"] ?? "")?.[1] ?? "";
  // The simulator ends as soon as its channel is closed, a moment later.
  while (!(await nobodyAnswers(seen.environment["GRAPH_ENDPOINT"] ?? "")))
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await nobodyAnswers(blob)).toBe(true);
});

test.each<[string, Record<string, string>, object]>([
  ["in the environment", { AZURE_TENANT_ID: "contoso" }, {}],
  ["as a managed identity", { IDENTITY_ENDPOINT: "http://127.0.0.1:1", IDENTITY_HEADER: "x" }, {}],
  ["in local.settings.json", {}, { AzureWebJobsStorage: "UseDevelopmentStorage=true", AZURE_TENANT_ID: "contoso" }],
])("a real tenant %s is refused: Core Tools would show its report to the network", async (_, variables, Values) => {
  await writeFile(path.join(folder, "local.settings.json"), JSON.stringify({ IsEncrypted: false, Values }));
  const { code, stdout, stderr } = await start(variables).finished;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^`npm start` is for a simulated tenant alone: .*`npm run report -- serve`.*\n$/);
  await expect(readSeen()).rejects.toThrow("ENOENT");
});

test("a storage account that is named gets no report of a simulated tenant", async () => {
  const named = { AzureWebJobsStorage__accountName: "contosoreports", REPORT_STORAGE: "contosoreports" };
  const { seen } = await runUntilUp(named);
  expect(seen.environment["REPORT_STORAGE"]).toMatch(/BlobEndpoint=http:\/\/127\.0\.0\.1/);
  expect(Object.keys(seen.environment)).not.toContain("AzureWebJobsStorage__accountName");
});

test("the table Groups is not written to the embedded storage unless a setting says so", async () => {
  expect((await runUntilUp()).seen.environment["GROUPS_TABLE"]).toBe("off");
  expect((await runUntilUp({ GROUPS_TABLE: "on" })).seen.environment["GROUPS_TABLE"]).toBe("on");
});

test("a host that fails ends all with its exit code", async () => {
  const { code } = await start({ FAKE_FUNC_CODE: "3" }).finished;
  expect(code).toBe(3);
});

test("without Core Tools one line says how to get them, and that serve needs none", async () => {
  const { code, stdout, stderr } = await start({ PATH: "/usr/bin:/bin" }).finished;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^Azure Functions Core Tools.*`npm i -g azure-functions-core-tools@4`.*`npm run report -- serve` needs none\.\n$/,
  );
});

test("a local.settings.json that is no JSON is told in one line", async () => {
  await writeFile(path.join(folder, "local.settings.json"), "{");
  const { code, stderr } = await start({}).finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^local\.settings\.json can't be read: .*sample\.json\.\n$/);
});
