import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Unpacked once a machine, under the system's temporary folder; the package is ESM alone, so it is asked in a process of its own. */
const ASK = `import("@sparticuz/chromium").then(async ({ default: chromium }) =>
  process.stdout.write(JSON.stringify({ executablePath: await chromium.executablePath(), args: chromium.args })));`;

/** Chromium asks its maker's hosts for many things of its own accord; here it asks for nothing. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

/** Meant for a host that lets a program start no process: with them the browser ends with its first page, and is less strict than a reader's. */
const UNWANTED = ["--single-process", "--no-zygote", "--disable-web-security", "--disable-site-isolation-trials"];

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * A headless Chromium: on Linux the one in the npm package `@sparticuz/chromium`, so that a fresh machine has it; elsewhere
 * the one that CHROMIUM_PATH names or that is installed.
 */
export async function launchChromium(): Promise<Browser> {
  const named = process.env["CHROMIUM_PATH"] ?? (process.platform === "linux" ? undefined : INSTALLED.find(existsSync));
  const { executablePath, args } = named
    ? { executablePath: named, args: ["--no-sandbox"] }
    : (JSON.parse(execFileSync(process.execPath, ["-e", ASK], { encoding: "utf8" })) as {
        executablePath: string;
        args: string[];
      });
  return chromium.launch({ executablePath, args: [...args.filter((arg) => !UNWANTED.includes(arg)), ...QUIET], headless: true });
}
