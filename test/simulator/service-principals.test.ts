import { type Simulator, startSimulator } from "../../simulator";
import { type Answer, clientOf, read } from "./client";

/** Service principals and their app roles, as Microsoft Graph documents them for appRoleAssignments. */
const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
const REPORTS = "230c1aed-a721-4c5d-9cb4-a90514e508ef";
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ groups: 5 });
});
afterEach(() => simulator.close());

async function ask(method: string, path: string, body?: unknown, token = simulator.administratorToken()): Promise<Answer> {
  const response = await fetch(`${simulator.graphEndpoint}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return read(response);
}
const graphId = async () => (await ask("GET", `/servicePrincipals(appId='${GRAPH_APP_ID}')?$select=id`)).json.id as string;

test("an assignment is 201, again 400, in the list, and after 204 gone; the app's own permissions follow it", async () => {
  simulator.switches.permissions = new Set();
  const { id } = simulator.principals.own;
  const wanted = { principalId: id, resourceId: await graphId(), appRoleId: REPORTS };
  const made = await ask("POST", `/servicePrincipals/${id}/appRoleAssignments`, wanted);
  expect([made.status, made.json.principalId, made.json.appRoleId]).toEqual([201, id, REPORTS]);
  const again = await ask("POST", `/servicePrincipals/${id}/appRoleAssignments`, wanted);
  expect([again.status, again.json.error.message]).toEqual([400, "Permission being assigned already exists on the object"]);
  expect([...simulator.switches.permissions]).toEqual(["Reports.Read.All"]);
  expect((await ask("GET", `/servicePrincipals/${id}/appRoleAssignments`)).json.value).toMatchObject([{ id: made.json.id }]);
  expect((await ask("DELETE", `/servicePrincipals/${id}/appRoleAssignments/${made.json.id}`)).status).toBe(204);
  expect((await ask("DELETE", `/servicePrincipals/${id}/appRoleAssignments/${made.json.id}`)).status).toBe(404);
  expect(simulator.switches.permissions.size).toBe(0);
});

test("an assignment of another principal, resource or role than there is, is refused", async () => {
  const { id } = simulator.principals.own;
  const resourceId = await graphId();
  const statuses = await Promise.all(
    [
      { principalId: resourceId, resourceId, appRoleId: REPORTS },
      { principalId: id, resourceId: id, appRoleId: REPORTS },
      { principalId: id, resourceId, appRoleId: id },
    ].map(async (body) => (await ask("POST", `/servicePrincipals/${id}/appRoleAssignments`, body)).status),
  );
  expect(statuses).toEqual([400, 404, 400]);
});

test("a scope that the token lacks, a role that the person lacks, and an app without permission are 403", async () => {
  const { id } = simulator.principals.own;
  const body = { principalId: id, resourceId: await graphId(), appRoleId: REPORTS };
  const post = async (token?: string) => (await ask("POST", `/servicePrincipals/${id}/appRoleAssignments`, body, token)).status;
  simulator.switches.administrator = { scopes: ["Application.Read.All"], isPrivileged: true };
  expect(await post()).toBe(403);
  simulator.switches.administrator = { scopes: ["AppRoleAssignment.ReadWrite.All"], isPrivileged: true };
  expect([await post(), (await ask("GET", "/servicePrincipals")).status]).toEqual([403, 403]);
  simulator.switches.administrator = {
    scopes: ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"],
    isPrivileged: false,
  };
  expect([await post(), (await ask("GET", "/servicePrincipals")).status]).toEqual([403, 200]);
  expect((await (await clientOf(simulator)).get("/servicePrincipals")).status).toBe(403);
});

test("names are filtered without regard to case, a quote is doubled, any other filter is refused", async () => {
  simulator.principals.others.push({ id: "x", appId: "y", displayName: "O'Brien", servicePrincipalType: "Application" });
  const names = async (filter: string) => {
    const { status, json } = await ask("GET", `/servicePrincipals?$filter=${encodeURIComponent(filter)}&$select=displayName`);
    return status === 200 ? json.value : status;
  };
  expect(await names("displayName eq 'o''brien'")).toEqual([{ displayName: "O'Brien" }]);
  expect(await names("displayName eq 'o'brien'")).toBe(400);
  expect(await names("startswith(displayName,'o')")).toBe(400);
});
