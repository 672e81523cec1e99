import type { TokenProvider } from "../../src/auth/token-provider";
import { createGraphClient, type GraphClient, type GraphEnvironment, type Meter, newMeter } from "../../src/graph/client";
import { isReportError, ReportError } from "../../src/model/errors";
import { networkFetch } from "../../src/network/fetch";

/** The moment at which every test's clock starts. */
export const START = Date.parse("2026-11-23T02:00:00Z");

export interface FakeTokens extends TokenProvider {
  rejected: string[];
  /** The claims of the challenges among them. */
  challenges: string[];
  serverTimes: number[];
}

/** Hands out the first token until it is rejected, then the next; the last stays. */
export function fakeTokens(...tokens: string[]): FakeTokens {
  const rejected: string[] = [];
  const challenges: string[] = [];
  const serverTimes: number[] = [];
  const left = tokens.length > 0 ? tokens : ["token-1", "token-2", "token-3"];
  return {
    rejected,
    challenges,
    serverTimes,
    get: async () => left[0] ?? "",
    reject: (token, claims) => {
      rejected.push(token);
      if (claims !== undefined) challenges.push(claims);
      if (left[0] !== token) return false;
      if (left.length > 1) left.shift();
      return true;
    },
    noticeServerTime: (milliseconds) => void serverTimes.push(milliseconds),
    clockSkewSeconds: () => 0,
    drainCounts: () => ({ acquired: 0, renewals: 0, challenges: 0, shortestSeconds: null, longestSeconds: null }),
  };
}

export interface TestWorld {
  client: GraphClient;
  meter: Meter;
  tokens: FakeTokens;
  /** Every wait asked for, in seconds. */
  waits: number[];
  /** What onAnswer was told. */
  reached: boolean[];
  clock: { now: number };
}

/** A client whose clock moves only by its own waits; random is 0.5, so a back-off is 0.6 of its ceiling. */
export function makeWorld(endpoint: string, options: Partial<GraphEnvironment> & { signal?: AbortSignal } = {}): TestWorld {
  const { signal, ...world } = options;
  const tokens = fakeTokens();
  const clock = { now: START };
  const waits: number[] = [];
  const reached: boolean[] = [];
  const environment: GraphEnvironment = {
    endpoint,
    tokens,
    fetch: networkFetch,
    now: () => clock.now,
    isPaced: true,
    random: () => 0.5,
    sleep: async (milliseconds, aborted) => {
      aborted?.throwIfAborted();
      waits.push(Math.round(milliseconds) / 1000);
      clock.now += milliseconds;
      // Some turns of the event loop, in which a real wait would let the connection go idle.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    },
    onAnswer: (wasReached) => void reached.push(wasReached),
    ...world,
  };
  const meter = newMeter();
  return { client: createGraphClient(environment, meter, signal), meter, tokens, waits, reached, clock };
}

/** The ReportError that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<ReportError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isReportError(error)) throw new Error("not a ReportError", { cause: error });
  return error;
}

/** Everything of an error that reaches a log or a reader. */
export function shown(error: ReportError): string {
  const { cause: _, ...fields } = error;
  return `${error.message} ${JSON.stringify(fields)}`;
}
