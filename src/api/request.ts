import type { HttpResponseInit } from "@azure/functions";
import type { Services } from "../activities/services";
import type { Engine } from "../runs/engine";
import type { HttpAccess, HttpAuth } from "../settings/settings";

/** The part of a request that the routes look at; the Functions host's HttpRequest and the local server's both have it. */
export interface ApiRequest {
  method: string;
  url: string;
  headers: { get(name: string): string | null };
  params: Record<string, string>;
}

export interface ApiContext {
  services: Services;
  engine: Engine;
}

export type Handler = (request: ApiRequest, context: ApiContext, access: HttpAccess) => Promise<HttpResponseInit>;

/** What a caller must be allowed; access.ts says by what, and what each means with HTTP_AUTH. With `ticket` the path holds what proves it. */
export type Permission = "read" | "operate" | "monitor" | "ticket";

export interface Route {
  /** The function's name on the host; it is never changed (Azure/azure-functions-durable-extension#1729). */
  name: string;
  method: "GET" | "POST" | "DELETE";
  /** Under /api. */
  path: string;
  /** Undefined: everybody may, for there is no data in it. */
  permission?: Permission;
}

/** HEAD is answered wherever GET is (RFC 9110, 9.3.2), but a ticket, which it would use up. */
export function methodsOf({ method, permission }: Route): (Route["method"] | "HEAD")[] {
  return method === "GET" && permission !== "ticket" ? ["GET", "HEAD"] : [method];
}

export interface ApiRoute extends Route {
  permission: Permission;
  handler: Handler;
}

/** A page, made of constants and of how the server tells its callers apart. It asks for neither storage nor engine. */
export interface PageRoute extends Route {
  permission?: never;
  page: (auth: HttpAuth) => HttpResponseInit;
}
