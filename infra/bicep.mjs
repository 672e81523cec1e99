// The pinned Bicep compiler, restored from NuGet on first use, and the check of everything that Azure is deployed by:
//   node infra/bicep.mjs            builds and lints every template and parameter file; a warning is an error
//   node infra/bicep.mjs ARGUMENTS  runs the compiler itself
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const here = import.meta.dirname;
const project = path.join(here, "tools/bicep.csproj");
const packages = path.join(here, ".bicep");
/** The package's hash, which `dotnet restore --locked-mode` compares (learn.microsoft.com, "NuGet: locking dependencies"). */
const lock = path.join(here, `tools/bicep.${platform()}.lock.json`);

/** NuGet has one package a platform, each with the compiler as one file. */
function platform() {
  const system = { linux: "linux", darwin: "osx", win32: "win" }[process.platform] ?? process.platform;
  return `${system}-${process.arch}`;
}

/** The hash that the compiler's package must have; undefined for a platform without a lock file (only that of CI has one). */
function lockedHash() {
  if (!existsSync(lock)) return undefined;
  const [reference] = Object.values(JSON.parse(readFileSync(lock, "utf8")).dependencies).flatMap(Object.values);
  return reference?.contentHash ?? "none";
}

/**
 * The path of the compiler, restored where it is missing. It is never taken from elsewhere: another version knows other rules.
 * @throws Error with one line that says what is missing.
 */
export function bicepCompiler() {
  const version = /<BicepVersion>(.+)<\/BicepVersion>/.exec(readFileSync(project, "utf8"))?.[1] ?? "";
  const folder = path.join(packages, `azure.bicep.commandline.${platform()}`, version);
  const file = path.join(folder, "tools", process.platform === "win32" ? "bicep.exe" : "bicep");
  // NuGet writes this file last: before it, another process may still be unpacking.
  const metadata = path.join(folder, ".nupkg.metadata");
  const hash = lockedHash();
  const isThere = () =>
    existsSync(metadata) &&
    existsSync(file) &&
    (hash === undefined || JSON.parse(readFileSync(metadata, "utf8")).contentHash === hash);
  if (isThere()) return file;
  const scratch = mkdtempSync(path.join(tmpdir(), "groups-report-restore-"));
  try {
    const settings = [`-p:BicepPlatform=${platform()}`, `-p:BaseIntermediateOutputPath=${scratch}${path.sep}`];
    // Without a lock file none is left behind either: a hash that nobody has looked at proves nothing.
    const locked = hash === undefined ? [`-p:NuGetLockFilePath=${path.join(scratch, "lock.json")}`] : ["--locked-mode"];
    const restore = spawnSync("dotnet", ["restore", project, "--packages", packages, ...settings, ...locked], {
      encoding: "utf8",
      env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" },
    });
    if (restore.error) {
      throw new Error("The Bicep compiler comes from NuGet: install the .NET SDK (the command dotnet), version 8 or newer.");
    }
    if (!isThere()) {
      // NuGet names addresses in its errors: of those only the codes are shown.
      const codes = [...new Set(restore.stdout.match(/\b(?:NU|MSB|NETSDK)\d{4}\b/g))];
      if (codes.includes("NU1403") || codes.includes("NU1004"))
        throw new Error(
          `The Bicep compiler ${version} for ${platform()} is not the one of ${path.basename(lock)} (${codes.join(", ")}), so it is not used. Delete infra/.bicep and try again; if it stays, the package has changed since the lock file was written.`,
        );
      const why = codes.join(", ") || `exit code ${restore.status}`;
      throw new Error(`The Bicep compiler ${version} for ${platform()} could not be restored from NuGet (${why}).`);
    }
    return file;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs the compiler; a warning counts as an error. @returns what it wrote to stdout. @throws Error with its diagnostics. */
export function bicep(...args) {
  const { status, stdout, stderr } = spawnSync(bicepCompiler(), args, {
    encoding: "utf8",
    cwd: path.join(here, ".."),
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" },
  });
  const told = stderr
    .split("\n")
    .filter((line) => / : (?:Error|Warning|Info) |\bError\b/.test(line))
    .join("\n");
  if (status !== 0 || told) throw new Error(`bicep ${args.join(" ")}\n${told || stderr || stdout}`);
  return stdout;
}

function check() {
  const runs = [
    ["lint", "--pattern", "infra/**/*.bicep"],
    ["build", "infra/main.bicep", "--stdout"],
    ["build", "infra/modules/app.bicep", "--stdout"],
    ["build-params", "infra/main.bicepparam", "--stdout"],
  ];
  bicepCompiler();
  const broken = [];
  for (const args of runs) {
    try {
      bicep(...args);
    } catch (error) {
      broken.push(error.message);
    }
  }
  for (const message of broken) console.error(message);
  console.log(`Bicep: ${runs.length} builds and lints, ${broken.length} with errors or warnings`);
  return broken.length ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2);
  try {
    if (args.length) execFileSync(bicepCompiler(), args, { stdio: "inherit" });
    else process.exitCode = check();
  } catch (error) {
    if (error.status === undefined) console.error(error.message);
    process.exitCode = error.status ?? 1;
  }
}
