import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT`, with user and password where it wants them. */
  address: string;
  host: string;
  /** `host:port` of every tunnel that was asked for, in order. */
  tunnels: string[];
  /** Requests that came as for a web server: a proxy for https gets none. */
  plain: string[];
  stop: () => Promise<void>;
}

export interface ConnectProxyOptions {
  /** Answers every CONNECT with it. */
  refuses?: number;
  /** `user:password`; others get a 407. */
  wants?: string;
  /** Where all tunnels lead, whatever they ask for: names of the cloud to a server on this machine. */
  leadsTo?: string;
}

/** A real proxy on 127.0.0.1. */
export async function startConnectProxy({ refuses, wants, leadsTo }: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const plain: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    plain.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connection", (socket: Socket) => open.add(socket.on("error", () => undefined)));
  server.on("connect", (request, socket: Socket, head: Buffer) => {
    tunnels.push(request.url ?? "");
    const expected = wants && `Basic ${Buffer.from(wants).toString("base64")}`;
    const status = expected && request.headers["proxy-authorization"] !== expected ? 407 : refuses;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
      return;
    }
    const [host = "", port] = (leadsTo ?? request.url ?? "").split(":");
    const behind = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    open.add(behind);
    behind.on("error", () => socket.destroy());
    socket.on("error", () => behind.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `http://${wants ? `${wants}@` : ""}${host}`,
    host,
    tunnels,
    plain,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
