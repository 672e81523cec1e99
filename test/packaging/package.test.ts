import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { appSettings, deploy, ROOT } from "../infra/deployment";

const { name, version, main } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Record<string, string>;
const out = path.join(ROOT, "dist/package");
const zipFile = path.join(out, `groups-report-${version}.zip`);

function makePackage(environment: Record<string, string> = {}): string {
  return execFileSync(process.execPath, [path.join(ROOT, "scripts/package/package.mjs")], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
}

let printed: string;
let zip: Buffer;
let folder: string;
beforeAll(() => {
  printed = makePackage();
  zip = readFileSync(zipFile);
  folder = mkdtempSync(path.join(tmpdir(), "groups-report-package-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const content = () => unzipSync(zip);
const bundle = () => Buffer.from(content()["dist/functions.js"] ?? []).toString();
const FILES = ["LICENSE", "dist/functions.js", "dist/licences.txt", "host.json", "package.json"];

test("the zip holds the bundle, what the host reads, and the licences: nothing else, and under 5 MB", () => {
  expect(Object.keys(content()).toSorted()).toEqual(FILES);
  expect(zip.length).toBeLessThan(5_000_000);
  expect(bundle()).toBe(readFileSync(path.join(ROOT, "dist/functions.js"), "utf8"));
  const claimed = /one bundle, about (\d+) MB/.exec(readFileSync(path.join(ROOT, "README.md"), "utf8"))?.[1];
  expect(Number(claimed)).toBe(Math.round(zip.length / 1_000_000));
  const described = JSON.parse(Buffer.from(content()["package.json"] ?? []).toString()) as Record<string, unknown>;
  expect(described).toEqual({ name, version, private: true, license: "MIT", type: "commonjs", main });
});

test("neither the simulator, Azurite, the embedded engine nor the command line is in the bundle", () => {
  const modules = [...bundle().matchAll(/^ *\/\/ ((?:src|node_modules)\/\S+)$/gm)].map(([, file = ""]) => file);
  expect(modules.length).toBeGreaterThan(100);
  expect(modules.filter((file) => /^src\/(simulator|embedded|cli)\/|azurite|commander/.test(file))).toEqual([]);
});

test("it prints the contents with their sizes, the checksum, and how long a worker needs to load it", () => {
  for (const file of FILES) expect(printed).toMatch(new RegExp(`^ *[\\d,]+  ${file.replace(".", "\\.")}$`, "m"));
  expect(printed).toMatch(/^sha256 [0-9a-f]{64}$/m);
  expect(printed).toMatch(/^\d+ functions, loaded in \d+ ms$/m);
});

test("the checksum beside it is the zip's, and the same source gives the same zip", () => {
  const sha256 = createHash("sha256").update(zip).digest("hex");
  expect(readFileSync(`${zipFile}.sha256`, "utf8")).toBe(`${sha256}  groups-report-${version}.zip\n`);
  makePackage({ TZ: "Asia/Tokyo" });
  expect(createHash("sha256").update(readFileSync(zipFile)).digest("hex")).toBe(sha256);
});

interface Bom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: { name: string; version: string; purl: string; hashes?: { content: string }[]; "bom-ref": string }[];
}

test("the bill of materials names exactly the packages of which something is in the bundle, with version and checksum", () => {
  const bom = JSON.parse(readFileSync(path.join(out, `groups-report-${version}.cdx.json`), "utf8")) as Bom;
  expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: { component: { name, version } } });
  // esbuild writes before each module where it comes from: another witness than the metafile that the bill is made from.
  const folders = [...bundle().matchAll(/^ *\/\/ ((?:.*node_modules\/)(?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm)].map(([, at = ""]) => at);
  const witnessed = [...new Set(folders)].map((at) => {
    const described = JSON.parse(readFileSync(path.join(ROOT, at, "package.json"), "utf8")) as { name: string; version: string };
    return `${described.name}@${described.version}`;
  });
  const named = bom.components.map((one) => `${one.name}@${one.version}`);
  expect(named.toSorted()).toEqual(witnessed.toSorted());
  for (const one of bom.components) {
    expect(one.purl).toBe(`pkg:npm/${one.name.replace("@", "%40")}@${one.version}`);
    expect(one.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
  expect(new Set(bom.components.map((one) => one["bom-ref"])).size).toBe(bom.components.length);
  const licences = Buffer.from(content()["dist/licences.txt"] ?? []).toString();
  expect(named.filter((one) => !licences.includes(`\n${one.replace(/@(?=[^@]+$)/, " ")} (`))).toEqual([]);
});

/** A copy of the project's folder, without its packages, and with what lies about in a developer's: settings, reports. */
function developersFolder(): string {
  const copy = path.join(folder, "project");
  const leftOut = new Set(["node_modules", ".git", ".bicep"]);
  cpSync(ROOT, copy, { recursive: true, filter: (file) => !leftOut.has(path.basename(file)) });
  for (const file of ["local.settings.json", "local.settings.json.bak", ".env", ".env.local", "report/a.csv", "out/a.csv"]) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    writeFileSync(path.join(copy, file), "");
  }
  return copy;
}

/** All files of a folder, as git sees them with these arguments. */
function listed(project: string, ...args: string[]): string[] {
  const git = path.join(folder, "git");
  execFileSync("git", ["init", "--quiet", "--bare", git]);
  const command = ["--git-dir", git, "--work-tree", project, "ls-files", "--others", ...args];
  return execFileSync("git", command, { encoding: "utf8", cwd: project }).trim().split("\n").toSorted();
}

const ignoreFile = path.join(ROOT, ".funcignore");
const patterns = () =>
  readFileSync(ignoreFile, "utf8")
    .split("\n")
    .filter((line) => line.trim() && !line.startsWith("#"));

/**
 * Core Tools reads .funcignore in a way of its own: a pattern matches the start of a path, and a star is at least one
 * character that is no slash (GitIgnoreParser.cs). So `build*.mjs` lets scripts/build.mjs through, and `out` keeps back `outer.js`.
 */
function keptBackByCoreTools(file: string): boolean {
  return patterns().some((pattern) => {
    const expression = pattern.replace(/[-[\]/{}()+?.\\^$|]/g, "\\$&").replaceAll("*", "[^/]+");
    return new RegExp(`^${expression}`).test(file);
  });
}

test("what VS Code and Core Tools would upload by .funcignore is what the package holds", () => {
  const project = developersFolder();
  expect(listed(project, `--exclude-from=${ignoreFile}`)).toEqual(FILES);
  expect(listed(project).filter((file) => !keptBackByCoreTools(file))).toEqual(FILES);
});

function unpack(): string {
  const app = path.join(folder, "app");
  for (const [file, bytes] of Object.entries(content())) {
    mkdirSync(path.dirname(path.join(app, file)), { recursive: true });
    writeFileSync(path.join(app, file), bytes);
  }
  return app;
}

const loaded = (app: string, environment: Record<string, string>) =>
  JSON.parse(
    execFileSync(process.execPath, [path.join(ROOT, "test/functions/load-as-worker.cjs"), app], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ...environment },
    }),
  ) as { files: string[]; functions: { name: string; hasHandler: boolean; bindings: Record<string, { schedule?: string }> }[] };

test.each([
  ["function key", []],
  ["Entra", ["param httpAuth = 'entra'", "param authClientId = '33333333-3333-4333-8333-333333333333'"]],
])(
  "unpacked elsewhere, it loads as the Functions worker loads it, with the settings that Bicep gives and no others (%s)",
  (_auth, parameters) => {
    const settings = appSettings(deploy(...parameters, "param settings = { REPORT_SCHEDULE: '0 15 1 * * *' }"));
    // What only Azure knows (the identity's client id, the telemetry's address) stands in for itself.
    const { files, functions } = loaded(unpack(), settings);
    const expected = loaded(ROOT, {}).functions.map((one) => one.name);
    expect(files).toEqual([main]);
    expect(functions.map((one) => one.name).toSorted()).toEqual(expected.toSorted());
    expect(functions.every(({ hasHandler }) => hasHandler)).toBe(true);
    const timer = functions.find((one) => one.name === "nightlyReport");
    expect(Object.values(timer?.bindings ?? {}).map(({ schedule }) => schedule)).toContain("0 15 1 * * *");
  },
);

test("azd uploads the same folder, built here and not in Azure, to the service that the template tags", () => {
  const text = readFileSync(path.join(ROOT, "azure.yaml"), "utf8");
  expect(text).toMatch(/^ {4}dist: dist\/package\/app$/m);
  expect(text).toMatch(/^ {4}remoteBuild: false$/m);
  const service = /^services:\n {2}(\w+):/m.exec(text)?.[1];
  const site = deploy().find(({ type }) => type === "Microsoft.Web/sites") as { tags?: Record<string, string> } | undefined;
  expect(site?.tags?.["azd-service-name"]).toBe(service);
});
