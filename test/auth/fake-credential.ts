import type { AccessToken } from "@azure/identity";
import type { Identity } from "../../src/auth/credential";

const MINUTE = 60_000;
const START = Date.parse("2026-11-23T02:00:00Z");

type Answer = AccessToken | Error;

/** A credential whose answers are scripted or held back, and a clock in minutes. The last answer stays. */
export function fakeCredential(claims: Identity["claims"] = "fresh") {
  const clock = { minutes: 0 };
  const asked: { scope: string | string[]; made: number; atMinute: number; claims?: string }[] = [];
  const answers: (() => Answer)[] = [];
  let made = 0;
  let gate: Promise<void> = Promise.resolve();
  const now = () => START + clock.minutes * MINUTE;

  function createIdentity(): Identity {
    const own = ++made;
    return {
      claims,
      credential: {
        getToken: async (scope, options) => {
          asked.push({ scope, made: own, atMinute: clock.minutes, ...(options?.claims ? { claims: options.claims } : {}) });
          const answer = (answers.length > 1 ? answers.shift() : answers[0])?.();
          await gate;
          if (answer instanceof Error) throw answer;
          return answer ?? null;
        },
      },
    };
  }

  return {
    clock,
    asked,
    now,
    createIdentity,
    /** A token that lives so many minutes from when it is given; refreshIn in minutes, as the service's own hint. */
    gives(token: string, lifeMinutes: number, refreshIn?: number) {
      answers.push(() => ({
        token,
        expiresOnTimestamp: now() + lifeMinutes * MINUTE,
        ...(refreshIn === undefined ? {} : { refreshAfterTimestamp: now() + refreshIn * MINUTE }),
      }));
    },
    /** A token that expires at a fixed minute of the clock, as a cache gives it again and again. */
    givesUntil(token: string, expiryMinute: number) {
      answers.push(() => ({ token, expiresOnTimestamp: START + expiryMinute * MINUTE }));
    },
    fails(message: string) {
      answers.push(() => new Error(message));
    },
    /** Holds all answers back until the function that it gives is called. */
    hold(): () => void {
      let open: (() => void) | undefined;
      gate = new Promise((resolve) => (open = resolve));
      return () => open?.();
    },
  };
}

/** Lets a renewal in the background come to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
