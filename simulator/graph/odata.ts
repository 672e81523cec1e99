import type { DirectoryGroup } from "../tenant/types";
import { badRequest, unsupportedQuery, type Reply } from "./reply";

/** The small part of OData that the routes understand; everything else is refused, as Graph refuses it. */

/** Thrown by whatever reads a query, caught by the router. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`Refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** `$select` as a list, checked against what the type has. Null where nothing was selected. */
export function selected(select: string | null, known: ReadonlySet<string>, type: string): string[] | null {
  if (select === null) return null;
  const names = select.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) {
      throw new Refusal(
        badRequest(`Parsing OData Select and Expand failed: Could not find a property named '${name}' on type '${type}'.`),
      );
    }
  }
  return names;
}

/** Only what was asked for: a client that forgets a property must not get it. */
export function pickFields(source: object, names: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of names) picked[name] = (source as Record<string, unknown>)[name] ?? null;
  return picked;
}

const CONTAINS = /^(groupTypes|resourceProvisioningOptions)\/any\((\w+)\s*:\s*(\w+)\s+eq\s+'([^']*)'\)$/i;

/** Filters on `groupTypes` and `resourceProvisioningOptions`, joined with `and` (graph.md#groups: both work without advanced query). */
export function groupFilter(filter: string): (group: DirectoryGroup) => boolean {
  const tests = filter.split(/\s+and\s+/i).map((term) => {
    const match = CONTAINS.exec(term.trim().replace(/^\((.*)\)$/, "$1"));
    if (!match || match[2] !== match[3]) {
      throw new Refusal(
        unsupportedQuery("Unsupported or invalid query filter clause specified for property of resource 'Group'."),
      );
    }
    const property = match[1]?.toLowerCase() === "grouptypes" ? "groupTypes" : "resourceProvisioningOptions";
    const value = match[4]?.toLowerCase();
    return (group: DirectoryGroup) => group[property].some((item) => item.toLowerCase() === value);
  });
  return (group) => tests.every((test) => test(group));
}

/** `owners($select=a,b)` → its inner select. Nested options other than `$select` are not known. */
export function expanded(expand: string | null): { relation: string; select: string | null } | null {
  if (expand === null) return null;
  const match = /^(\w+)(?:\(\$select=([^;)]*)\))?$/.exec(expand.trim());
  if (!match?.[1]) throw new Refusal(badRequest(`Parsing OData Select and Expand failed: '${expand}'.`));
  return { relation: match[1], select: match[2] ?? null };
}

/** `$top` within its bounds, or the refusal that the API gives. */
export function topOf(
  value: string | null,
  limits: { standard: number; max: number; over: "cap" | "400" },
  message?: string,
): number {
  if (value === null) return limits.standard;
  const top = Number(value);
  if (!Number.isInteger(top) || top < 1) throw new Refusal(badRequest(`Invalid page size specified: '${value}'.`));
  if (top <= limits.max) return top;
  if (limits.over === "400") {
    throw new Refusal(
      badRequest(message ?? `Invalid page size specified: '${value}'. Must be between 1 and ${limits.max} inclusive.`),
    );
  }
  return limits.max;
}
