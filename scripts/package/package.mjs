// Makes the deployment package from a build: dist/package/app (what is in the zip, as azd uploads it), and beside it the zip,
// its SHA-256 and its bill of materials. The same source gives the same bytes.
//
// The bundle is not minified: minified with its names kept it is half the size and no faster to load (160 ms instead of 145),
// and its stack traces tell less.
import { zipSync } from "fflate";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundledPackages } from "./bundled-packages.mjs";
import { licenceTexts } from "./licences.mjs";
import { sbom } from "./sbom.mjs";

/** Above this, something is in the package that should not be. */
const MOST_BYTES = 5_000_000;

const root = path.join(import.meta.dirname, "../..");
const out = path.join(root, "dist/package");
const app = path.join(out, "app");

const { name, version, license, type, main } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const packages = bundledPackages(root);

rmSync(out, { recursive: true, force: true });
mkdirSync(path.join(app, "dist"), { recursive: true });
for (const file of ["host.json", "LICENSE", main]) copyFileSync(path.join(root, file), path.join(app, file));
// What the worker reads; the dependencies are in the bundle, and a list of them would make a builder install them.
writeFileSync(
  path.join(app, "package.json"),
  `${JSON.stringify({ name, version, private: true, license, type, main }, null, 2)}\n`,
);
const notices = licenceTexts(root, packages);
for (const folder of [root, app]) writeFileSync(path.join(folder, "dist/licences.txt"), notices);

const files = readdirSync(app, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(app, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
  .toSorted();
// A fixed time, and rights as a Linux host expects them (0644), so that the bytes depend on the content alone.
const options = { mtime: new Date(2000, 0, 1), os: 3, attrs: 0o100644 << 16, level: 9 };
const zip = zipSync(Object.fromEntries(files.map((file) => [file, [readFileSync(path.join(app, file)), options]])));
if (zip.length > MOST_BYTES)
  throw new Error(`The package has ${zip.length} bytes, more than ${MOST_BYTES}: see what is in ${app}.`);

const base = `groups-report-${version}`;
const sha256 = createHash("sha256").update(zip).digest("hex");
writeFileSync(path.join(out, `${base}.zip`), zip);
writeFileSync(path.join(out, `${base}.zip.sha256`), `${sha256}  ${base}.zip\n`);
writeFileSync(path.join(out, `${base}.cdx.json`), `${JSON.stringify(sbom(root, packages), null, 2)}\n`);

/** Milliseconds that a worker needs to load the app, and how many functions it then has: the middle of five. */
function load() {
  const loader = path.join(root, "test/functions/load-as-worker.cjs");
  const script =
    "const { loadAsWorker } = require(process.argv[1]); const start = performance.now();" +
    "const { functions } = loadAsWorker(process.argv[2]); console.log(performance.now() - start, functions.length);";
  const runs = Array.from({ length: 5 }, () => {
    const env = { PATH: process.env.PATH ?? "" };
    return execFileSync(process.execPath, ["-e", script, loader, app], { encoding: "utf8", env }).trim().split(" ").map(Number);
  });
  return runs.toSorted(([a], [b]) => a - b)[2];
}

const [milliseconds, functions] = load();
const number = (value) => value.toLocaleString("en-GB");
for (const file of files) console.log(`${number(readFileSync(path.join(app, file)).length).padStart(12)}  ${file}`);
console.log(`${number(zip.length).padStart(12)}  ${path.relative(root, path.join(out, `${base}.zip`))}`);
console.log(`sha256 ${sha256}`);
console.log(`${packages.length} packages are in the bundle: ${base}.cdx.json`);
console.log(`${functions} functions, loaded in ${Math.round(milliseconds)} ms`);
