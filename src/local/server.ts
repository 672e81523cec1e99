import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpResponseInit } from "@azure/functions";
import { authLevelOf } from "../api/access";
import { problem } from "../api/problem";
import { type ApiContext, type ApiRequest, methodsOf, type Route } from "../api/request";
import { answer, ROUTES } from "../api/routes";
import type { HttpAccess } from "../settings/settings";
import { eventLine } from "../telemetry/event-line";

/** Whatever HTTP_AUTH says: nothing stands in front of this server that could tell who calls. */
const ACCESS: HttpAccess = { auth: "key", isGuarded: false };

export interface LocalServer {
  url: string;
  /** Wanted with every request but the console page's, as `x-functions-key` or `?code=`, as on the Functions host. */
  key: string;
  close: () => Promise<void>;
}

/** Serves the routes of the app on loopback alone, with a random key, to requests that name loopback as their host. */
export async function startLocalServer(context: ApiContext, port: number, log: (line: string) => void): Promise<LocalServer> {
  const key = randomBytes(24).toString("base64url");
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing, context, key, log).catch((error: unknown) => {
      log(String(error));
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  context: ApiContext,
  key: string,
  log: (line: string) => void,
): Promise<void> {
  incoming.resume();
  const host = incoming.headers.host ?? "";
  // Another name for 127.0.0.1 is a page somewhere else that has bent its own name to here (DNS rebinding).
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host))
    return send(outgoing, problem(421, "Wrong host", "This server answers to 127.0.0.1 and localhost only."));
  const base = `http://${host}`;
  const target = incoming.url ?? "/";
  const url = URL.canParse(target, base) ? new URL(target, base) : undefined;
  // `//other/path` and `http://other/path` name another host than the one just looked at.
  if (!url || url.host !== new URL(base).host)
    return send(outgoing, problem(400, "Bad request", "The request's path can't be read."));
  const matches = ROUTES.map((route) => ({ route, params: match(route, url.pathname) })).filter(
    ({ params }) => params !== undefined,
  );
  const found = matches.find(({ route }) => methodsOf(route).some((method) => method === incoming.method));
  const given = incoming.headers["x-functions-key"] ?? url.searchParams.get("code");
  const isOpen = found !== undefined && authLevelOf(found.route, ACCESS.auth) === "anonymous";
  if (!isOpen && (typeof given !== "string" || !isSame(given, key)))
    return send(
      outgoing,
      problem(401, "Key missing", "Send the key that `serve` printed, as the header x-functions-key or as ?code=."),
    );
  if (!found) {
    const allowed = matches.map(({ route }) => route.method).join(", ");
    return send(
      outgoing,
      matches.length > 0
        ? problem(405, "Method not allowed", `Use ${allowed}.`, {}, { allow: allowed })
        : problem(404, "No such route", "See GET /api/reports."),
    );
  }
  const request: ApiRequest = {
    method: incoming.method ?? "GET",
    url: url.toString(),
    headers: { get: (name) => single(incoming.headers[name.toLowerCase()]) },
    params: found.params ?? {},
  };
  return send(
    outgoing,
    await answer(found.route, request, {
      access: () => ACCESS,
      open: async () => context,
      log: (event) => log(eventLine(event)),
    }),
  );
}

const single = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? value.join(", ") : (value ?? null);

function isSame(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The parameters of a route's path, or undefined where it is another's. */
function match({ path }: Route, pathname: string): Record<string, string> | undefined {
  const wanted = `/api/${path}`.split("/");
  const given = pathname.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) params[name] = safeDecode(given[at] ?? "");
    else if (part !== given[at]) return undefined;
  }
  return params;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function send(outgoing: ServerResponse, { status = 200, headers = {}, body }: HttpResponseInit): Promise<void> {
  outgoing.writeHead(status, headers as Record<string, string>);
  if (body === undefined || body === null) outgoing.end();
  else if (typeof body === "string") outgoing.end(body);
  else await pipeline(Readable.fromWeb(body as never), outgoing);
}
