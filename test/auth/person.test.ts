import type { AuthChoice } from "../../src/settings/choose-auth";
import { createIdentity } from "../../src/auth/credential";
import { createTokenProvider, type TokenProvider } from "../../src/auth/token-provider";
import { type Simulator, startSimulator } from "../../simulator";
import { secureAuthority } from "../integration/sign-in";
import { settle } from "./fake-credential";
import { turnClock } from "./turned-clock";

/** A person who signed in for a long run is asked again only where Entra wants it: what a sign-in leaves renews by itself. */
const START = Date.parse("2026-11-23T00:00:00Z");
const MINUTE = 60_000;

const entra = secureAuthority();
let simulator: Simulator;
let tokens: TokenProvider;
let prompts: string[];

beforeEach(async () => {
  turnClock(START);
  simulator = await startSimulator({
    ...entra.options,
    groups: 5,
    clock: Date.now,
    now: new Date(START),
    switches: { deviceCodePolls: 0 },
  });
  prompts = [];
  const { tenantId } = simulator.credentials;
  const choice: AuthChoice = { kind: "device-code", tenantId, authorityHost: simulator.authorityHost };
  tokens = createTokenProvider({
    createIdentity: () => createIdentity(choice, { ca: entra.ca, prompt: (message) => prompts.push(message) }),
    resource: "https://graph.microsoft.com",
    tenantId,
    choice,
  });
});
afterEach(async () => {
  await simulator.close();
  jest.useRealTimers();
});

const at = (minute: number) => jest.setSystemTime(START + minute * MINUTE);
const asked = () => simulator.requests.filter(({ path }) => path.includes("/oauth2/v2.0/token")).length;
/** Until the renewal in the background has come to its end. */
async function renewed(count: number): Promise<void> {
  for (let turn = 0; turn < 200 && simulator.tokens.issued.length < count; turn++) await new Promise((go) => setTimeout(go, 10));
  await settle();
}

test("many who want a token at once, for whatever they want it, wait for one sign-in", async () => {
  const choice: AuthChoice = {
    kind: "device-code",
    tenantId: simulator.credentials.tenantId,
    authorityHost: simulator.authorityHost,
  };
  const options = { ca: entra.ca, prompt: (message: string) => void prompts.push(message) };
  const scope = "https://graph.microsoft.com/.default";
  const [first, second] = [createIdentity(choice, options), createIdentity(choice, options)];
  const given = await Promise.all(
    [first, second, first].map(({ credential }) => credential.getToken(scope, { enableCae: true })),
  );
  expect(given.map((token) => token !== null)).toEqual([true, true, true]);
  expect(prompts).toHaveLength(1);
});

test("in a day of requests they are asked once, and every token after the first comes without them", async () => {
  for (let minute = 0; minute <= 26 * 60; minute++) {
    at(minute);
    await tokens.get();
    if (minute % 5 === 0) await settle();
  }
  expect(prompts).toHaveLength(1);
  expect(simulator.tokens.issued.length).toBeGreaterThanOrEqual(20);
  expect(asked()).toBe(simulator.tokens.issued.length);
});

test("a token that was revoked is replaced without them, also by claims", async () => {
  const claims = `{"access_token":{"nbf":{"essential":true,"value":"${START / 1000}"}}}`;
  const first = await tokens.get();
  tokens.reject(first);
  const second = await tokens.get();
  tokens.reject(second, claims);
  const third = await tokens.get();
  expect(new Set([first, second, third]).size).toBe(3);
  expect([prompts.length, simulator.tokens.issued.length]).toEqual([1, 3]);
  expect(tokens.drainCounts()).toMatchObject({ acquired: 3, challenges: 2 });
});

test.each([503, 500, 429])("a token service that answers %d for a while asks nobody to sign in again", async (status) => {
  const first = await tokens.get();
  simulator.switches.tokenServiceStatus = status;
  at(71);
  expect(await tokens.get()).toBe(first);
  // The second time MSAL does not ask at all: it leaves such a service alone for a minute.
  for (const minute of [76, 76.5]) {
    at(minute);
    await expect(tokens.get()).rejects.toMatchObject({ code: "graph-unavailable" });
  }
  simulator.switches.tokenServiceStatus = null;
  at(80);
  expect(await tokens.get()).not.toBe(first);
  expect(prompts).toHaveLength(1);
});

test("a sign-in that Entra has ended is asked for again, once, and the run goes on", async () => {
  const first = await tokens.get();
  simulator.revokeSignIns();
  at(76);
  expect(await tokens.get()).not.toBe(first);
  expect(prompts).toHaveLength(2);
  at(146);
  await tokens.get();
  await renewed(3);
  at(152);
  await tokens.get();
  expect([prompts.length, simulator.tokens.issued.length]).toEqual([2, 3]);
});

test("a code that nobody uses is told as that, and the next try shows a new one", async () => {
  simulator.switches.deviceCodePolls = 1000;
  const waiting = tokens.get().catch((error: Error) => error.message);
  for (let turn = 0; turn < 500 && prompts.length === 0; turn++) await new Promise((go) => setTimeout(go, 10));
  at(16);
  expect(await waiting).toBe("Nobody signed in with the code while it was good. Try again.");
  simulator.switches.deviceCodePolls = 0;
  at(17);
  await tokens.get();
  expect(prompts).toHaveLength(2);
});
