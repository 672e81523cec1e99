import type { AuthKind } from "../settings/choose-auth";
import { details, oneLine } from "../model/errors";
import { openLaptop } from "../local/laptop";
import { startLocalServer } from "../local/server";
import { loadSettings } from "../settings/settings";
import { tellMisspelt } from "./tell-misspelt";
import { complain, complainAtLength, say, sayEvent } from "../telemetry/terminal";

export interface ServeOptions {
  data: string;
  port: number;
  verbose?: boolean;
  auth?: AuthKind;
}

/** `groups-report serve`: the app's routes on loopback, until Ctrl-C. @returns the exit code. */
export async function serve({ data, port, verbose, auth }: ServeOptions): Promise<number> {
  try {
    tellMisspelt();
    const laptop = await openLaptop({
      settings: loadSettings("laptop", process.env, auth),
      data,
      say,
      ...(verbose ? { log: sayEvent } : {}),
    });
    try {
      const server = await startLocalServer(laptop, port, (line) => verbose && say(line));
      say(`Listening on ${server.url}/api/reports?code=${server.key}`);
      say(`Key (header x-functions-key): ${server.key}`);
      say(`Console, which asks for the key: ${server.url}/api/console`);
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
    complain(isTaken ? `Port ${port} is taken: choose another with --port, or 0 for any.` : oneLine(error));
    if (verbose) complainAtLength(details(error));
    return 1;
  }
}
