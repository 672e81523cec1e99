import { createInterface } from "node:readline/promises";
import { ReportError } from "../errors";
import { ask, say } from "../terminal";

/**
 * Asks a question that wants `yes`. Where nobody answers (standard input is closed or ends), nothing is done.
 * @throws ReportError cancelled.
 */
export async function confirm(question: string): Promise<void> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  ask(`${question} [yes/no]`);
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const answer = await Promise.race([new Promise<string>((resolve) => lines.once("line", resolve)), ended]);
  lines.close();
  say("");
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new ReportError("cancelled", "Nothing was changed. Answer yes, or add --yes where nobody can be asked.");
}
