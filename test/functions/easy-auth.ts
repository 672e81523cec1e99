import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface GuardedApp {
  url: string;
  /** The host's key, where HTTP_AUTH wants one. */
  key: string;
  stop: () => Promise<void>;
}

/** Starts easy-auth-host.cjs with these variables and no others. `isGuarded`: is App Service authentication on? */
export async function startGuardedApp(environment: Record<string, string>, isGuarded = true): Promise<GuardedApp> {
  const program = path.join(__dirname, "easy-auth-host.cjs");
  const child = spawn(process.execPath, [program, path.join(__dirname, "../..")], {
    env: {
      PATH: process.env["PATH"] ?? "",
      ...environment,
      ...(isGuarded ? { WEBSITE_AUTH_ENABLED: "True" } : { EASY_AUTH: "off" }),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const line = await Promise.race([
    once(child.stdout, "data").then(([chunk]) => String(chunk)),
    ended.then(() => {
      throw new Error("the app ended before it was there");
    }),
  ]);
  return {
    ...(JSON.parse(line) as { url: string; key: string }),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
