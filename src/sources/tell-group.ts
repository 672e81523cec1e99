import { ZERO_GUID } from "../model/understood";

/** Followed by something: where the row was cut, its last word may be the beginning of another. */
const ANY_GUID = /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=[^\w-])/gi;

/** Whose row it is, though its cells are in disorder: it names one id, or several and nobody can say. */
export function tellByGuid(text: string): string | undefined {
  const ids = new Set((text.match(ANY_GUID) ?? []).map((id) => id.toLowerCase()).filter((id) => id !== ZERO_GUID));
  return ids.size === 1 ? [...ids][0] : undefined;
}

/** The same by the addresses of the tenant's groups. */
export function tellByAddress(byAddress: ReadonlyMap<string, string>): (text: string) => string | undefined {
  return (text) => {
    const ids = new Set(
      text
        .toLowerCase()
        .split(/[",\s]/)
        // The last may be cut.
        .slice(0, -1)
        .map((part) => byAddress.get(part))
        .filter((id) => id !== undefined),
    );
    return ids.size === 1 ? [...ids][0] : undefined;
  };
}
