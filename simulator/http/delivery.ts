import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FaultName } from "../faults";
import type { Reply } from "../graph/reply";
import { isChunked } from "../reports/download";

/** Puts a reply on the wire, whole or as a fault spoils it. Resolves when it is out or the peer is gone. */
export async function deliver(response: ServerResponse, reply: Reply, fault: FaultName | null): Promise<void> {
  if ((isChunked(reply.body) && fault !== "dropMidBody" && fault !== "truncatedJson") || isStream(reply.body)) {
    response.writeHead(reply.status, reply.headers);
    // A client that hangs up in the middle is no fault of ours.
    await pipeline(Readable.from(reply.body), response).catch(() => undefined);
    return;
  }
  const bytes = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(textOf(reply.body));
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  if (fault === "truncatedJson") {
    response.writeHead(200, { ...reply.headers, "Content-Length": half.length });
    response.end(half);
  } else if (fault === "dropMidBody") {
    response.writeHead(reply.status, { ...reply.headers, "Content-Length": bytes.length + 1 });
    response.write(half, () => response.socket?.destroy());
  } else {
    response.writeHead(reply.status, { ...reply.headers, "Content-Length": bytes.length });
    response.end(bytes);
  }
}

/** Only a tampered reply is one (Simulator.tamper): a body of any size, made while it is sent. */
function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  return isChunked(body) ? [...body].join("") : JSON.stringify(body);
}
