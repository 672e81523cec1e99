// Runs a TypeScript file of the tests as a program: bundled by the same steps as the app, beside dist/ so that it finds the packages.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { buildConsole, consoleAssets } from "../scripts/build-console.mjs";
import { buildPage, reportPage } from "../scripts/build-page.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

export async function runTypeScript(entry, args = []) {
  const root = path.join(import.meta.dirname, "..");
  const outfile = path.join(root, "dist", `${path.basename(entry, ".ts")}.${process.pid}.cjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    packages: "external",
    define: { "process.env.GROUPS_REPORT_VERSION": JSON.stringify(version) },
    plugins: [reportPage((await buildPage()).contents), consoleAssets((await buildConsole()).contents)],
    logLevel: "warning",
  });
  try {
    return spawnSync(process.execPath, [outfile, ...args], { stdio: "inherit", cwd: root }).status ?? 1;
  } finally {
    rmSync(outfile, { force: true });
  }
}
