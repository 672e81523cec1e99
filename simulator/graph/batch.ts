import type { World } from "../world";
import { answer, open, type PlainRequest } from "./api";
import { badRequest, failure, ok, throttled, type Reply } from "./reply";
import { statusFault } from "./fault-replies";

/** graph.md#batches: at most 20 requests. */
const MOST = 20;

interface Item {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  dependsOn?: string[];
}

/** `POST /$batch`: 200 for whatever can be parsed, answers in any order, each metered and refused by itself (graph.md#batches). */
export function answerBatch(world: World, plain: PlainRequest): Reply {
  const items = parse(plain.body);
  if (typeof items === "string") return badRequest(items);
  const batch = ++world.batches;
  const statuses = new Map<string, number>();
  const responses = items.map((item) => {
    const failedParent = (item.dependsOn ?? []).some((id) => (statuses.get(id.toLowerCase()) ?? 424) >= 400);
    const reply = failedParent
      ? failure(424, "FailedDependency", "A request that this one depends on failed.")
      : single(world, plain, item, batch);
    statuses.set(item.id.toLowerCase(), reply.status);
    return { id: item.id, status: reply.status, headers: reply.headers, body: bodyOf(world, reply) };
  });
  return ok({ responses: world.dice.shuffle(responses) });
}

function parse(body: string): Item[] | string {
  let requests: unknown;
  try {
    requests = (JSON.parse(body) as { requests?: unknown }).requests;
  } catch {
    return "The batch is not valid JSON.";
  }
  if (!Array.isArray(requests) || requests.length === 0) return "The batch holds no requests.";
  if (requests.length > MOST) return `The number of batch request steps ${requests.length} exceeds the maximum of ${MOST}.`;
  const seen = new Set<string>();
  for (const item of requests as Item[]) {
    if (typeof item.id !== "string" || typeof item.url !== "string" || typeof item.method !== "string") {
      return "Every request needs a string id, a method and a url.";
    }
    if (seen.has(item.id.toLowerCase())) return `Duplicate request id '${item.id}'.`;
    if (/^https?:/i.test(item.url)) return `Absolute URLs are not allowed in a batch: '${item.url}'.`;
    if (item.body !== undefined && !item.headers) return "A request with a body needs headers.";
    seen.add(item.id.toLowerCase());
  }
  return requests as Item[];
}

function single(world: World, outer: PlainRequest, item: Item, batch: number): Reply {
  const url = `/v1.0${item.url.startsWith("/") ? "" : "/"}${item.url}`;
  const method = item.method.toUpperCase();
  // graph.md#batches: headers such as ConsistencyLevel count only inside; the token is the outer one's.
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(item.headers ?? {})) headers[name.toLowerCase()] = String(value);
  const authorization = outer.headers["authorization"];
  if (authorization !== undefined) headers["authorization"] = authorization;
  const request = open(world, { method, url, headers, body: "" });
  const { switches, dice } = world;
  const fault = world.faults.strike(switches.failures, "subrequest", `${method} ${url}`, (probability) =>
    dice.chance(probability),
  );
  const mixed = dice.chance(switches.batchMixed429);
  const struck = fault ?? (mixed ? "batchMixed429" : null);
  let reply: Reply;
  if (fault) reply = statusFault(world, fault);
  else if (mixed) reply = throttled(switches.retryAfterSeconds * dice.int(1, 3));
  else reply = "status" in request ? request : answer(request);
  world.subrequests.push({
    at: world.clock(),
    host: "graph",
    method,
    path: url,
    status: reply.status,
    authorized: authorization !== undefined,
    batchOf: batch,
    ...("token" in request ? { token: request.token.id } : {}),
    ...(struck === null ? {} : { fault: struck }),
  });
  return reply;
}

/** graph.md#batches: a body that is no JSON comes as base64; for text/plain that is unverified, hence the switch. */
function bodyOf(world: World, reply: Reply): unknown {
  if (typeof reply.body !== "string" || !reply.headers["Content-Type"]?.startsWith("text/")) return reply.body;
  if (world.switches.batchTextBody === "number" && /^\d+$/.test(reply.body)) return Number(reply.body);
  return world.switches.batchTextBody === "base64" ? Buffer.from(reply.body).toString("base64") : reply.body;
}
