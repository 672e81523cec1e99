import * as fc from "fast-check";
import { createTokenProvider } from "../../src/auth/token-provider";
import { fakeCredential, settle } from "./fake-credential";

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60;

/** This machine's clock is wrong by so many minutes; Graph's `Date` headers tell. Minutes are by this machine's clock. */
function make(skewMinutes: number) {
  const fake = fakeCredential("never");
  const events: unknown[] = [];
  const provider = createTokenProvider({
    createIdentity: fake.createIdentity,
    resource: "https://graph.microsoft.com",
    now: fake.now,
    log: (event) => events.push(event),
  });
  /** A token as a managed identity's endpoint gives it: good for an hour, and its expiry is told by the server's clock alone. */
  const gives = (givenAtMinute: number) => {
    const minute = givenAtMinute + 60 + skewMinutes;
    const exp = fake.now() / 1000 + minute * 60;
    const token = `e30.${Buffer.from(JSON.stringify({ exp, iat: exp - 3600 })).toString("base64url")}.x`;
    fake.givesUntil(token, minute);
    return token;
  };
  const notice = (answers = 3) => {
    for (let n = 0; n < answers; n++) provider.noticeServerTime(fake.now() + skewMinutes * MINUTE);
  };
  return { fake, provider, events, gives, notice };
}

test("behind by ten minutes: a token is renewed five minutes ahead of its end by the server's clock", async () => {
  const { fake, provider, gives, notice } = make(10);
  const one = gives(0);
  const two = gives(55);
  expect(await provider.get()).toBe(one);
  notice();
  fake.clock.minutes = 54;
  expect(await provider.get()).toBe(one);
  await settle();
  expect(fake.asked).toHaveLength(1);
  fake.clock.minutes = 55;
  expect(await provider.get()).toBe(one);
  await settle();
  expect(await provider.get()).toBe(two);
  expect(provider.clockSkewSeconds()).toBe(600);
});

test("ahead by ten minutes: a token is used to its end by this clock", async () => {
  const { fake, provider, gives, notice } = make(-10);
  const one = gives(0);
  expect(await provider.get()).toBe(one);
  notice();
  fake.clock.minutes = 44;
  expect(await provider.get()).toBe(one);
  expect(fake.asked).toHaveLength(1);
  expect(provider.clockSkewSeconds()).toBe(-600);
});

test("it is told once, by the third answer that agrees, and not at all below a minute", () => {
  const { provider, events, notice } = make(3);
  notice(2);
  expect([provider.clockSkewSeconds(), events]).toEqual([0, []]);
  notice(5);
  expect(events).toEqual([{ event: "clock-skew", seconds: 180 }]);
  expect(provider.clockSkewSeconds()).toBe(180);
  const small = make(0.5);
  small.notice();
  expect([small.provider.clockSkewSeconds(), small.events]).toEqual([0, []]);
});

test("one answer, or two, of another time change nothing", () => {
  const { provider, events, notice } = make(0);
  for (const odd of [10 * YEAR, -10 * YEAR, 20]) {
    notice();
    provider.noticeServerTime(make(0).fake.now() + odd * MINUTE);
    provider.noticeServerTime(make(0).fake.now() + (odd + 5) * MINUTE);
  }
  expect([provider.clockSkewSeconds(), events]).toEqual([0, []]);
});

test.each([
  ["2016", 10 * YEAR],
  ["an hour early", 61],
  ["an hour late", -61],
  ["almost an hour late", -59.5],
  ["2036", -10 * YEAR],
])(
  "on a machine whose clock says %s a token of an endpoint that tells its end by its own clock is used for its whole life",
  async (_, skew) => {
    const { fake, provider, gives, notice } = make(skew);
    const one = gives(0);
    const seconds = 10;
    for (; fake.clock.minutes < 54; fake.clock.minutes += seconds / 60) {
      expect(await provider.get()).toBe(one);
      notice(1);
      await settle();
    }
    // Every fifteen seconds at most, where the endpoint goes on giving the same.
    expect(fake.asked.length).toBeLessThanOrEqual(54 * 4 + 2);
  },
);

/** An endpoint, and a Graph that takes a token until it has expired, in true time. */
function makeWorld(lifeMinutes: number, clockMinutes: number, givesSameMinutes: number, telling: "absolute" | "relative") {
  const clock = { minutes: 0 };
  const trueNow = () => Date.parse("2026-11-23T02:00:00Z") + clock.minutes * MINUTE;
  const now = () => trueNow() + clockMinutes * MINUTE;
  let requests = 0;
  let current = { token: "", made: -Infinity, end: -Infinity };
  const provider = createTokenProvider({
    resource: "https://graph.microsoft.com",
    now,
    createIdentity: () => ({
      claims: "never",
      credential: {
        getToken: async () => {
          requests++;
          if (clock.minutes >= current.made + givesSameMinutes) {
            const [iat, exp] = [0, lifeMinutes].map((minute) => Math.floor((trueNow() + minute * MINUTE) / 1000));
            const token = `e30.${Buffer.from(JSON.stringify({ exp, iat })).toString("base64url")}.x`;
            current = { token, made: clock.minutes, end: clock.minutes + lifeMinutes };
          }
          const end = telling === "absolute" ? trueNow() : now();
          return { token: current.token, expiresOnTimestamp: end + (current.end - clock.minutes) * MINUTE };
        },
      },
    }),
  });
  return {
    clock,
    trueNow,
    provider,
    isTaken: (token: string) => token === current.token && clock.minutes < current.end,
    requests: () => requests,
  };
}

test("whatever Date headers come and whatever this machine's clock says, a token that Graph takes is used, and few are asked for", async () => {
  const dates = fc.oneof(
    fc.constant(0),
    fc.constantFrom(10 * YEAR, -10 * YEAR, 20, -20, 59, 60, 61),
    fc.double({ min: -20 * YEAR, max: 20 * YEAR, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 60, max: 90 }),
      fc.constantFrom(0, 0, 20, -20, 10 * YEAR, -10 * YEAR),
      fc.constantFrom<"absolute" | "relative">("absolute", "relative"),
      fc.array(dates, { minLength: 1, maxLength: 12 }),
      async (life, clockMinutes, telling, differences) => {
        // Like a platform's cache: it gives the same until five minutes before the end.
        const { clock, trueNow, provider, isTaken, requests } = makeWorld(life, clockMinutes, life - 5, telling);
        const hours = 6;
        let refused = 0;
        for (let n = 0; clock.minutes < hours * 60; n++, clock.minutes += 1) {
          let token = await provider.get();
          if (!isTaken(token)) {
            refused++;
            provider.reject(token);
            token = await provider.get();
          }
          expect(isTaken(token)).toBe(true);
          provider.noticeServerTime(trueNow() + (differences[n % differences.length] ?? 0) * MINUTE);
          await settle();
        }
        const lives = (hours * 60) / (life - 5);
        expect(refused).toBeLessThanOrEqual(lives + 1);
        // A renewal, one brought forward; while a cache gives the same, every 15 s for the last five minutes, every 2 minutes after.
        expect(requests()).toBeLessThanOrEqual((lives + 1) * (2 + 5 * 4 + 20 / 2));
      },
    ),
    { numRuns: 60 },
  );
});
