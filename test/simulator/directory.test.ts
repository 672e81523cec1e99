import { APP_ROLES, makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, EVENTUAL, GROUPS_FILTER, type Client } from "./client";

const tenant = makeTenant({ groups: 400 });
let sim: Simulator;
let client: Client;

beforeEach(async () => {
  sim = await startSimulator({ tenant });
  client = await clientOf(sim);
});
afterEach(() => sim.close());

const scenario = (name: string) => tenant.groups.find((group) => group.scenario === name)!;

const absent = (value: object[]) => value.filter((user) => !("signInActivity" in user)).length;
const withoutSignIns = async () => absent((await client.all("/users?$select=id,signInActivity&$top=500")).items);

describe("GET /users", () => {
  test("graph.md#sign-ins: 500 a page with signInActivity, more is capped or refused; 999 without it", async () => {
    expect((await client.get("/users?$select=id&$top=999")).json.value).toHaveLength(880);
    expect((await client.get("/users?$select=id,signInActivity&$top=999")).json.value).toHaveLength(500);
    sim.switches.signInTopOverMax = "400";
    expect((await client.get("/users?$select=id,signInActivity&$top=501")).json.error.message).toContain(
      "Cannot query data for more than",
    );
  });

  test("graph.md#sign-ins: signInActivity is absent for who never signed in, and for more by switch", async () => {
    const never = tenant.users.filter((user) => !user.signInActivity).length;
    expect(await withoutSignIns()).toBe(never);
    sim.switches.signInAbsent = 0.5;
    expect(await withoutSignIns()).toBeGreaterThan(never + 200);
  });

  test("graph.md#sign-ins: an advanced query loses some users' sign-ins above 120 a page", async () => {
    const path = "/users?$select=id,signInActivity&$count=true";
    const plain = absent((await client.get(`${path}&$top=500`)).json.value);
    expect(absent((await client.get(`${path}&$top=500`, EVENTUAL)).json.value)).toBeGreaterThan(plain + 50);
  });

  test("graph.md#sign-ins: signInActivity needs AuditLog.Read.All, and a premium licence in the tenant", async () => {
    sim.switches.permissions.delete("AuditLog.Read.All");
    expect((await client.get("/users?$select=id,signInActivity")).status).toBe(403);
    expect((await client.get("/users?$select=id")).status).toBe(200);
    sim.switches.permissions.add("AuditLog.Read.All");
    sim.switches.nonPremium = true;
    expect((await client.get("/users?$select=id,signInActivity")).json.error.code).toBe(
      "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    );
  });
});

describe("GET /teams", () => {
  test("graph.md#teams: the list knows id, name and description, all else is null; by id a team tells isArchived", async () => {
    const [team] = (await client.get("/teams?$top=1")).json.value;
    expect(team).toMatchObject({ id: expect.any(String), displayName: expect.any(String), isArchived: null, summary: null });
    const archived = await client.get(`/teams/${scenario("archived team").id}?$select=id,isArchived`);
    expect(archived.json).toMatchObject({ isArchived: true });
    expect(archived.json).not.toHaveProperty("displayName");
    expect((await client.get(`/teams/${scenario("team in use").id}`)).json.isArchived).toBe(false);
  });

  test("graph.md#teams: a group without a team, and a Team flag without a team, are 404", async () => {
    for (const name of ["group in use", "Team flag, but no team"]) {
      const answer = await client.get(`/teams/${scenario(name).id}`);
      expect([answer.status, answer.json.error.message]).toEqual([404, `No team found with Group Id ${scenario(name).id}`]);
    }
  });

  test("graph.md#teams: fields of a team may be null", async () => {
    sim.switches.nullTeamFields = 1;
    expect((await client.get(`/teams/${scenario("archived team").id}`)).json.isArchived).toBeNull();
    expect((await client.get("/teams?$top=1")).json.value[0].displayName).toBeNull();
  });
});

describe("sites", () => {
  test("graph.md#groups-and-sites: getAllSites holds personal sites too, and joins by the report's Site Id", async () => {
    const { items } = await client.all("/sites/getAllSites?$top=10000");
    expect(items.some((site) => site.isPersonalSite)).toBe(true);
    const site = items.find((one) => one.sharepointIds.siteId === scenario("team in use").expected.siteId);
    expect(site.id.split(",")[1]).toBe(site.sharepointIds.siteId);
    expect((await client.all("/sites/getAllSites?$select=sharepointIds")).pages.length).toBeGreaterThan(1);
  });

  test("graph.md#groups-and-sites: a group without a site is 404 ResourceNotFound, a locked site 423 notAllowed", async () => {
    const none = await client.get(`/groups/${scenario("new group without rows").id}/sites/root`);
    expect([none.status, none.json.error.code]).toEqual([404, "ResourceNotFound"]);
    sim.switches.site423 = "all";
    for (const path of [`/groups/${scenario("team in use").id}/sites/root`, "/sites/getAllSites"]) {
      const locked = await client.get(path);
      expect([locked.status, locked.json.error.code]).toEqual([423, "notAllowed"]);
    }
  });
});

describe("the organization and the API's edges", () => {
  test("/organization tells the tenant", async () => {
    const [organization] = (await client.get("/organization")).json.value;
    expect(organization).toMatchObject({ id: tenant.id, displayName: tenant.name });
  });

  test("beta is not simulated, and what is unknown is refused", async () => {
    expect((await client.get(`${sim.graphEndpoint}/beta/groups`)).status).toBe(404);
    expect((await client.get("/nonsense")).status).toBe(400);
  });
});

describe("graph.md#permissions: a route whose role is missing answers 403 Authorization_RequestDenied", () => {
  const routes: [string, string[]][] = [
    [`/groups?${GROUPS_FILTER}`, ["GroupMember.Read.All"]],
    [`/groups/${tenant.groups[0]?.id}/owners`, ["GroupMember.Read.All"]],
    ["/users?$select=id", ["User.Read.All"]],
    [`/teams/${scenario("team in use").id}`, ["TeamSettings.Read.All"]],
    ["/teams", ["Team.ReadBasic.All", "TeamSettings.Read.All"]],
    ["/sites/getAllSites", ["Sites.Read.All"]],
    ["/admin/reportSettings", ["ReportSettings.Read.All"]],
    ["/organization", ["Organization.Read.All", "User.Read.All"]],
    ["/reports/getTeamsTeamActivityDetail(period='D180')", ["Reports.Read.All"]],
  ];

  test.each(routes)("%s", async (path, roles) => {
    expect((await client.get(path)).status).toBeLessThan(400);
    for (const role of roles) sim.switches.permissions.delete(role);
    const answer = await client.get(path);
    expect([answer.status, answer.json.error.code]).toEqual([403, "Authorization_RequestDenied"]);
  });

  test("the broader Group.Read.All is accepted in place of the narrow roles", async () => {
    sim.switches.permissions = new Set(["Group.Read.All"]);
    for (const path of [
      `/groups?$top=1`,
      `/groups/${tenant.groups[0]?.id}/owners`,
      "/teams?$top=1",
      `/teams/${scenario("team in use").id}`,
    ]) {
      expect((await client.get(path)).status).toBe(200);
    }
    expect(APP_ROLES).not.toContain("Group.Read.All");
  });

  test("groupsDenied refuses the list alone", async () => {
    sim.switches.groupsDenied = true;
    expect((await client.get("/groups")).status).toBe(403);
    expect((await client.get(`/groups/${tenant.groups[0]?.id}/owners`)).status).toBe(200);
  });
});
