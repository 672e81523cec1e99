import { readFileSync } from "node:fs";
import path from "node:path";

/** What docs/telemetry.md lets an event hold: the closed list that the tests go by. */
export interface DocumentedEvent {
  severity: string;
  fields: string[];
}

export function readDocumentedEvents(): Map<string, DocumentedEvent> {
  const text = readFileSync(path.join(__dirname, "../../docs/telemetry.md"), "utf8");
  const events = new Map<string, DocumentedEvent>();
  for (const line of text.split("\n")) {
    const [, name, severity, , fields = ""] = line.split("|").map((cell) => cell.trim());
    const event = /^`([\w-]+)`$/.exec(name ?? "")?.[1];
    if (event === undefined || severity === undefined) continue;
    // What stands in parentheses are values.
    const names = [...fields.replace(/\([^)]*\)/g, "").matchAll(/`(\w+)`/g)].map((match) => match[1] as string);
    events.set(event, { severity, fields: names });
  }
  return events;
}
