import { makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, EVENTUAL, type Client } from "./client";

const tenant = makeTenant({ groups: 80 });
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  sim = await startSimulator({ tenant });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const ownersOf = (count: number) =>
  tenant.groups
    .slice(0, count)
    .map((group, n) => ({ id: String(n + 1), method: "GET", url: `/groups/${group.id}/owners?$select=id` }));

describe("POST /$batch", () => {
  test("graph.md#batches: 20 requests come back in any order, each with status, string headers and body", async () => {
    const { status, json } = await client.batch(ownersOf(20));
    expect(status).toBe(200);
    const ids = json.responses.map((response: any) => response.id);
    expect(ids.toSorted((a: string, b: string) => Number(a) - Number(b))).toEqual(ownersOf(20).map((request) => request.id));
    expect(ids).not.toEqual(ownersOf(20).map((request) => request.id));
    for (const response of json.responses) {
      expect(response.headers["x-ms-resource-unit"]).toBe("1");
      expect(response.body.value).toBeInstanceOf(Array);
    }
    expect(sim.subrequests).toHaveLength(20);
    expect(sim.requests.at(-1)).toMatchObject({ method: "POST", batchOf: 20, status: 200 });
  });

  test("graph.md#batches: 21 requests, no requests, a duplicate id in other case, or no JSON: the whole batch is 400", async () => {
    expect((await client.batch(ownersOf(21))).status).toBe(400);
    expect((await client.batch([])).status).toBe(400);
    const [one] = ownersOf(1);
    expect(
      (
        await client.batch([
          { ...one, id: "a" },
          { ...one, id: "A" },
        ])
      ).status,
    ).toBe(400);
  });

  test("graph.md#batches: ConsistencyLevel counts inside the sub-request only; text comes as base64, string or number", async () => {
    const count = { id: "1", method: "GET", url: "/groups/$count" };
    expect((await client.batch([count])).json.responses[0].status).toBe(400);
    const bodies = [];
    for (const form of ["base64", "string", "number"] as const) {
      sim.switches.batchTextBody = form;
      bodies.push((await client.batch([{ ...count, headers: EVENTUAL }])).json.responses[0].body);
    }
    const all = tenant.groups.length + tenant.otherGroups.length;
    expect(bodies).toEqual([Buffer.from(String(all)).toString("base64"), String(all), all]);
  });

  test("graph.md#batches: several may be 429, each with a Retry-After of its own, and the rest 200", async () => {
    sim.switches.batchMixed429 = 0.5;
    sim.switches.retryAfterSeconds = 4;
    const { json } = await client.batch(ownersOf(20));
    const throttled = json.responses.filter((response: any) => response.status === 429);
    expect(throttled.length).toBeGreaterThan(3);
    expect(throttled.length).toBeLessThan(17);
    expect(new Set(throttled.map((response: any) => response.headers["Retry-After"])).size).toBeGreaterThan(1);
    expect(throttled[0].body.error.code).toBe("TooManyRequests");
  });

  test("graph.md#batches: a failed dependency is 424", async () => {
    const { json } = await client.batch([
      { id: "1", method: "GET", url: "/groups/00000000-1111-2222-3333-444444444444" },
      { id: "2", method: "GET", url: "/organization", dependsOn: ["1"] },
    ]);
    expect(json.responses.find((response: any) => response.id === "2").status).toBe(424);
  });

  test("faults hit the whole batch, or requests inside it", async () => {
    sim.switches.failures = [{ fault: "503", probability: 1, times: 1, scope: ["graph"] }];
    expect((await client.batch(ownersOf(5))).status).toBe(503);
    sim.switches.failures = [{ fault: "500", probability: 1, times: 2, scope: ["subrequest"] }];
    const { status, json } = await client.batch(ownersOf(5));
    expect(status).toBe(200);
    expect(json.responses.filter((response: any) => response.status === 500)).toHaveLength(2);
  });

  test("graph.md#batches: a report inside a batch is 302 with a Location", async () => {
    const url = "/reports/getTeamsTeamActivityDetail(period='D180')";
    const [response] = (await client.batch([{ id: "1", method: "GET", url }])).json.responses;
    expect([response.status, response.headers.Location]).toEqual([302, expect.stringContaining(sim.downloadEndpoint)]);
  });
});
