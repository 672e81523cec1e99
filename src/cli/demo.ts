import { run, type RunOptions } from "./run";
import { pointAtSimulation, startSimulatedTenant } from "./simulated-tenant";

export interface DemoOptions extends RunOptions {
  groups: number;
  seed: number;
  faults?: boolean;
}

/** Every way to fail at once, for one request in twenty. */
const FAULT_RATE = 0.05;

/** The command `run`, pointed at a simulated tenant in a process of its own: a demo never touches a real one. */
export async function demo({ groups, seed, faults, ...options }: DemoOptions): Promise<number> {
  const simulated = await startSimulatedTenant({ groups, seed, ...(faults ? { faultRate: FAULT_RATE } : {}) });
  process.env = pointAtSimulation(process.env, simulated.address);
  try {
    return await run({ ...options, isPaced: false });
  } finally {
    simulated.stop();
  }
}
