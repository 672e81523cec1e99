import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type EmbeddedStorage, startAzurite } from "../local/azurite";
import { oneLine, ReportError } from "../model/errors";
import { complain, say } from "../telemetry/terminal";
import { pointAtSimulation, startSimulatedTenant } from "./simulated-tenant";

export interface StartOptions {
  data: string;
  /** Handed on to `func start`. */
  funcOptions: string[];
}

const NO_CORE_TOOLS =
  "Azure Functions Core Tools are not installed: get them with `npm i -g azure-functions-core-tools@4`; `npm run report -- serve` needs none.";
const SETTINGS_FILE = "local.settings.json";

const REAL_TENANT =
  "`npm start` is for a simulated tenant alone: Core Tools listen on every address and ask for no key, so that anyone on the network could read the report. For a real tenant `npm run report -- serve` has the same routes on 127.0.0.1, with a key. Else remove AZURE_TENANT_ID and IDENTITY_ENDPOINT, in local.settings.json too.";

/**
 * `npm start`: the app on a local Functions host, with what it needs: storage and a simulated tenant. @returns the exit
 * code of the host.
 */
export async function start({ data, funcOptions }: StartOptions): Promise<number> {
  let storage: EmbeddedStorage | undefined;
  let stopTenant: (() => void) | undefined;
  try {
    // What stands in the environment goes before local.settings.json, for Core Tools as well.
    const settings = { ...readLocalSettings(), ...process.env };
    if (settings["AZURE_TENANT_ID"]?.trim() || settings["IDENTITY_ENDPOINT"]?.trim())
      throw new ReportError("setting-invalid", REAL_TENANT);
    if (!hasCoreTools()) throw new ReportError("setting-invalid", NO_CORE_TOOLS);
    const folder = path.resolve(data, "host", "simulated");
    storage = await startAzurite(folder, say);
    say(`Storage: Azurite, its data in ${folder}`);
    const tenant = await startSimulatedTenant({});
    stopTenant = tenant.stop;
    say("Microsoft Graph: a simulated tenant of 1,000 groups. Core Tools let anyone on the network ask for its report.");
    return await runHost(funcOptions, {
      ...pointAtSimulation(process.env, tenant.address),
      FUNCTIONS_WORKER_RUNTIME: "node",
      // Named outright, lest local.settings.json name a real account for the reports of a simulated tenant.
      AzureWebJobsStorage: storage.connectionString,
      REPORT_STORAGE: storage.connectionString,
      GROUPS_TABLE: settings["GROUPS_TABLE"]?.trim().toLowerCase() === "on" ? "on" : "off",
    });
  } catch (error) {
    complain(oneLine(error));
    return 1;
  } finally {
    stopTenant?.();
    await storage?.stop();
  }
}

/** On Windows `func` is a script, which only a shell runs. */
const SHELL = process.platform === "win32";

function hasCoreTools(): boolean {
  return spawnSync("func", ["--version"], { stdio: "ignore", shell: SHELL }).status === 0;
}

function readLocalSettings(): Record<string, string> {
  if (!existsSync(SETTINGS_FILE)) return {};
  try {
    const { Values = {} } = JSON.parse(readFileSync(SETTINGS_FILE, "utf8")) as { Values?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(Values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw new ReportError(
      "setting-invalid",
      `${SETTINGS_FILE} can't be read: ${oneLine(error).slice(0, 120)}. Correct it, or make it anew from local.settings.sample.json.`,
      { cause: error },
    );
  }
}

async function runHost(funcOptions: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const host = spawn("func", ["start", ...funcOptions], { stdio: "inherit", env: environment, shell: SHELL });
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    isStopping = true;
    // Ctrl-C in a terminal has reached the host already; a second one would not let it end in peace.
    if (signal !== "SIGINT" || !process.stdin.isTTY) host.kill(signal);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const code = await ended(host);
    return isStopping ? 0 : (code ?? 1);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

function ended(host: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => host.once("error", reject).once("exit", (code) => resolve(code)));
}
