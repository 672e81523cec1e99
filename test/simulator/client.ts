import type { Simulator } from "../../simulator/index";

/** The tests' own small client: global fetch, one token, nothing repeated. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON. */
  json: any;
  text: string;
}

export async function managedIdentityToken(
  sim: Simulator,
  query = "resource=https://graph.microsoft.com&api-version=2019-08-01",
): Promise<Answer> {
  return read(await fetch(`${sim.identityEndpoint}?${query}`, { headers: { "X-IDENTITY-HEADER": sim.identityHeader } }));
}

export async function bearer(sim: Simulator): Promise<string> {
  return (await managedIdentityToken(sim)).json.access_token as string;
}

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  batch(requests: object[]): Promise<Answer>;
  /** Every item of a list, following nextLinks; at most 500 pages. */
  all(path: string, headers?: Record<string, string>): Promise<{ items: any[]; pages: any[][] }>;
  report(name: string): Promise<{ redirect: Answer; csv: string; status: number }>;
}

export const GROUPS_FILTER = "$filter=groupTypes/any(c:c eq 'Unified')";
export const EVENTUAL = { ConsistencyLevel: "eventual" };

export async function clientOf(sim: Simulator): Promise<Client> {
  const authorization = `Bearer ${await bearer(sim)}`;
  const urlOf = (path: string): string => (path.startsWith("http") ? path : `${sim.graphEndpoint}/v1.0${path}`);
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    read(await fetch(urlOf(path), { headers: { authorization, ...headers }, redirect: "manual" }));
  return {
    get,
    batch: async (requests) =>
      read(
        await fetch(urlOf("/$batch"), {
          method: "POST",
          headers: { authorization, "content-type": "application/json" },
          body: JSON.stringify({ requests }),
        }),
      ),
    all: async (path, headers) => {
      const pages: any[][] = [];
      for (let next: string | undefined = path; next !== undefined && pages.length < 500;) {
        const answer = await get(next, headers);
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
        pages.push(answer.json.value);
        next = answer.json["@odata.nextLink"];
      }
      return { items: pages.flat(), pages };
    },
    report: async (name) => {
      const redirect = await get(`/reports/${name}(period='D180')`);
      const location = redirect.headers.get("location");
      if (location === null) return { redirect, csv: "", status: redirect.status };
      const response = await fetch(location);
      // Response.text() would swallow the BOM.
      return { redirect, csv: Buffer.from(await response.arrayBuffer()).toString("utf8"), status: response.status };
    },
  };
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, json, text };
}

/** RFC 4180, for the tests: rows of cells by header name. */
export function parseCsv(csv: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  const text = csv.replace(/^\uFEFF/, "");
  for (let match = cells.exec(text); match && cells.lastIndex <= text.length; match = cells.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") rows.push([]);
    if (match[3] === "" || cells.lastIndex >= text.length) break;
  }
  const [header = [], ...lines] = rows;
  return lines
    .filter((line) => line.length === header.length)
    .map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ""])));
}
