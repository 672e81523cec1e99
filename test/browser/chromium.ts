import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Unpacked once a machine, under the system's temporary folder; the package is ESM alone, so it is asked in a process of its own. */
const ASK = `import("@sparticuz/chromium").then(async ({ default: chromium }) =>
  process.stdout.write(JSON.stringify({ executablePath: await chromium.executablePath(), args: chromium.args })));`;

/** Chromium asks its maker's hosts for many things of its own accord; here it asks for nothing. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

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
  // The package runs all in one process, for AWS Lambda's sake: there the end of one context is the end of the browser.
  const several = args.filter((arg) => arg !== "--single-process");
  return chromium.launch({ executablePath, args: [...several, ...QUIET], headless: true });
}
