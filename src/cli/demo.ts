import { fork } from "node:child_process";
import path from "node:path";
import { run, type RunOptions } from "./run";

export interface DemoOptions extends RunOptions {
  groups: number;
  seed: number;
  faults?: boolean;
}

/** Every way to fail at once, for one request in twenty. */
const FAULT_RATE = 0.05;

interface Address {
  graphEndpoint: string;
  identityEndpoint: string;
  identityHeader: string;
  tenantId: string;
}

/** The command `run`, pointed at a simulated tenant in a process of its own. */
export async function demo({ groups, seed, faults, ...options }: DemoOptions): Promise<number> {
  const child = fork(
    path.join(__dirname, "simulator.js"),
    [JSON.stringify({ groups, seed, ...(faults ? { faultRate: FAULT_RATE } : {}) })],
    { stdio: ["ignore", "ignore", "inherit", "ipc"], detached: process.platform !== "win32" },
  );
  const address = await new Promise<Address>((resolve, reject) => {
    child.once("message", (message) => resolve(message as Address));
    child.once("exit", (code) => reject(new Error(`The simulated Graph did not start (exit code ${code}).`)));
  });
  // The simulator's managed identity is the only one in sight: a demo never touches a real tenant.
  for (const name of Object.keys(process.env))
    if (/^(AZURE_|MSI_|IMDS_|IDENTITY_|GRAPH_ENDPOINT$|REPORT_STORAGE$)/.test(name)) delete process.env[name];
  process.env["GRAPH_ENDPOINT"] = address.graphEndpoint;
  process.env["IDENTITY_ENDPOINT"] = address.identityEndpoint;
  process.env["IDENTITY_HEADER"] = address.identityHeader;
  try {
    return await run({ ...options, isPaced: false });
  } finally {
    child.removeAllListeners("exit");
    child.disconnect();
  }
}
