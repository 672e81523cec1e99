import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultName, FaultScope } from "../faults";
import { stamped, type Reply } from "../graph/reply";
import type { RequestEntry, RequestHost, World } from "../world";
import { deliver } from "./delivery";
import { outageReply, replacesAnswer, statusFault } from "../graph/fault-replies";
import { bodyOf } from "./listener";

export interface Incoming {
  method: string;
  /** Path with query. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  entry: RequestEntry;
}

/** From a request's first byte to its answer's last: log, outage, faults, latency, answer. */
export async function exchange(
  world: World,
  log: RequestEntry[],
  host: RequestHost,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (incoming: Incoming) => Reply,
): Promise<void> {
  const incoming = await readIncoming(world, host, request);
  log.push(incoming.entry);
  incoming.entry.together = ++world.underWay[host];
  try {
    await answerIncoming(world, host, request, response, incoming, answer);
  } finally {
    world.underWay[host]--;
  }
}

async function answerIncoming(
  world: World,
  host: RequestHost,
  request: IncomingMessage,
  response: ServerResponse,
  incoming: Incoming,
  answer: (incoming: Incoming) => Reply,
): Promise<void> {
  const { entry } = incoming;
  const { switches, dice } = world;
  const cut = (): void => {
    request.socket.destroy();
  };
  if (host === "identity" ? switches.identityOutage : switches.outage) return cut();

  const scope: FaultScope = host;
  const fault = world.faults.strike(switches.failures, scope, `${incoming.method} ${incoming.url}`, (p) => dice.chance(p));
  if (fault) entry.fault = fault;
  const wait = (host === "identity" ? switches.identityLatencyMs : switches.latencyMs) + (fault === "slow" ? switches.slowMs : 0);
  if (wait > 0) await sleep(wait);
  while (switches.hold?.test(`${incoming.method} ${incoming.url}`)) await sleep(5);
  if (fault === "dropBefore") return cut();

  const at = new Date(world.clock());
  const honest = stamped(
    replyTo(world, host, fault, incoming, answer),
    randomUUID(),
    incoming.headers["client-request-id"] ?? randomUUID(),
    at,
  );
  honest.headers["Date"] = at.toUTCString();
  const reply = world.tamper?.(host, incoming, honest) ?? honest;
  entry.status = fault === "dropMidBody" ? 0 : reply.status;
  await deliver(response, reply, fault);
}

function replyTo(
  world: World,
  host: RequestHost,
  fault: FaultName | null,
  incoming: Incoming,
  answer: (i: Incoming) => Reply,
): Reply {
  const { outageStatus } = world.switches;
  if (outageStatus !== null && host !== "identity") return outageReply(outageStatus);
  return fault && replacesAnswer(fault) ? statusFault(world, fault) : answer(incoming);
}

async function readIncoming(world: World, host: RequestHost, request: IncomingMessage): Promise<Incoming> {
  const method = request.method ?? "GET";
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  const authorization = headers["authorization"];
  const token = world.tokens.identify((authorization ?? "").replace(/^Bearer\s+/i, ""));
  const userAgent = headers["user-agent"];
  const entry: RequestEntry = {
    at: world.clock(),
    host,
    method,
    path: url,
    status: 0,
    authorized: authorization !== undefined,

    ...(token ? { token: token.id } : {}),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  return { method, url, path, query, headers, body: await bodyOf(request), entry };
}
