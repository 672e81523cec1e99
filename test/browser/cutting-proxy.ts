import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface CuttingProxy {
  url: string;
  /** What was asked of files: the range, or "whole". */
  asked: string[];
  close: () => Promise<void>;
}

/** Stands before the local server, and cuts every connection on which more than so many bytes of a file have come. */
export async function startCuttingProxy(target: string, most: number): Promise<CuttingProxy> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const isFile = /\/(html|csv|xlsx|json)$/.test(incoming.url ?? "");
    if (isFile) asked.push(incoming.headers.range ?? "whole");
    const { hostname: host, port } = new URL(target);
    const { method = "GET", url: path = "/", headers } = incoming;
    const onward = request({ host, port, method, path, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      let sent = 0;
      response.on("data", (piece: Buffer) => {
        const left = isFile ? Math.max(0, most - sent) : piece.length;
        outgoing.write(piece.subarray(0, left), () => {
          if (isFile && sent > most) outgoing.destroy();
        });
        sent += piece.length;
      });
      response.on("end", () => (isFile && sent > most ? undefined : outgoing.end()));
    });
    incoming.pipe(onward);
    onward.on("error", () => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
