import { parseJson } from "../network/read-body";

export interface BatchAnswer {
  status: number;
  header: (name: string) => string | null;
  /** The inner body, as Graph gave it: an object, a string, a number, or base64 of something else. */
  body: unknown;
}

/**
 * A batch's answers by id, read as leniently as can be done without guessing: an id may be a number, a status text, the
 * headers of any kind or none. What can't be read, was not asked for, or came twice with two meanings is left out, and
 * counts as missing.
 * @returns undefined where the whole is no batch's answer.
 */
export function readBatch(text: string, asked: ReadonlySet<string>): Map<string, BatchAnswer> | undefined {
  let responses: unknown;
  try {
    responses = (parseJson(text) as { responses?: unknown } | null)?.responses;
  } catch {
    return undefined;
  }
  if (!Array.isArray(responses)) return undefined;
  const answers = new Map<string, { answer: BatchAnswer; source: string }>();
  const contradicted = new Set<string>();
  for (const response of responses as unknown[]) {
    const { id: rawId, status: rawStatus, headers, body } = (response ?? {}) as Record<string, unknown>;
    const id = typeof rawId === "number" ? String(rawId) : rawId;
    const status = typeof rawStatus === "string" && /^\d{3}$/.test(rawStatus.trim()) ? Number(rawStatus) : rawStatus;
    if (typeof id !== "string" || !asked.has(id)) continue;
    if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) continue;
    const source = JSON.stringify([status, body]);
    const earlier = answers.get(id);
    if (earlier && earlier.source !== source) contradicted.add(id);
    else if (!earlier) answers.set(id, { answer: { status, header: readHeaders(headers), body }, source });
  }
  for (const id of contradicted) answers.delete(id);
  return new Map([...answers].map(([id, { answer }]) => [id, answer]));
}

function readHeaders(headers: unknown): (name: string) => string | null {
  const known = new Map<string, string>();
  if (typeof headers === "object" && headers !== null) {
    for (const [name, value] of Object.entries(headers)) {
      const text: unknown = Array.isArray(value) ? value[0] : value;
      if (typeof text === "string" || typeof text === "number") known.set(name.toLowerCase(), String(text));
    }
  }
  return (name) => known.get(name.toLowerCase()) ?? null;
}
