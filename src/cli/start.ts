import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type EmbeddedStorage, startAzurite } from "../embedded/azurite";
import { oneLine, ReportError } from "../errors";
import { complain, say } from "../terminal";
import { pointAtSimulation, startSimulatedTenant } from "./simulated-tenant";

export interface StartOptions {
  data: string;
  /** Handed on to `func start`. */
  funcOptions: string[];
}

const NO_CORE_TOOLS =
  "Azure Functions Core Tools are not installed: get them with `npm i -g azure-functions-core-tools@4`; `npm run report -- serve` needs none.";
const SETTINGS_FILE = "local.settings.json";

/**
 * `npm start`: the app on a local Functions host, with what it needs: storage, unless an account is named, and a
 * simulated tenant, unless a real one is. @returns the exit code of the host.
 */
export async function start({ data, funcOptions }: StartOptions): Promise<number> {
  let storage: EmbeddedStorage | undefined;
  let stopTenant: (() => void) | undefined;
  try {
    if (!hasCoreTools()) throw new ReportError("setting-invalid", NO_CORE_TOOLS);
    // What stands in the environment goes before local.settings.json, for Core Tools as well.
    const settings = { ...readLocalSettings(), ...process.env };
    let environment: NodeJS.ProcessEnv = { ...process.env, FUNCTIONS_WORKER_RUNTIME: "node" };

    const isSimulated = !settings["AZURE_TENANT_ID"]?.trim() && !settings["IDENTITY_ENDPOINT"]?.trim();
    const isOwnStorage = isSimulated || !namesStorage(settings);
    if (isOwnStorage) {
      const folder = path.resolve(data, "host", isSimulated ? "simulated" : tenantFolder(settings["AZURE_TENANT_ID"]));
      storage = await startAzurite(folder);
      environment["AzureWebJobsStorage"] = storage.connectionString;
      say(`Storage: Azurite, its data in ${folder}`);
    }
    if (isSimulated) {
      const tenant = await startSimulatedTenant({});
      stopTenant = tenant.stop;
      environment = pointAtSimulation(environment, tenant.address);
      // Named outright, lest local.settings.json name a real account for the reports of a simulated tenant.
      environment["REPORT_STORAGE"] = storage?.connectionString;
      say("Microsoft Graph: a simulated tenant of 1,000 groups. For a real one set AZURE_TENANT_ID, in local.settings.json too.");
    }
    return await runHost(funcOptions, environment);
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

/** Does somebody name a storage account, or an emulator of their own? The sample's value stands for the default one. */
function namesStorage(settings: Record<string, string | undefined>): boolean {
  const storage = settings["AzureWebJobsStorage"]?.trim();
  if (storage && !/^UseDevelopmentStorage=true;?$/i.test(storage)) return true;
  return Object.entries(settings).some(([name, value]) => name.startsWith("AzureWebJobsStorage__") && value?.trim());
}

/** A run under way lives in its storage: with one for all tenants, it would go on in another than it was begun in. */
function tenantFolder(tenantId = ""): string {
  const name = tenantId.trim().toLowerCase();
  return /^\w[\w.-]{0,63}$/.test(name) ? name : "tenant";
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
