import { complain, sayJson } from "../src/telemetry/terminal";
import { faultsPreset, startSimulator, type Switches } from "./index";

/**
 * The simulator as a process of its own, so that its work does not count against the program that talks to it. One JSON
 * argument says what to simulate; one JSON line on stdout (and one IPC message) says where it is.
 */
interface ProcessOptions {
  groups?: number;
  seed?: number;
  /** ISO date-time; default now. */
  now?: string;
  /** `permissions` as a list. */
  switches?: Omit<Partial<Switches>, "permissions"> & { permissions?: string[] };
  /** Fraction of all requests that fail, in every way at once: shorthand for `failures: faultsPreset(rate, seed)`. */
  faultRate?: number;
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? "{}") as ProcessOptions;
  const { permissions, ...switches } = options.switches ?? {};
  const simulator = await startSimulator({
    ...(options.groups === undefined ? {} : { groups: options.groups }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.now === undefined ? {} : { now: new Date(options.now) }),
    switches: {
      ...(options.faultRate ? { failures: faultsPreset(options.faultRate, options.seed) } : {}),
      ...switches,
      ...(permissions === undefined ? {} : { permissions: new Set(permissions) }),
    },
  });
  const { graphEndpoint, identityEndpoint, identityHeader, tenant } = simulator;
  const where = { graphEndpoint, identityEndpoint, identityHeader, tenantId: tenant.id };
  const stop = (): void => {
    void simulator.close().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  if (process.send) {
    // The channel ends with the parent, even where it was killed outright. Ctrl+C reaches the whole process group: the
    // parent decides, for it may still want to finish its run.
    process.once("disconnect", stop);
    process.on("SIGINT", () => undefined);
    process.send(where);
  } else process.once("SIGINT", stop);
  sayJson(where);
}

main().catch((error: unknown) => {
  complain(`The simulator did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
