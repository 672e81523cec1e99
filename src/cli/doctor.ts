import type { AuthKind } from "../settings/choose-auth";
import { type Check, SECTIONS, type Section } from "../admin/doctor/check";
import { diagnose } from "../admin/doctor/diagnose";
import { say, sayJson } from "../telemetry/terminal";
import { openGraphSession } from "./graph-session";

export interface DoctorOptions {
  auth?: AuthKind;
  data: string;
  json?: boolean;
}

const MARKS: Record<Check["state"], string> = { ok: "ok", warning: "look", problem: "PROBLEM", unknown: "?", off: "–" };

/** `groups-report doctor`: one page that tells whether a run will work. @returns 0 where all that is switched on works. */
export async function doctor({ auth, data, json }: DoctorOptions): Promise<number> {
  const diagnosis = await diagnose({ ...openGraphSession(auth), data, now: Date.now, env: process.env });
  if (json) sayJson(diagnosis);
  else page(diagnosis.checks, diagnosis.works).forEach(say);
  return diagnosis.works ? 0 : 1;
}

function page(checks: readonly Check[], works: boolean): string[] {
  const lines: string[] = [];
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  for (const section of Object.keys(SECTIONS) as Section[]) {
    const here = checks.filter((check) => check.section === section);
    if (here.length === 0) continue;
    lines.push(SECTIONS[section]);
    for (const { name, state, said, lost, remedy } of here) {
      lines.push(`  ${MARKS[state].padEnd(9)}${name.padEnd(width)}${said}`);
      if (lost) lines.push(`  ${" ".repeat(9)}${" ".repeat(width)}Lost: ${lost}.`);
      if (remedy) lines.push(`  ${" ".repeat(9)}${" ".repeat(width)}To do: ${remedy}.`);
    }
    lines.push("");
  }
  const isBroken = checks.some(({ state }) => state === "problem");
  if (works) lines.push("A run will give all that is switched on.");
  else if (isBroken) lines.push("A run will not give all that is switched on: see PROBLEM above.");
  else lines.push("Not all could be looked at, see ? above: try again later.");
  return lines;
}
