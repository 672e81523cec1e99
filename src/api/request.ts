import type { HttpResponseInit } from "@azure/functions";
import type { Services } from "../activities/services";
import type { Engine } from "../runs/engine";

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

export type Handler = (request: ApiRequest, context: ApiContext) => Promise<HttpResponseInit>;

export interface Route {
  /** The function's name on the host; it is never changed (durable-facts §2.2, 14). */
  name: string;
  method: "GET" | "POST" | "DELETE";
  /** Under /api. */
  path: string;
  handler: Handler;
}
