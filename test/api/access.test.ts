import { refuse } from "../../src/api/access";
import { readPrincipal } from "../../src/api/principal";
import { ROUTES } from "../../src/api/routes";
import type { HttpAccess } from "../../src/settings/settings";

const GUARDED: HttpAccess = { auth: "entra", isGuarded: true };
const LONG_ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

const encode = (principal: unknown) => Buffer.from(JSON.stringify(principal)).toString("base64");
const signedIn = (roles: string[], more: object = {}) =>
  encode({ auth_typ: "aad", role_typ: LONG_ROLE, claims: roles.map((val) => ({ typ: "roles", val })), ...more });

function status(name: string, headers: Record<string, string>, access = GUARDED): number | undefined {
  const route = ROUTES.find((one) => one.name === name);
  if (!route) throw new Error(`no route ${name}`);
  const given = new Headers(headers);
  const request = { method: route.method, url: "https://app.example/api/x", headers: given, params: {} };
  return refuse(route, request, access)?.status;
}

const READING = ["listReports", "getReport", "getReportFile", "openReport"];
const OPERATING = ["startReport", "cancelReport"];

test("every route is read, operate, monitor or open, and nothing that holds data is open", () => {
  const kinds = Object.fromEntries(ROUTES.map(({ name, permission }) => [name, permission ?? "open"]));
  expect(kinds).toEqual({
    ...Object.fromEntries(READING.map((name) => [name, "read"])),
    ...Object.fromEntries(OPERATING.map((name) => [name, "operate"])),
    createTicket: "read",
    openReport: "ticket",
    health: "monitor",
    console: "open",
  });
  // It changes nothing but who may look once more.
  expect(ROUTES.filter(({ method, permission }) => method !== "GET" && permission !== "operate").map(({ name }) => name)).toEqual(
    ["createTicket"],
  );
});

test.each(READING)("%s is for Report.Read and for Report.Operate", (name) => {
  const asked = (roles: string[]) => status(name, { "x-ms-client-principal": signedIn(roles) });
  expect([asked(["Report.Read"]), asked(["Report.Operate"]), asked(["x", "Report.Read"])]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([asked([]), asked(["report.read"]), asked(["Report.Read.All"]), asked(["Report.Read Report.Operate"])]).toEqual([
    403, 403, 403, 403,
  ]);
});

test.each(OPERATING)("%s is for Report.Operate, and never for a form of another site", (name) => {
  const asked = (roles: string[], headers: object = { "x-requested-with": "x" }) =>
    status(name, { "x-ms-client-principal": signedIn(roles), ...headers });
  expect([asked(["Report.Operate"]), asked(["Report.Operate"], { authorization: "Bearer x" })]).toEqual([undefined, undefined]);
  expect([
    asked(["Report.Read"]),
    asked(["Report.Operate"], {}),
    asked(["Report.Operate"], { origin: "https://app.example" }),
  ]).toEqual([403, 403, 403]);
});

test.each([
  ["no header", {}],
  ["an empty one", { "x-ms-client-principal": "" }],
  ["no Base64", { "x-ms-client-principal": "{}" }],
  ["no JSON", { "x-ms-client-principal": "AAAA" }],
  ["JSON of another shape", { "x-ms-client-principal": encode({ userRoles: ["Report.Operate"] }) }],
  ["null", { "x-ms-client-principal": encode(null) }],
  ["the names alone", { "x-ms-client-principal-id": "x", "x-ms-client-principal-name": "y", "x-ms-client-principal-idp": "aad" }],
  ["two in one", { "x-ms-client-principal": `${signedIn(["Report.Operate"])}, ${signedIn([])}` }],
])("with %s nobody is signed in", (_case, headers) => {
  for (const name of [...READING, ...OPERATING])
    expect([name, status(name, { ...headers, "x-requested-with": "x" })]).toEqual([name, 401]);
});

test("another provider's roles count for nothing", () => {
  for (const provider of ["google", "AAD ", "", "Federation"]) {
    const principal = signedIn(["Report.Operate"], { auth_typ: provider });
    expect([provider, status("listReports", { "x-ms-client-principal": principal })]).toEqual([provider, 403]);
  }
});

test("roles are read under either name that App Service gives them, and from no other claim", () => {
  const claims = [
    { typ: LONG_ROLE, val: "Report.Operate" },
    { typ: "roles", val: "Report.Read" },
    { typ: "groups", val: "Report.Operate" },
    { typ: "name", val: "Report.Operate" },
    { typ: "roles", val: 7 },
  ];
  expect(readPrincipal(encode({ auth_typ: "aad", role_typ: LONG_ROLE, claims }))).toEqual({
    provider: "aad",
    roles: ["Report.Operate", "Report.Read"],
  });
  expect(readPrincipal(encode({ auth_typ: "aad", role_typ: "roles", claims }))?.roles).toEqual(["Report.Read"]);
  expect(readPrincipal(encode({ auth_typ: "aad", claims }))?.roles).toEqual(["Report.Read"]);
  const unpadded = encode({ auth_typ: "aad", claims: claims.slice(1, 2) }).replace(/=+$/, "");
  expect(readPrincipal(unpadded.replaceAll("+", "-").replaceAll("/", "_"))?.roles).toEqual(["Report.Read"]);
});

test("without App Service authentication nobody gets anything, whatever the request says", () => {
  const headers = { "x-ms-client-principal": signedIn(["Report.Operate"]), "x-requested-with": "x", authorization: "Bearer x" };
  for (const { name } of ROUTES) expect([name, status(name, headers, { auth: "entra", isGuarded: false })]).toEqual([name, 503]);
});

test("with keys the roles are not looked at, and a start that comes from a browser needs a header of its own", () => {
  for (const isGuarded of [true, false]) {
    const access: HttpAccess = { auth: "key", isGuarded };
    for (const { name } of ROUTES) expect([name, status(name, {}, access)]).toEqual([name, undefined]);
    for (const name of OPERATING) {
      expect(status(name, { origin: "https://evil.example" }, access)).toBe(403);
      expect(status(name, { "sec-fetch-site": "cross-site" }, access)).toBe(403);
      expect(status(name, { origin: "https://app.example", "x-functions-key": "k" }, access)).toBeUndefined();
    }
  }
});
