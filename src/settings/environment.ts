import * as z from "zod";
import { ReportError } from "../model/errors";

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ReportError setting-invalid, naming the setting, its value and the rule. */
export function fail(name: string, value: string, rule: string, hint = ""): never {
  // On one line, and without the password of an address.
  const line = value.replace(/\s+/g, " ").replace(/\/\/[^/]*@/, "//…@");
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  throw new ReportError(
    "setting-invalid",
    `The setting ${name} is "${shown}", but it must be ${rule}.${hint} Correct it or remove it to use the default.`,
  );
}

export function wholeNumber(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const parsed = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(least).max(most)).safeParse(text);
  return parsed.success ? parsed.data : fail(name, text, `a whole number from ${least} to ${most}`);
}
