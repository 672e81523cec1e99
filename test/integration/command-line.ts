import { spawn } from "node:child_process";
import path from "node:path";

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  /** Resolves when the output has this text. */
  until: (text: string | RegExp) => Promise<string>;
  kill: (signal: NodeJS.Signals) => void;
  finished: Promise<Finished>;
}

const CLI = path.join(__dirname, "../../dist/cli.js");

/** The built command line in a process of its own, with these variables and no others. */
export const start = (args: string[], environment?: Record<string, string>, input?: string): Started =>
  startIn(process.cwd(), args, environment, input);

/** The same in another folder. */
export function startIn(folder: string, args: string[], environment: Record<string, string> = {}, input = ""): Started {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment },
    stdio: "pipe",
  });
  child.stdin.on("error", () => undefined).end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return {
    finished,
    kill: (signal) => child.kill(signal),
    until: async (text) => {
      for (let ended = false; ;) {
        const found = typeof text === "string" ? stdout.includes(text) : text.test(stdout);
        if (found) return stdout;
        if (ended) throw new Error(`ended without ${String(text)}: ${stdout} ${stderr}`);
        ended = await Promise.race([
          finished.then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
        ]);
      }
    },
  };
}

/** @param input its standard input. */
export const runCommand = (args: string[], environment?: Record<string, string>, input?: string): Promise<Finished> =>
  start(args, environment, input).finished;
