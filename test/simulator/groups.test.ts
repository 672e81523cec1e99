import { makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, EVENTUAL, GROUPS_FILTER, type Client } from "./client";

const tenant = makeTenant({ groups: 260 });
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  sim = await startSimulator({ tenant });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const scenario = (name: string) => tenant.groups.find((group) => group.scenario === name)!;

describe("GET /groups", () => {
  test("graph.md#groups: the filter on groupTypes keeps security and distribution groups out; without it they come along", async () => {
    const filtered = await client.all(`/groups?${GROUPS_FILTER}&$select=id&$top=999`);
    expect(filtered.items.map((group) => group.id).toSorted()).toEqual(tenant.groups.map((group) => group.id).toSorted());
    expect((await client.all("/groups?$select=id&$top=999")).items).toHaveLength(
      tenant.groups.length + tenant.otherGroups.length,
    );
  });

  test("graph.md#groups: the filter on resourceProvisioningOptions gives the groups with the Team flag", async () => {
    const { items } = await client.all("/groups?$filter=resourceProvisioningOptions/Any(x:x eq 'Team')&$top=999");
    expect(items).toHaveLength(tenant.groups.filter((group) => group.kind === "Team").length);
  });

  test("graph.md#groups: $top is 100 where not given and 999 at most; more is capped or refused, by switch", async () => {
    expect((await client.get(`/groups?${GROUPS_FILTER}`)).json.value).toHaveLength(100);
    expect((await client.get(`/groups?${GROUPS_FILTER}&$top=5000`)).status).toBe(200);
    sim.switches.topOverMax = "400";
    expect((await client.get(`/groups?${GROUPS_FILTER}&$top=1000`)).json.error.code).toBe("Request_BadRequest");
  });

  test("graph.md#groups: only what is selected comes; assignedLabels only with $select; isArchived never", async () => {
    const some = (await client.get("/groups?$select=id,assignedLabels,isArchived&$top=1")).json.value[0];
    expect(Object.keys(some)).toEqual(["id", "assignedLabels"]);
    const plain = (await client.get("/groups?$top=1")).json.value[0];
    expect(plain).toHaveProperty("proxyAddresses");
    expect(plain).not.toHaveProperty("assignedLabels");
    expect((await client.get("/groups?$select=nonsense")).status).toBe(400);
  });

  test("graph.md#groups: $expand=owners gives at most 20 owners and no link to the rest", async () => {
    const select = "$select=id&$top=999&$expand=owners($select=id,displayName,mail,accountEnabled,userType)";
    const { items } = await client.all(`/groups?${GROUPS_FILTER}&${select}`);
    const owners = new Map(items.map((item) => [item.id, item.owners]));
    expect(owners.get(scenario("100 owners").id)).toHaveLength(20);
    expect(owners.get(scenario("21 owners, the last one counts").id)).toHaveLength(20);
    expect(owners.get(scenario("owners dropped by the list").id)).toHaveLength(0);
    expect(owners.get(scenario("hidden membership").id)).toHaveLength(0);
    const [bot] = owners.get(scenario("service principal as owner").id);
    expect(bot).toEqual({
      "@odata.type": "#microsoft.graph.servicePrincipal",
      id: expect.any(String),
      displayName: expect.any(String),
      accountEnabled: true,
    });
    expect(JSON.stringify(items)).not.toContain("owners@odata.nextLink");
    expect(Object.keys(owners.get(scenario("one owner").id)[0])).toEqual([
      "@odata.type",
      "id",
      "displayName",
      "mail",
      "accountEnabled",
      "userType",
    ]);
  });

  test("graph.md#groups: $expand is refused in an advanced query", async () => {
    const answer = await client.get("/groups?$expand=owners($select=id)&$count=true", EVENTUAL);
    expect([answer.status, answer.json.error.code]).toEqual([400, "Request_UnsupportedQuery"]);
  });

  test("graph.md#groups: @odata.count comes on page 1 of an advanced query only, and is left out without the header", async () => {
    const first = await client.get(`/groups?${GROUPS_FILTER}&$count=true&$top=100`, EVENTUAL);
    expect(first.json["@odata.count"]).toBe(tenant.groups.length);
    expect((await client.get(first.json["@odata.nextLink"], EVENTUAL)).json).not.toHaveProperty("@odata.count");
    expect((await client.get(`/groups?${GROUPS_FILTER}&$count=true`)).json).not.toHaveProperty("@odata.count");
  });

  test("graph.md#groups: /groups/$count is text/plain and needs ConsistencyLevel", async () => {
    const counted = await client.get(`/groups/$count?${GROUPS_FILTER}`, EVENTUAL);
    expect([counted.headers.get("content-type"), counted.text]).toEqual(["text/plain", String(tenant.groups.length)]);
    expect((await client.get("/groups/$count")).status).toBe(400);
  });

  test("graph.md#groups: a filter that is not supported is refused", async () => {
    expect((await client.get("/groups?$filter=createdDateTime ge 2020-01-01")).json.error.code).toBe("Request_UnsupportedQuery");
  });

  test("graph.md#errors: an unknown group is 404 Request_ResourceNotFound with request ids in header and body", async () => {
    const answer = await client.get("/groups/00000000-1111-2222-3333-444444444444", { "client-request-id": "mine" });
    expect([answer.status, answer.json.error.code]).toEqual([404, "Request_ResourceNotFound"]);
    expect(answer.json.error.innerError["request-id"]).toBe(answer.headers.get("request-id"));
    expect(answer.headers.get("client-request-id")).toBe("mine");
  });

  test("a listed group may be gone when it is asked for (groupsGone)", async () => {
    sim.switches.groupsGone = 1;
    expect((await client.get(`/groups/${tenant.groups[0]?.id}/owners`)).status).toBe(404);
    expect((await client.get("/groups?$top=1")).status).toBe(200);
  });
});

describe("paging", () => {
  const path = `/groups?${GROUPS_FILTER}&$select=id&$top=50`;

  test("graph.md#groups: nextLinks are absolute, opaque, and keep the query", async () => {
    const link = (await client.get(path)).json["@odata.nextLink"] as string;
    expect(link.startsWith(`${sim.graphEndpoint}/v1.0/groups?$filter=`)).toBe(true);
    expect(link).toMatch(/\$skiptoken=RFNwdAIAAQ/);
    expect((await client.get("/groups?$skiptoken=guess")).status).toBe(400);
  });

  test("graph.md#groups: empty pages and short pages have successors, and nothing is lost", async () => {
    sim.switches.emptyPageWithNextLink = true;
    sim.switches.shortPages = true;
    const { items, pages } = await client.all(path);
    expect(new Set(items.map((item) => item.id)).size).toBe(tenant.groups.length);
    expect(items).toHaveLength(tenant.groups.length);
    expect(pages.filter((page) => page.length === 0).length).toBeGreaterThan(2);
    expect(pages.some((page) => page.length > 0 && page.length < 50)).toBe(true);
  });

  test("repeatedPages gives items twice, and all of them", async () => {
    sim.switches.repeatedPages = true;
    const { items } = await client.all(path);
    expect(items.length).toBeGreaterThan(tenant.groups.length);
    expect(new Set(items.map((item) => item.id)).size).toBe(tenant.groups.length);
  });

  test("graph.md#errors: a page token expires once, or always, after so many pages", async () => {
    sim.switches.expiredPageToken = { afterPages: 2, mode: "once", list: "/groups" };
    await expect(client.all(path)).rejects.toThrow("Directory_ExpiredPageToken");
    expect((await client.all(path)).items).toHaveLength(tenant.groups.length);
    sim.switches.expiredPageToken = { afterPages: 2, mode: "always" };
    await expect(client.all(path)).rejects.toThrow("400");
    await expect(client.all(path)).rejects.toThrow("400");
  });

  test("graph.md#groups: a nextLink of an advanced query without its header is refused", async () => {
    sim.switches.nextLinkLosesConsistency = true;
    const link = (await client.get(`${path}&$count=true`, EVENTUAL)).json["@odata.nextLink"];
    expect((await client.get(link)).status).toBe(400);
    expect((await client.get(link, EVENTUAL)).status).toBe(200);
  });

  test("groupsEndEarly: the list stops half way, $count stays whole", async () => {
    sim.switches.groupsEndEarly = true;
    expect((await client.all(path)).items.length).toBeLessThan(tenant.groups.length * 0.8);
    expect((await client.get(`/groups/$count?${GROUPS_FILTER}`, EVENTUAL)).text).toBe(String(tenant.groups.length));
  });

  test("nextLinkOtherOrigin: the link leads away, and whoever follows is seen with the token in hand", async () => {
    sim.switches.nextLinkOtherOrigin = true;
    const link = (await client.get(path)).json["@odata.nextLink"] as string;
    expect(new URL(link).origin).toBe(sim.downloadEndpoint);
    await client.get(link);
    expect(sim.requests.at(-1)).toMatchObject({ host: "download", authorized: true, status: 404 });
  });
});

describe("owners of one group", () => {
  test("graph.md#groups: /owners gives them all, paged by 100, also those that $expand left out", async () => {
    const hundred = scenario("100 owners");
    expect((await client.all(`/groups/${hundred.id}/owners?$select=id&$top=40`)).pages.map((page) => page.length)).toEqual([
      40, 40, 20,
    ]);
    expect((await client.get(`/groups/${scenario("owners dropped by the list").id}/owners`)).json.value).toHaveLength(3);
    sim.switches.expandDropsOwners = 1;
    const { items } = await client.all(`/groups?${GROUPS_FILTER}&$select=id&$expand=owners($select=id)`);
    expect(items.every((item) => item.owners.length === 0)).toBe(true);
  });

  test("graph.md#groups: without User.Read.All an owner is a type and an id", async () => {
    sim.switches.permissions.delete("User.Read.All");
    const { value } = (await client.get(`/groups/${scenario("one owner").id}/owners?$select=id,displayName,mail`)).json;
    expect(value).toEqual([{ "@odata.type": "#microsoft.graph.user", id: expect.any(String) }]);
  });

  test("graph.md#groups: owners of hidden groups come back empty or denied, and are there with Member.Read.Hidden", async () => {
    const path = `/groups/${scenario("hidden membership").id}/owners`;
    expect((await client.get(path)).json.value).toEqual([]);
    sim.switches.hiddenMembership = "denied";
    expect((await client.get(path)).json.error.code).toBe("Authorization_RequestDenied");
    sim.switches.permissions.add("Member.Read.Hidden");
    expect((await client.get(path)).json.value).toHaveLength(2);
  });

  test("graph.md#groups: whether accountEnabled and userType come with owners is unverified: given, null or absent", async () => {
    const path = `/groups/${scenario("owners disabled").id}/owners?$select=id,accountEnabled,userType`;
    expect((await client.get(path)).json.value[0].accountEnabled).toBe(false);
    sim.switches.ownerAccountFields = "null";
    expect((await client.get(path)).json.value[0].accountEnabled).toBeNull();
    sim.switches.ownerAccountFields = "absent";
    expect((await client.get(path)).json.value[0]).not.toHaveProperty("accountEnabled");
  });

  test("graph.md#groups: member counts are text/plain, by type with a cast", async () => {
    const group = tenant.groups.find((one) => (one.groupsUsage?.guests ?? 0) > 0)!;
    const { members, guests } = group.groupsUsage!;
    expect((await client.get(`/groups/${group.id}/members/$count`, EVENTUAL)).text).toBe(String(members + guests));
    const cast = `/groups/${group.id}/members/microsoft.graph.user/$count?$filter=userType eq 'Guest'`;
    expect((await client.get(cast, EVENTUAL)).text).toBe(String(guests));
  });
});
