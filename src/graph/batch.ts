import { parseChallenge } from "../auth/challenge";
import { isReportError } from "../model/errors";
import { makeAttempts, TryAgain } from "./attempts";
import { type BatchAnswer, readBatch } from "./batch-answers";
import { BATCH_URL, type GraphClient, isThrottle, isTransient } from "./client";
import { type FailedAnswer, isDenial, toError } from "./failure";
import { requestedWaitSeconds } from "./retry";

/** Most requests in one batch (https://learn.microsoft.com/graph/json-batching). */
export const BATCH_SIZE = 20;
/** A batch whose token was refused inside is sent once more. */
const MOST_TRIES = 2;
/** So many asked for alone, none of them readable and none before: then it isn't single answers that are at fault. */
const MOST_ALONE = 4;

export interface BatchItem {
  /** Unique in its batch. */
  id: string;
  /** Under /v1.0, as in `/groups/{id}/owners`. */
  url: string;
  headers?: Record<string, string>;
}

export type { BatchAnswer };

export interface BatchResult {
  /** Final answers by id, whatever their status. */
  answers: Map<string, BatchAnswer>;
  /** Those that Graph wants to be asked later. */
  throttled: string[];
  /** Failed, missing or not to be read: another try may change that. By id, with the status (0: none). */
  refused: Map<string, number>;
  /** The longest wait that any of the throttled asks for. */
  waitSeconds: number | undefined;
}

/**
 * Sends up to 20 requests in one. What was refused is the caller's to ask for again: it would hold up the others here.
 * Answers come in any order; a batch that can't be read is halved until the answer that spoils it is alone. A 401 inside
 * is answered once by a new token.
 * @throws ReportError graph-unauthorized where that is refused too, and whatever befalls the batch as a whole.
 */
export async function sendBatch(client: GraphClient, items: readonly BatchItem[]): Promise<BatchResult> {
  const result: BatchResult = { answers: new Map(), throttled: [], refused: new Map(), waitSeconds: undefined };
  let alone = 0;

  async function halve(part: readonly BatchItem[]): Promise<void> {
    const isSpoilt = part.length < items.length && alone >= MOST_ALONE && result.answers.size === 0;
    if (isSpoilt || (await sendOnce(client, part, result, part.length === items.length))) {
      for (const { id } of isSpoilt ? part : []) result.refused.set(id, 0);
      return;
    }
    if (part.length === 1) {
      alone++;
      result.refused.set((part[0] as BatchItem).id, 0);
      return;
    }
    const middle = Math.ceil(part.length / 2);
    await halve(part.slice(0, middle));
    await halve(part.slice(middle));
  }

  await halve(items);
  return result;
}

/**
 * Sends a batch once, and sorts its answers into the result.
 * @param isWhole it has not been halved yet: an answer that can't be read may be a proxy's page, and is asked for once more.
 * @returns whether the answer could be read.
 */
async function sendOnce(
  client: GraphClient,
  items: readonly BatchItem[],
  result: BatchResult,
  isWhole: boolean,
): Promise<boolean> {
  const { environment } = client;
  let left = items;
  let isReadable = true;
  let tokenRejected = false;
  await makeAttempts<void>(client, MOST_TRIES, async () => {
    const asked = new Set(left.map(({ id }) => id));
    const { answers, token } = await post(client, left, asked, isWhole);
    if (!answers) {
      isReadable = false;
      return;
    }
    let challenge: { claims?: string } | undefined;
    for (const { id } of left) {
      const answer = answers.get(id);
      if (answer?.status !== 401) {
        sort(id, answer, result, environment.now());
        asked.delete(id);
        continue;
      }
      if (tokenRejected) throw toError("a request in a batch", asFailed(answer), environment.tokens.clockSkewSeconds());
      challenge = { ...challenge, ...parseChallenge(answer.header("www-authenticate")) };
    }
    if (!challenge) return;
    left = left.filter(({ id }) => asked.has(id));
    tokenRejected = environment.tokens.reject(token, challenge.claims);
    return new TryAgain<void>({
      seconds: 0,
      // A token that others had replaced meanwhile, and that was refused too: they are asked later.
      giveUp: () => {
        for (const { id } of left) result.refused.set(id, 401);
      },
    });
  });
  return isReadable;
}

async function post(client: GraphClient, items: readonly BatchItem[], asked: ReadonlySet<string>, isWhole: boolean) {
  const requests = items.map(({ id, url, headers }) => ({ id, method: "GET", url, ...(headers ? { headers } : {}) }));
  let unreadable = 0;
  try {
    return await client.send({ method: "POST", url: BATCH_URL, body: { requests } }, ({ text }, token) => {
      const answers = readBatch(text, asked);
      if (!answers && isWhole && ++unreadable === 1) throw new Error("it is no batch's");
      return { answers, token };
    });
  } catch (error) {
    // Refused for what one of them is: halved like one that can't be read.
    if (!isReportError(error, "graph-bad-request", "graph-not-found", "graph-answer-too-large")) throw error;
    return { answers: undefined, token: "" };
  }
}

function sort(id: string, answer: BatchAnswer | undefined, result: BatchResult, now: number): void {
  if (!answer) return void result.refused.set(id, 0);
  const { status, header } = answer;
  const isRefused = isTransient(status) || status === 424 || (status === 403 && !isDenial(asFailed(answer).body));
  const seconds = isRefused ? requestedWaitSeconds(header, now) : undefined;
  if (isThrottle(status, seconds)) {
    result.throttled.push(id);
    if (seconds !== undefined) result.waitSeconds = Math.max(result.waitSeconds ?? 0, seconds);
  } else if (isRefused) {
    result.refused.set(id, status);
  } else {
    result.answers.set(id, answer);
  }
}

/** An inner answer as `failure.ts` reads one. */
export function asFailed({ status, header, body }: BatchAnswer): FailedAnswer {
  return { status, header, body: typeof body === "string" ? body : JSON.stringify(body ?? null) };
}
