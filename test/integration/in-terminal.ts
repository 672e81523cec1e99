import { spawn } from "node:child_process";
import { shellQuote } from "../../src/admin/grants/grant-script";

export interface Ended {
  code: number | null;
  /** Both streams, and the echo of what was typed, as the terminal shows them. */
  screen: string;
}

/** A command in a terminal of its own (`script` of util-linux), with somebody who types the answer when the question is there. */
export function runInTerminal(
  command: string[],
  environment: Record<string, string>,
  question: RegExp,
  typed: string,
): Promise<Ended> {
  const args = ["--quiet", "--return", "--command", command.map(shellQuote).join(" "), "/dev/null"];
  const child = spawn("script", args, { env: { TERM: "dumb", PATH: process.env["PATH"] ?? "", ...environment }, stdio: "pipe" });
  let screen = "";
  let isAnswered = false;
  const read = (chunk: Buffer) => {
    screen += chunk.toString();
    if (isAnswered || !question.test(screen)) return;
    isAnswered = true;
    child.stdin.write(typed);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, screen: screen.replaceAll("\r\n", "\n") }));
  });
}
