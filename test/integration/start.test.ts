import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "../../src/embedded/process-gone";
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

test("a tenant in local.settings.json is no simulated one, and the sample's storage is Azurite", async () => {
  const Values = { AzureWebJobsStorage: "UseDevelopmentStorage=true", AZURE_TENANT_ID: "contoso", REPORT_STORAGE: "" };
  await writeFile(path.join(folder, "local.settings.json"), JSON.stringify({ IsEncrypted: false, Values }));
  const { seen, ended } = await runUntilUp();
  expect(ended.stdout).not.toContain("simulated");
  expect(Object.keys(seen.services)).toEqual(["Blob", "Queue", "Table"]);
  expect([seen.graph, seen.environment["GRAPH_ENDPOINT"], seen.environment["REPORT_STORAGE"]]).toEqual([
    {},
    undefined,
    undefined,
  ]);
});

test("each tenant has a storage of its own: a run that was begun in the simulated one must not go on in a real one", async () => {
  const folders: (string | undefined)[] = [];
  for (const tenant of [{}, { AZURE_TENANT_ID: "Contoso.example" }, { AZURE_TENANT_ID: "fabrikam.example" }]) {
    const { ended } = await runUntilUp(tenant);
    folders.push(/^Storage: Azurite, its data in (.+)$/m.exec(ended.stdout)?.[1]);
  }
  const host = path.join(folder, "data", "host");
  expect(folders).toEqual(["simulated", "contoso.example", "fabrikam.example"].map((name) => path.join(host, name)));
});

test("a storage account that is named is used as it is, but never for a simulated tenant", async () => {
  const named = { AzureWebJobsStorage__accountName: "contosoreports", REPORT_STORAGE: "contosoreports" };
  const real = await runUntilUp({ ...named, AZURE_TENANT_ID: "contoso" });
  expect([real.seen.services, real.seen.environment["AzureWebJobsStorage"]]).toEqual([{}, undefined]);
  const simulated = await runUntilUp(named);
  expect(simulated.seen.environment["REPORT_STORAGE"]).toMatch(/BlobEndpoint=http:\/\/127\.0\.0\.1/);
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
