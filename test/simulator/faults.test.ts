import { FAULTS, faultsPreset, makeTenant, startSimulator, type FaultRule, type Simulator } from "../../simulator/index";
import { clientOf, type Client } from "./client";

const tenant = makeTenant({ groups: 80 });
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  sim = await startSimulator({ tenant });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const once = (fault: FaultRule["fault"]): void => {
  sim.switches.failures = [{ fault, probability: 1, times: 1 }];
};

const faultsOf = async (seed: number): Promise<string[]> => {
  const other = await startSimulator({ tenant, seed, switches: { slowMs: 1 } });
  const its = await clientOf(other);
  other.switches.failures = faultsPreset(0.5, seed);
  for (let i = 0; i < 300; i++) await its.get(`/groups?$top=1&$select=id`).catch(() => undefined);
  await other.close();
  return other.requests.map((request) => request.fault ?? "");
};

describe("faults", () => {
  test.each([
    ["throttle429", 429, "1"],
    ["throttle429NoRetryAfter", 429, null],
    ["503RetryAfter", 503, "1"],
    ["503", 503, null],
    ["504", 504, null],
    ["500", 500, null],
  ] as const)(
    "graph.md#throttling-headers, graph.md#errors: %s is %i with Retry-After %s, and the next request is well",
    async (fault, status, retryAfter) => {
      once(fault);
      const answer = await client.get("/organization");
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
      expect(answer.json.error.innerError["request-id"]).toBeDefined();
      expect((await client.get("/organization")).status).toBe(200);
    },
  );

  test.each(["dropBefore", "dropMidBody"] as const)("%s cuts the connection", async (fault) => {
    once(fault);
    await expect(client.get("/groups")).rejects.toThrow(/fetch failed|terminated/);
    expect(sim.requests.at(-1)).toMatchObject({ fault, status: 0 });
    expect((await client.get("/groups")).status).toBe(200);
  });

  test("truncatedJson and html200 are 200 and no JSON", async () => {
    for (const fault of ["truncatedJson", "html200"] as const) {
      once(fault);
      const answer = await client.get("/groups");
      expect([answer.status, answer.json]).toEqual([200, undefined]);
    }
  });

  test("graph.md#errors: 401once refuses a good token, and never twice running for the same URL", async () => {
    sim.switches.failures = [{ fault: "401once", probability: 1 }];
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await client.get("/organization")).status);
    expect(statuses).toEqual([401, 200, 401, 200]);
  });

  test("slow and latencyMs only take time", async () => {
    sim.switches.slowMs = 40;
    once("slow");
    const begin = performance.now();
    expect((await client.get("/organization")).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(35);
  });

  test("a rule can be aimed: by URL, after so many, so often", async () => {
    sim.switches.failures = [{ fault: "500", probability: 1, match: "^GET /v1.0/groups\\?", skip: 1, times: 2 }];
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await client.get("/groups?$top=1")).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect((await client.get("/organization")).status).toBe(200);
  });

  test("a download can be cut in its middle", async () => {
    sim.switches.failures = [{ fault: "dropMidBody", probability: 1, times: 1, scope: ["download"] }];
    await expect(client.report("getTeamsTeamActivityDetail")).rejects.toThrow("terminated");
    expect((await client.report("getTeamsTeamActivityDetail")).status).toBe(200);
  });

  test("faultsPreset fails the asked share of requests, in every way, the same way for the same seed", async () => {
    const seen = await faultsOf(3);
    const struck = seen.filter((fault) => fault !== "");
    expect(struck.length).toBeGreaterThan(90);
    expect(struck.length).toBeLessThan(170);
    expect(new Set(struck)).toEqual(new Set(FAULTS));
    expect(await faultsOf(3)).toEqual(seen);
    expect(await faultsOf(4)).not.toEqual(seen);
  });

  test("an outage drops Graph and downloads, or answers 5xx; the token endpoint has its own", async () => {
    sim.switches.outage = true;
    await expect(client.get("/organization")).rejects.toThrow("fetch failed");
    await expect(fetch(`${sim.downloadEndpoint}/data/v1.0/download?token=x`)).rejects.toThrow("fetch failed");
    expect((await clientOf(sim)).get).toBeDefined();
    sim.switches.outage = false;
    sim.switches.outageStatus = 502;
    expect((await client.get("/organization")).status).toBe(502);
    sim.switches.identityOutage = true;
    await expect(clientOf(sim)).rejects.toThrow("fetch failed");
  });

  test("close() frees the ports at once, open connections or not", async () => {
    const other = await startSimulator({ tenant });
    await (await clientOf(other)).get("/organization");
    await other.close();
    await expect(fetch(other.graphEndpoint)).rejects.toThrow("fetch failed");
  });
});
