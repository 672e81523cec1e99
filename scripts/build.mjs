// Bundles the three programs into dist/. What Azure loads (functions.js) holds everything but
// @azure/functions-core, which the Functions worker provides; the laptop's programs keep their packages outside.
// Each file is written beside its place and renamed into it, so that two commands started at once can't read half a bundle.
import { build } from "esbuild";
import { mkdir, rename, writeFile, readFile } from "node:fs/promises";
import path from "node:path";
import { buildConsole, consoleAssets } from "./build-console.mjs";
import { buildPage, reportPage } from "./build-page.mjs";

const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
const root = path.join(import.meta.dirname, "..");
const out = path.join(root, "dist");
const [consolePage, page] = await Promise.all([buildConsole(), buildPage()]);
const shared = {
  plugins: [consoleAssets(consolePage.contents), reportPage(page.contents)],
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: "linked",
  write: false,
  outdir: out,
  // Some packages are ESM and ask where they are; in a CommonJS bundle nobody would answer, and they throw at load.
  define: { "process.env.GROUPS_REPORT_VERSION": JSON.stringify(version), "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: "warning",
};
const [azure, laptop] = await Promise.all([
  build({
    ...shared,
    entryPoints: { functions: "src/functions/index.ts" },
    external: ["@azure/functions-core"],
    metafile: true,
  }),
  build({ ...shared, entryPoints: { cli: "src/cli/main.ts", simulator: "simulator/main.ts" }, packages: "external" }),
]);

// What is in functions.js, for the list of its packages (scripts/package/bundled-packages.mjs): its own inputs, and under a
// plugin's namespace those of another build whose output it holds as text.
const metafiles = { functions: azure.metafile, console: consolePage.metafile, "report-page": page.metafile };
const meta = Object.entries(metafiles).map(([name, metafile]) => ({
  path: path.join(out, `${name}.meta.json`),
  contents: JSON.stringify(metafile),
}));

await mkdir(out, { recursive: true });
// For the tests, which import the routes and the writers as they are.
const pages = [
  { path: path.join(out, "console-assets.json"), contents: consolePage.contents },
  { path: path.join(out, "report-page.js"), contents: page.contents },
];
for (const file of [...azure.outputFiles, ...laptop.outputFiles, ...pages, ...meta]) {
  const partial = `${file.path}.${process.pid}`;
  await writeFile(partial, file.contents);
  await rename(partial, file.path);
}
