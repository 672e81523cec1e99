import { type Reply, type ScriptedServer, startServer, type Step } from "../graph/scripted-server";

export interface ReportServers {
  graph: ScriptedServer;
  files: ScriptedServer;
}

/** Graph, which redirects every request for a report to a host of downloads, and that host with these replies. */
export async function startReportServers(...replies: Step[]): Promise<ReportServers> {
  const graph = await startServer();
  const files = await startServer(...replies);
  const redirect = { status: 302, headers: { location: `${files.origin}/data/download?token=SIGNED` } };
  graph.script(...replies.map(() => redirect));
  return { graph, files };
}

/** A file as Microsoft sends it: octets, with a BOM. */
export function file(...lines: string[]): Reply {
  return raw(`\uFEFF${lines.join("\r\n")}\r\n`);
}

export function raw(text: string): Reply {
  return { headers: { "content-type": "application/octet-stream" }, body: text };
}
