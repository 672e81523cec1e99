import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface TlsOptions {
  key: string;
  cert: string;
}

export interface Listener {
  origin: string;
  close(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 and nowhere else. */
export async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  tls?: TlsOptions,
): Promise<Listener> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      // A bug of the simulator must be seen by the test that met it, not take the process down.
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain", "x-simulator-bug": "true" });
      response.end(error instanceof Error ? error.stack : String(error));
    });
  };
  const server: Server = tls ? createSecureServer(tls, onRequest) : createServer(onRequest);
  // Longer than any client keeps a connection: a server that closes first makes clients see resets.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body as text. Nothing that is sent to Graph here is larger than a batch. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
