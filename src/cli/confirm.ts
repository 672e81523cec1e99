import { createInterface } from "node:readline/promises";
import { ReportError } from "../model/errors";
import { ask, say } from "../telemetry/terminal";

/**
 * Asks a question that wants `yes`, in a terminal. Where nobody can be asked nothing is done, and nothing is waited for.
 * @throws ReportError cancelled.
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new ReportError("cancelled", `Nothing was changed: there is no terminal to ask in. "${question}" Add --yes if so.`);
  const lines = createInterface({ input: process.stdin, terminal: false });
  ask(`${question} [yes/no]`);
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const answer = await Promise.race([new Promise<string>((resolve) => lines.once("line", resolve)), ended]);
  lines.close();
  say("");
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new ReportError("cancelled", "Nothing was changed. Answer yes, or add --yes where nobody can be asked.");
}
