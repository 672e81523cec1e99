import { unauthorized } from "../identity/challenge";
import { failure, throttled, type Reply } from "./reply";
import type { FaultName } from "../faults";
import type { World } from "../world";

const HTML =
  "<!DOCTYPE html><html><head><title>Web proxy</title></head><body><h1>Please sign in to the network</h1></body></html>";

/** The faults that are an answer of their own. Those that spoil a good answer are `http/delivery.ts`'s. */
export function statusFault(world: World, fault: FaultName): Reply {
  const seconds = world.switches.retryAfterSeconds;
  switch (fault) {
    case "throttle429":
      return throttled(seconds);
    case "throttle429NoRetryAfter":
      return throttled(null);
    case "503RetryAfter":
      return failure(503, "serviceNotAvailable", "The service is temporarily unavailable.", { "Retry-After": String(seconds) });
    case "503":
      return failure(503, "ServiceUnavailable", "The service is unavailable.");
    case "504":
      return failure(504, "UnknownError", "The upstream did not answer in time.");
    case "401once":
      return unauthorized("Lifetime validation failed, the token is expired.");
    case "html200":
      return { status: 200, headers: { "Content-Type": "text/html; charset=utf-8" }, body: HTML };
    default:
      return failure(500, "generalException", "An unexpected error occurred.");
  }
}

export function outageReply(status: number): Reply {
  return failure(status, "UnknownError", "The service is not available.");
}

/** Is this fault an answer in place of the true one? */
export function replacesAnswer(fault: FaultName): boolean {
  return !["dropBefore", "dropMidBody", "truncatedJson", "slow"].includes(fault);
}
