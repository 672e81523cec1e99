import * as z from "zod";
import { parseChallenge } from "../auth/challenge";
import { parseJson } from "../network/read-body";
import { type GraphClient, isThrottle, isTransient } from "./client";
import { toError } from "./failure";
import { backoffSeconds, LONGEST_INLINE_WAIT_SECONDS, MOST_TRIES, requestedWaitSeconds } from "./retry";

/** Most requests in one batch (graph-facts §1.4). */
export const BATCH_SIZE = 20;

export interface BatchItem {
  /** Unique in its batch. */
  id: string;
  /** Under /v1.0, as in `/groups/{id}/owners`. */
  url: string;
  headers?: Record<string, string>;
}

export interface BatchAnswer {
  status: number;
  header: (name: string) => string | null;
  /** The inner body, as Graph gave it: an object, a string, a number, or base64 of something else. */
  body: unknown;
}

export interface BatchResult {
  /** Final answers by id, whatever their status. */
  answers: Map<string, BatchAnswer>;
  /** Refused and not worth waiting for here: to be asked again after so many seconds. */
  pending: BatchItem[];
  waitSeconds: number;
  /** Were the pending ones throttled, rather than broken? */
  wasThrottled: boolean;
}

const batchBody = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.coerce.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});

/**
 * Sends up to 20 requests in one and sends again only those that were refused, after the longest wait that any of them
 * asks for. Answers come in any order; one that is missing counts as refused. A 401 inside is answered once by a new token.
 * @throws ReportError graph-unauthorized where that is refused too.
 */
export async function sendBatch(client: GraphClient, items: readonly BatchItem[]): Promise<BatchResult> {
  const { world, meter, signal } = client;
  const answers = new Map<string, BatchAnswer>();
  const known = new Set(items.map(({ id }) => id));
  let pending = [...items];
  let tokenRejected = false;
  for (let attempt = 1; ; attempt++) {
    const requests = pending.map(({ id, url, headers }) => ({ id, method: "GET", url, ...(headers ? { headers } : {}) }));
    const { responses, token } = await client.send({ method: "POST", url: "/$batch", body: { requests } }, ({ text }, used) => ({
      ...batchBody.parse(parseJson(text)),
      token: used,
    }));
    let wait: number | undefined;
    let throttled = false;
    let challenge: { claims?: string } | undefined;
    for (const { id, status, headers = {}, body } of responses) {
      const lowerCase = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const header = (name: string) => lowerCase.get(name.toLowerCase()) ?? null;
      if (status === 401) {
        if (tokenRejected || attempt >= MOST_TRIES)
          throw toError(
            "a request in a batch",
            { status, header, body: JSON.stringify(body ?? null) },
            world.tokens.clockSkewSeconds(),
          );
        challenge = { ...challenge, ...parseChallenge(header("www-authenticate")) };
      } else if (isTransient(status) || status === 424) {
        const asked = requestedWaitSeconds(header, world.now());
        throttled ||= isThrottle(status, asked);
        if (asked !== undefined) wait = Math.max(wait ?? 0, asked);
      } else if (known.has(id)) {
        answers.set(id, { status, header, body });
      }
    }
    pending = pending.filter(({ id }) => !answers.has(id));
    if (pending.length === 0) return { answers, pending, waitSeconds: 0, wasThrottled: false };
    if (challenge) tokenRejected = world.tokens.reject(token, challenge.claims);
    const seconds = wait ?? (challenge ? 0 : backoffSeconds(attempt, throttled, world.random));
    if (throttled) meter.throttledSeconds += seconds;
    if (seconds > LONGEST_INLINE_WAIT_SECONDS || attempt >= MOST_TRIES) {
      return { answers, pending, waitSeconds: Math.max(seconds, 1), wasThrottled: throttled };
    }
    meter.retries++;
    await world.sleep(seconds * 1000, signal);
  }
}
