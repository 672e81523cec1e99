/** What a 401 asks for. */
export interface Challenge {
  /** JSON, to be sent with the next request for a token; undefined where it is no claims challenge. */
  claims?: string;
  /** The service's own words. */
  description?: string;
}

const SCHEME = /^([A-Za-z][\w-]*)(?=\s+[\w-]+\s*=)/;
const PARAMETER = /^([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;

/**
 * Reads the Bearer challenge of a `WWW-Authenticate` header: parameters come in any order, other schemes (PoP) may stand
 * before it in the same header, and quoted strings may hold commas and what looks like parameters (RFC 9110, 11.6.1;
 * graph.md#tokens). `claims` is base64 JSON; what can't be decoded is none.
 */
export function parseChallenge(header: string | null): Challenge {
  const parameters = new Map<string, string>();
  let scheme = "";
  for (let rest = (header ?? "").trimStart(); rest !== "";) {
    const begun = SCHEME.exec(rest);
    if (begun) {
      scheme = (begun[1] ?? "").toLowerCase();
      rest = rest.slice(begun[0].length).trimStart();
    }
    const parameter = PARAMETER.exec(rest);
    if (parameter) {
      const name = (parameter[1] ?? "").toLowerCase();
      if (scheme === "bearer" && !parameters.has(name))
        parameters.set(name, parameter[2]?.replace(/\\(.)/g, "$1") ?? parameter[3] ?? "");
      rest = rest.slice(parameter[0].length);
    } else {
      // A scheme without parameters, or nothing that we know: on to the next comma.
      const comma = rest.indexOf(",");
      if (comma < 0) break;
      rest = rest.slice(comma);
    }
    rest = rest.replace(/^[\s,]+/, "");
  }
  const claims = decode(parameters.get("claims"));
  const description = parameters.get("error_description")?.replace(/\s+/g, " ").trim().slice(0, 200);
  return { ...(claims === undefined ? {} : { claims }), ...(description ? { description } : {}) };
}

function decode(text: string | undefined): string | undefined {
  if (!text) return undefined;
  // Base64 and base64url are both in use; Buffer reads either.
  const json = Buffer.from(text, "base64").toString("utf8");
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
