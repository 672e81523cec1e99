import { createIdentity } from "../../src/auth/credential";
import { createTokenProvider } from "../../src/auth/token-provider";
import { createGraphClient, newMeter } from "../../src/graph/client";
import { networkFetch } from "../../src/network/fetch";
import { type Simulator, startSimulator } from "../../simulator";
import { secureAuthority } from "../integration/sign-in";
import { turnClock } from "./turned-clock";

/**
 * 26 hours in seconds: the clock of this process is turned, for MSAL too, while HTTP goes on by itself. Entra draws each
 * token's life between 60 and 90 minutes, as the real one does (graph.md#tokens).
 */
const START = Date.parse("2026-11-23T00:00:00Z");
const HOURS = 26;
const MINUTE = 60_000;
const entra = secureAuthority();
let simulator: Simulator;

beforeAll(async () => {
  turnClock(START);
  simulator = await startSimulator({
    ...entra.options,
    groups: 30,
    seed: 5,
    clock: Date.now,
    now: new Date(START),
    switches: { tokenLifeSeconds: [3600, 5400] },
  });
});
afterAll(async () => {
  await simulator.close();
  jest.useRealTimers();
});

test("in a day of requests none leaves with less than a minute of its token's life, for 20 to 30 tokens", async () => {
  const choice = entra.bySecret(simulator);
  const tokens = createTokenProvider({
    createIdentity: () => createIdentity(choice, { ca: entra.ca }),
    resource: "https://graph.microsoft.com",
    tenantId: simulator.credentials.tenantId,
    choice,
  });
  const client = createGraphClient(
    {
      endpoint: simulator.graphEndpoint,
      tokens,
      fetch: networkFetch,
      now: Date.now,
      random: () => 0.5,
      sleep: async () => undefined,
      isPaced: false,
    },
    newMeter(),
  );
  for (let time = START; time <= START + HOURS * 60 * MINUTE; time += MINUTE) {
    jest.setSystemTime(time);
    await client.send({ url: "/groups?$select=id&$top=1" }, () => undefined);
  }
  const byId = new Map(simulator.tokens.issued.map((token) => [token.id, token]));
  const left = simulator.requests
    .filter(({ host }) => host === "graph")
    .map(({ at, token = "", status }) => {
      expect(status).toBe(200);
      return ((byId.get(token)?.expiresAt ?? 0) - at) / 1000;
    });
  expect(left.length).toBe(HOURS * 60 + 1);
  expect(Math.min(...left)).toBeGreaterThanOrEqual(60);
  expect(byId.size).toBeGreaterThanOrEqual(20);
  expect(byId.size).toBeLessThanOrEqual(30);
  expect(tokens.drainCounts()).toMatchObject({ acquired: byId.size, renewals: byId.size - 1, challenges: 0 });
  process.stdout.write(`${left.length} requests, ${byId.size} tokens, at least ${Math.round(Math.min(...left))} s left\n`);
}, 180_000);
