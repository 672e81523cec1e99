import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../infra/deployment";

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "groups-report-bundle-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, value: unknown): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), JSON.stringify(value));
}

/** A metafile of esbuild, with these inputs and the bytes that each left in the output. */
const metafile = (inputs: Record<string, number>) => ({
  outputs: {
    "dist/x.js": { inputs: Object.fromEntries(Object.entries(inputs).map(([name, bytes]) => [name, { bytesInOutput: bytes }])) },
  },
});

function bundledPackages(): { names: string[]; error: string } {
  const script = `import(${JSON.stringify(pathToFileURL(path.join(ROOT, "scripts/package/bundled-packages.mjs")).href)})
    .then(({ bundledPackages }) => console.log(JSON.stringify(bundledPackages(process.argv[1]).map(({ name, version }) => name + "@" + version))))
    .catch((error) => { console.error(error.message); process.exitCode = 1; });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script, folder], { encoding: "utf8" });
  return { names: status === 0 ? (JSON.parse(stdout) as string[]) : [], error: stderr.trim() };
}

const declare = (at: string, name: string, version: string) => write(`${at}/package.json`, { name, version, license: "MIT" });

test("a package counts once, in every version that is there, and only where it left something in the bundle", () => {
  declare("node_modules/a", "a", "1.0.0");
  declare("node_modules/@s/b", "@s/b", "2.0.0");
  declare("node_modules/@s/b/node_modules/a", "a", "0.9.0");
  declare("node_modules/shaken", "shaken", "1.0.0");
  write(
    "dist/functions.meta.json",
    metafile({
      "src/index.ts": 10,
      "node_modules/a/x.js": 10,
      "node_modules/a/y.js": 10,
      "node_modules/@s/b/z.js": 10,
      "node_modules/@s/b/node_modules/a/x.js": 10,
      "node_modules/shaken/x.js": 0,
    }),
  );
  expect(bundledPackages()).toEqual({ names: ["@s/b@2.0.0", "a@0.9.0", "a@1.0.0"], error: "" });
});

test("what another build made and a plugin brought in as text is counted by that build's own metafile", () => {
  declare("node_modules/grid", "grid", "6.0.0");
  write("dist/functions.meta.json", metafile({ "src/index.ts": 10, "report-page:report-page": 10 }));
  write("dist/report-page.meta.json", metafile({ "src/page.ts": 10, "node_modules/grid/grid.js": 10 }));
  expect(bundledPackages().names).toEqual(["grid@6.0.0"]);
});

test("such a text of which nobody tells what is in it is refused, with what to do", () => {
  write("dist/functions.meta.json", metafile({ "src/index.ts": 10, "report-page:report-page": 10 }));
  expect(bundledPackages().error).toBe(
    'dist/functions.meta.json names "report-page:report-page", but no dist/report-page.meta.json tells what is in it: let its build write one.',
  );
});

test("a package without a licence is refused: it could not be handed on", () => {
  write("node_modules/bare/package.json", { name: "bare", version: "1.0.0" });
  write("dist/functions.meta.json", metafile({ "node_modules/bare/x.js": 10 }));
  expect(bundledPackages().error).toBe("node_modules/bare/package.json lacks a name, a version or a licence.");
});
