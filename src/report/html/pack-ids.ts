const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGITS = 32;

/** Ids as one text of their digits, which deflate packs to 16 bytes an id; as they are where one of them is no plain GUID. */
export type PackedIds = string | string[];

export function packIds(ids: readonly string[]): PackedIds {
  return ids.every((id) => GUID.test(id)) ? ids.join("").replaceAll("-", "") : [...ids];
}

export function unpackIds(packed: PackedIds): string[] {
  if (typeof packed !== "string") return packed;
  return Array.from({ length: packed.length / DIGITS }, (_, at) => {
    const digits = packed.slice(at * DIGITS, (at + 1) * DIGITS);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  });
}
