// Pictures of the console page on a simulated tenant after twelve nights: docs/images/console.png, and with --all also
// the key's form, dark, phone and a run that goes. Usage: node bench/console-picture.mjs [--all] [folder]
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { buildConsole, consoleAssets } from "../build-console.mjs";

const root = path.join(import.meta.dirname, "..");

/** What the tests use is TypeScript: bundled into dist/, where the programs stand, and loaded from there. */
async function loadTestParts() {
  const outfile = path.join(root, "dist", `picture.${process.pid}.cjs`);
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  await build({
    absWorkingDir: root,
    define: { "process.env.GROUPS_REPORT_VERSION": JSON.stringify(version) },
    stdin: { contents: 'export * from "./test/browser/chromium"; export * from "./test/browser/nights";', resolveDir: root },
    bundle: true,
    platform: "node",
    packages: "external",
    plugins: [consoleAssets(await buildConsole())],
    outfile,
    logLevel: "warning",
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}

/** Takes the pictures into `folder`. @returns {Promise<string[]>} the files. */
export async function takeConsolePictures(folder, { all = false } = {}) {
  await mkdir(folder, { recursive: true });
  const { launchChromium, serveNights } = await loadTestParts();
  const { world, server, close } = await serveNights(12, 1200);
  const browser = await launchChromium();
  const files = [];
  const take = async (name, options, prepare = async () => undefined) => {
    const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, locale: "en-GB", ...options });
    await page.goto(`${server.url}/api/console`);
    await prepare(page);
    files.push(path.join(folder, name));
    await page.screenshot({ path: files.at(-1), fullPage: true });
    await page.close();
  };
  const connect = async (page) => {
    await page.fill("#key", server.key);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#runs-title");
    await page.mouse.move(0, 0);
  };
  try {
    await take("console.png", { colorScheme: "light" }, connect);
    if (all) {
      await take("console-key.png", { colorScheme: "light" });
      await take("console-dark.png", { colorScheme: "dark" }, connect);
      await take("console-phone.png", { viewport: { width: 390, height: 844 } }, connect);
      world.services.graph.isPaced = true;
      world.simulator.switches.latencyMs = 600;
      await take("console-running.png", { colorScheme: "light" }, async (page) => {
        await connect(page);
        await page.click("text=Run now");
        await page.waitForSelector(".sources li.complete");
      });
      world.simulator.switches.latencyMs = 0;
    }
  } finally {
    await browser.close();
    await close();
  }
  return files;
}

if (process.argv[1] === import.meta.filename) {
  const [folder = path.join(root, "docs/images")] = process.argv.slice(2).filter((argument) => argument !== "--all");
  for (const file of await takeConsolePictures(folder, { all: process.argv.includes("--all") })) console.log(file);
}
