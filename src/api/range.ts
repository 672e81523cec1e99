/** A part of a file, both ends included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * What `Range` asks of a file of so many bytes (RFC 9110, 14). Undefined where all of it is to be sent: there is no such header, it is
 * none of bytes, it asks for several parts, it can't be read, or `If-Range` names another version of the file.
 */
export function readRange(
  header: string | null,
  ifRange: string | null,
  etag: string,
  bytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, from, to] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  if (ifRange !== null && ifRange.trim() !== etag) return undefined;
  if (from === "") {
    const count = Math.min(Number(to), bytes);
    return count === 0 ? "unsatisfiable" : { first: bytes - count, last: bytes - 1 };
  }
  const [first, last] = [Number(from), to === "" ? Infinity : Number(to)];
  if (last < first) return undefined;
  return first >= bytes ? "unsatisfiable" : { first, last: Math.min(last, bytes - 1) };
}
