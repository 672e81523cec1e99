import type { Cost } from "./limits";
import type { Reply } from "./reply";
import type { GraphRequest } from "./request";

/** One address of the API. */
export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  pattern: RegExp;
  /** One of these app roles is needed. */
  roles: readonly string[];
  cost(request: GraphRequest, match: RegExpExecArray): Cost;
  answer(request: GraphRequest, match: RegExpExecArray): Reply;
}
