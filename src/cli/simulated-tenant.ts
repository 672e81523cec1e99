import { fork } from "node:child_process";
import path from "node:path";

/** Where a simulated tenant is, and how to be signed in to it. */
export interface SimulatedAddress {
  graphEndpoint: string;
  identityEndpoint: string;
  identityHeader: string;
  tenantId: string;
}

/** Variables that could lead to a real tenant or a real storage account. */
const REAL = /^(AZURE_|MSI_|IMDS_|IDENTITY_|AzureWebJobsStorage__|GRAPH_ENDPOINT$|REPORT_STORAGE$)/;

/** The environment without them: the simulator's managed identity is then the only one in sight. */
export function pointAtSimulation(
  environment: NodeJS.ProcessEnv,
  { graphEndpoint, identityEndpoint, identityHeader }: SimulatedAddress,
): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !REAL.test(name)));
  return {
    ...kept,
    GRAPH_ENDPOINT: graphEndpoint,
    IDENTITY_ENDPOINT: identityEndpoint,
    IDENTITY_HEADER: identityHeader,
  };
}

/** Starts a simulated tenant in a process of its own, which ends with this one at the latest. */
export async function startSimulatedTenant(options: object): Promise<{ address: SimulatedAddress; stop: () => void }> {
  const child = fork(path.join(__dirname, "simulator.js"), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: process.platform !== "win32",
  });
  const address = await new Promise<SimulatedAddress>((resolve, reject) => {
    child.once("message", (message) => resolve(message as SimulatedAddress));
    child.once("exit", (code) => reject(new Error(`The simulated Graph did not start (exit code ${code}).`)));
  });
  return {
    address,
    stop: () => {
      child.removeAllListeners("exit");
      if (child.connected) child.disconnect();
    },
  };
}
