import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bicep, ROOT } from "./deployment";

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "groups-report-bicep-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("every template and the parameter file build and lint without a warning", () => {
  const { status, stdout, stderr } = bicep([]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Bicep: [1-9]\d* builds and lints, 0 with errors or warnings$/m);
});

test("a warning is an error", () => {
  const infra = path.join(ROOT, "infra");
  bicep(["--version"]);
  cpSync(infra, path.join(folder, "infra"), { recursive: true, filter: (name) => path.basename(name) !== ".bicep" });
  symlinkSync(path.join(infra, ".bicep"), path.join(folder, "infra/.bicep"));
  writeFileSync(path.join(folder, "infra/modules/more.bicep"), "param neverUsed string\n");
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(folder, "infra/bicep.mjs")], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain("more.bicep(1,7)");
  expect(stdout).toMatch(/^Bicep: \d+ builds and lints, 1 with errors or warnings$/m);
});

test("a machine without the .NET SDK is told in one line what is missing, and the check fails", () => {
  cpSync(path.join(ROOT, "infra/bicep.mjs"), path.join(folder, "bicep.mjs"));
  cpSync(path.join(ROOT, "infra/tools"), path.join(folder, "tools"), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [path.join(folder, "bicep.mjs")], {
    encoding: "utf8",
    env: { PATH: "" },
  });
  expect(status).toBe(1);
  expect(stderr).toBe("The Bicep compiler comes from NuGet: install the .NET SDK (the command dotnet), version 8 or newer.\n");
});

/** Other platforms have no lock file: CI and the deployment run on this one. */
const onCi = process.platform === "linux" && process.arch === "x64" ? test : test.skip;

onCi("the compiler has a lock file for the platform of CI, and one with another hash is not used", () => {
  const name = "bicep.linux-x64.lock.json";
  const locked = JSON.parse(readFileSync(path.join(ROOT, "infra/tools", name), "utf8")) as {
    dependencies: Record<string, Record<string, { contentHash: string }>>;
  };
  const hashes = Object.values(locked.dependencies).flatMap((packages) => Object.values(packages).map((one) => one.contentHash));
  expect(hashes).toEqual([expect.stringMatching(/^[\w+/]{86}==$/)]);

  bicep(["--version"]);
  cpSync(path.join(ROOT, "infra/bicep.mjs"), path.join(folder, "bicep.mjs"));
  cpSync(path.join(ROOT, "infra/tools"), path.join(folder, "tools"), { recursive: true });
  symlinkSync(path.join(ROOT, "infra/.bicep"), path.join(folder, ".bicep"));
  const [hash = ""] = hashes;
  const other = `${hash.startsWith("A") ? "B" : "A"}${hash.slice(1)}`;
  writeFileSync(path.join(folder, "tools", name), JSON.stringify(locked).replace(hash, other));
  const { status, stderr } = spawnSync(process.execPath, [path.join(folder, "bicep.mjs"), "--version"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^The Bicep compiler \S+ for \S+ is not the one of \S+ \(NU1403\), so it is not used\..*\n$/),
  ]);
});
