import { createTokenProvider } from "../../src/auth/token-provider";
import { fakeCredential } from "./fake-credential";

/** This machine's clock is wrong; Graph's `Date` headers tell by how much. Minutes are by this machine's clock. */
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
    const token = `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.x`;
    fake.givesUntil(token, minute);
    return token;
  };
  const notice = () => provider.noticeServerTime(fake.now() + skewMinutes * 60_000);
  return { fake, provider, events, gives, notice };
}

test("behind by ten minutes: a token is not used past its end by the server's clock", async () => {
  const { fake, provider, gives, notice } = make(10);
  const one = gives(0);
  const two = gives(59.5);
  expect(await provider.get()).toBe(one);
  notice();
  fake.clock.minutes = 58.5;
  expect(await provider.get()).toBe(one);
  fake.clock.minutes = 59.5;
  expect(await provider.get()).toBe(two);
  expect(provider.clockSkewSeconds()).toBe(600);
});

test("ahead by ten minutes: a token is used to its end by this clock, no longer", async () => {
  const { fake, provider, gives, notice } = make(-10);
  const one = gives(0);
  expect(await provider.get()).toBe(one);
  notice();
  fake.clock.minutes = 48;
  expect(await provider.get()).toBe(one);
  expect(provider.clockSkewSeconds()).toBe(-600);
});

test("it is told once, and not at all below a minute", () => {
  const { provider, events, notice } = make(3);
  for (let n = 0; n < 5; n++) notice();
  expect(events).toEqual([{ event: "clock-skew", seconds: 180 }]);
  const small = make(0.5);
  small.notice();
  expect([small.provider.clockSkewSeconds(), small.events]).toEqual([0, []]);
  expect(provider.clockSkewSeconds()).toBe(180);
});
