import type { AuthKind } from "../auth/choose-auth";
import { details, oneLine } from "../errors";
import { openLaptop } from "../embedded/laptop";
import { startLocalServer } from "../embedded/server";
import { loadSettings } from "../settings";
import { eventLine } from "../telemetry/event-line";

export interface ServeOptions {
  data: string;
  port: number;
  verbose?: boolean;
  auth?: AuthKind;
}

/** `groups-report serve`: the app's routes on loopback, until Ctrl-C. @returns the exit code. */
export async function serve({ data, port, verbose, auth }: ServeOptions): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  try {
    const laptop = await openLaptop({
      settings: loadSettings("laptop", process.env, auth),
      data,
      say: write,
      ...(verbose ? { log: (event) => write(eventLine(event)) } : {}),
    });
    try {
      const server = await startLocalServer(laptop, port, (line) => verbose && write(line));
      write(`Listening on ${server.url}/api/reports?code=${server.key}`);
      write(`Key (header x-functions-key): ${server.key}`);
      write(`Console, which asks for the key: ${server.url}/api/console`);
      const stopped = new Promise<void>((resolve) => process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve()));
      try {
        await Promise.race([stopped, laptop.broken]);
      } finally {
        await server.close();
      }
    } finally {
      await laptop.close();
    }
    return 0;
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    process.stderr.write(`${isTaken ? `Port ${port} is taken: choose another with --port, or 0 for any.` : oneLine(error)}\n`);
    if (verbose) process.stderr.write(`${details(error)}\n`);
    return 1;
  }
}
