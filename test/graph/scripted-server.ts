import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What came in. `connection` numbers the TCP connections, from 1. */
export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  connection: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
  /** `drop`: the connection closes before a header; `cut`: in the middle of the body; `hang`: no answer at all. */
  fault?: "drop" | "cut" | "hang";
}

export type Step = Reply | ((seen: Seen) => Reply);

export interface ScriptedServer {
  origin: string;
  seen: Seen[];
  /** Adds replies. Each request takes the next one; a request too many gets a 418, which no client tries again. */
  script: (...steps: Step[]) => void;
  stop: () => Promise<void>;
}

const running = new Set<ScriptedServer>();

/** A real HTTP server on 127.0.0.1 that gives scripted replies and takes down every request. */
export async function startServer(...first: Step[]): Promise<ScriptedServer> {
  const steps = [...first];
  const seen: Seen[] = [];
  const connections = new Map<Socket, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (!connections.has(request.socket)) connections.set(request.socket, connections.size + 1);
      const one: Seen = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
        connection: connections.get(request.socket) ?? 0,
      };
      seen.push(one);
      const step = steps.shift() ?? { status: 418, body: "the script is over" };
      answer(request, response, typeof step === "function" ? step(one) : step);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const scripted: ScriptedServer = {
    origin: `http://127.0.0.1:${port}`,
    seen,
    script: (...more) => void steps.push(...more),
    stop: () => stop(server),
  };
  running.add(scripted);
  return scripted;
}

/** For afterEach. */
export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
  running.clear();
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, headers = {}, body = "", fault }: Reply,
): void {
  if (fault === "hang") return;
  if (fault === "drop") {
    request.socket.destroy();
    return;
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const length = fault === "cut" ? bytes.length + 1000 : bytes.length;
  response.writeHead(status, {
    "content-type": typeof body === "string" ? "text/plain" : "application/json",
    ...headers,
    "content-length": length,
  });
  if (fault === "cut") response.write(bytes, () => request.socket.destroy());
  else response.end(bytes);
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
