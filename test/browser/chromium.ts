import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { devDependencies } from "../../package.json";

/** The package unpacks into the temporary folder. It is ESM alone, so it is asked in a process of its own. */
const UNPACK = `import("@sparticuz/chromium").then(async ({ default: chromium }) => {
  await chromium.executablePath();
  process.stdout.write(JSON.stringify(chromium.args));
});`;

/** Chromium asks its maker's hosts for many things of its own accord; here it asks for nothing. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/** Meant for a host that lets a program start no process: with them the browser ends with its first page, and is less strict than a reader's. */
const UNWANTED = ["--single-process", "--no-zygote", "--disable-web-security", "--disable-site-isolation-trials"];

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Once a machine. Suites start side by side, so each unpacks in a folder of its own, and the first to be done gives it its name. */
async function unpack(): Promise<{ executablePath: string; args: string[] }> {
  const folder = path.join(tmpdir(), `groups-report-chromium-${devDependencies["@sparticuz/chromium"]}`);
  const executablePath = path.join(folder, "chromium");
  const args = path.join(folder, "args.json");
  if (!existsSync(folder)) {
    const own = await mkdtemp(`${folder}-`);
    await writeFile(
      path.join(own, "args.json"),
      execFileSync(process.execPath, ["-e", UNPACK], { env: { ...process.env, TMPDIR: own } }),
    );
    await rename(own, folder).catch(() => rm(own, { recursive: true }));
  }
  return { executablePath, args: JSON.parse(await readFile(args, "utf8")) as string[] };
}

/**
 * A headless Chromium: on Linux the one in the npm package `@sparticuz/chromium`, so that a fresh machine has it; elsewhere
 * the one that CHROMIUM_PATH names or that is installed.
 */
export async function launchChromium(): Promise<Browser> {
  const named = process.env["CHROMIUM_PATH"] ?? (process.platform === "linux" ? undefined : INSTALLED.find(existsSync));
  const { executablePath, args } = named ? { executablePath: named, args: ["--no-sandbox"] } : await unpack();
  return chromium.launch({ executablePath, args: [...args.filter((arg) => !UNWANTED.includes(arg)), ...QUIET], headless: true });
}
