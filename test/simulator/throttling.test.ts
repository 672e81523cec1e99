import { makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, type Client } from "./client";

const tenant = makeTenant({ groups: 80 });
let time = 0;
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  time = Date.now();
  sim = await startSimulator({ tenant, clock: () => time });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const units = async (path: string) => (await client.get(path)).headers.get("x-ms-resource-unit");

describe("throttling", () => {
  test("graph.md#request-costs: resource units: $select −1, $expand +1, $top below 20 −1, never below 1", async () => {
    expect(await units("/groups?$select=id&$expand=owners($select=id)&$top=999")).toBe("1");
    expect(await units("/groups?$expand=owners($select=id)&$top=999")).toBe("2");
    expect(await units("/users?$top=500")).toBe("2");
    expect(await units("/users?$select=id&$top=5")).toBe("1");
    expect(await units("/teams?$top=5")).toBeNull();
  });

  test("graph.md#throttling-headers: the bucket warns above 80 %, then gives 429 with the directory's headers, then fills again", async () => {
    sim.switches.resourceUnitBucket = 10;
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push(await client.get("/organization"));
    expect(answers.map((answer) => answer.status)).toEqual([...Array(10).fill(200), 429, 429]);
    expect(answers[6]?.headers.get("x-ms-throttle-limit-percentage")).toBeNull();
    expect(answers[8]?.headers.get("x-ms-throttle-limit-percentage")).toBe("0.9");
    expect(answers[10]?.headers.get("retry-after")).toBe("1");
    expect(answers[10]?.headers.get("x-ms-throttle-information")).toBe("ResourceUnitLimitExceeded");
    expect(answers[10]?.headers.get("x-ms-throttle-scope")).toMatch(/^Tenant_Application\/ReadWrite\//);
    time += 1000;
    expect((await client.get("/organization")).status).toBe(200);
  });

  test("graph.md#throttling-limits: 4 requests a second for one team", async () => {
    sim.switches.perTeam4rps = true;
    const [one, two] = tenant.groups.filter((group) => group.team);
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await client.get(`/teams/${one?.id}`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect((await client.get(`/teams/${two?.id}`)).status).toBe(200);
    time += 1000;
    expect((await client.get(`/teams/${one?.id}`)).status).toBe(200);
  });

  test("graph.md#throttling-limits: 30 a second for teams, and 83 % of it over a longer window", async () => {
    sim.switches.sustained83 = true;
    const teams = tenant.groups.filter((group) => group.team);
    const allowed = async () => {
      let passed = 0;
      for (let i = 0; i < 31; i++) if ((await client.get(`/teams/${teams[i % teams.length]?.id}`)).status === 200) passed++;
      return passed;
    };
    const seconds = [];
    for (let i = 0; i < 9; i++, time += 1000) seconds.push(await allowed());
    expect(seconds).toEqual([...Array(8).fill(30), 9]);
  });

  test("graph.md#sign-ins: 10 requests a minute with signInActivity", async () => {
    sim.switches.signInThrottle = true;
    for (let i = 0; i < 10; i++) expect((await client.get("/users?$select=signInActivity&$top=1")).status).toBe(200);
    const refused = await client.get("/users?$select=signInActivity&$top=1");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await client.get("/users?$select=id&$top=1")).status).toBe(200);
  });
});
