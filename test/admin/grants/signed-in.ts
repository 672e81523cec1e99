import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Simulator } from "../../../simulator";

/** Puts the stand-in for the Azure CLI on a PATH of its own. @returns that PATH. */
export async function installAz(folder: string): Promise<string> {
  const bin = path.join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const file = path.join(bin, "az");
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${path.join(__dirname, "fake-az.cjs")}' "$@"\n`);
  await chmod(file, 0o755);
  return `${bin}${path.delimiter}/usr/bin${path.delimiter}/bin`;
}

/** The variables of a shell in which an administrator has signed in by `az login`, and nothing else is configured. */
export function signedIn(
  simulator: Simulator,
  searchPath: string,
  token = simulator.administratorToken(),
): Record<string, string> {
  return {
    PATH: searchPath,
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    // Without it each command looks for a managed identity on the network first.
    AZURE_TOKEN_CREDENTIALS: "AzureCliCredential",
    FAKE_AZ_TOKEN: token,
  };
}
