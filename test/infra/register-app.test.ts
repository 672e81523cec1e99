import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROLES } from "../../src/api/access";
import { ROOT } from "./deployment";

const CLIENT = "33333333-3333-4333-8333-333333333333";
const PRINCIPAL = "44444444-4444-4444-8444-444444444444";

const NAME = "Groups and Teams Activity Reporter (func-abc)";

/** Stands for the Azure CLI: writes down how it was called, one JSON array a line, and answers as if the app were there or not. */
const FAKE_AZ = `#!${process.execPath}
const args = process.argv.slice(2);
const there = process.env.FAKE_APP === "there";
require("node:fs").appendFileSync(process.env.FAKE_LOG, JSON.stringify(args) + "\\n");
const said = args.join(" ");
const answer = said.startsWith("account show") ? "11111111-1111-4111-8111-111111111111"
  : said.includes("microsoftGraphResourceId") ? "https://graph.microsoft.com/"
  : said.includes("endpoints.activeDirectory") ? "https://login.microsoftonline.com"
  // Somebody else's registration, of this name.
  : said.startsWith("ad app list") ? "99999999-9999-4999-8999-999999999999"
  : said.startsWith("ad app show") && there ? process.env.FAKE_NAME
  : said.startsWith("ad app create") ? "${CLIENT}"
  : said.startsWith("ad app federated-credential list") ? (there ? "f1" : "")
  : undefined;
if (answer !== undefined) console.log(answer);
if (/^ad (sp|app) show/.test(said) && !there) process.exitCode = 3;
`;

/** Stands for azd, with an environment that is a file. As the real one, it tells on stdout that it has no value. */
const FAKE_AZD = `#!${process.execPath}
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const [, verb, name, value] = process.argv.slice(2);
const file = process.env.FAKE_LOG + "." + name;
if (verb === "set") writeFileSync(file, value);
else if (existsSync(file)) console.log(readFileSync(file, "utf8"));
else { console.log("ERROR: key '" + name + "' not found"); process.exitCode = 1; }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "groups-report-az-"));
  writeFileSync(path.join(folder, "az"), FAKE_AZ);
  chmodSync(path.join(folder, "az"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function register(args: string[], app: "there" | "missing", variables: Record<string, string> = {}) {
  const log = path.join(folder, "log");
  writeFileSync(log, "");
  const { status, stdout, stderr } = spawnSync("bash", [path.join(ROOT, "infra/register-app.sh"), ...args], {
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env["PATH"]}`, FAKE_LOG: log, FAKE_APP: app, FAKE_NAME: NAME, ...variables },
  });
  const calls = readFileSync(log, "utf8").split("\n").filter(Boolean);
  return { status, stdout, stderr, calls: calls.map((line) => JSON.parse(line) as string[]) };
}

const GOOD = ["https://func-abc.azurewebsites.net", PRINCIPAL];
const after = (call: string[], option: string) => call[call.indexOf(option) + 1] ?? "";

test.each([
  ["missing", "create", "create"],
  ["there", undefined, "update"],
] as const)(
  "an app that is %s is brought to what it should be, and its client id is all that stdout holds",
  (app, made, trusted) => {
    const { status, stdout, calls } = register(app === "there" ? [...GOOD, CLIENT] : GOOD, app);
    expect([status, stdout]).toEqual([0, `${CLIENT}\n`]);
    expect(calls.filter((call) => call[0] === "ad" && call[1] === "app" && call[2] === "create").length).toBe(made ? 1 : 0);
    const update = calls.find((call) => call.slice(0, 3).join(" ") === "ad app update") ?? [];
    expect(after(update, "--web-redirect-uris")).toBe("https://func-abc.azurewebsites.net/.auth/login/aad/callback");
    expect(after(update, "--identifier-uris")).toBe(`api://${CLIENT}`);
    const trust = calls.find((call) => call[2] === "federated-credential" && call[3] === trusted) ?? [];
    expect(JSON.parse(after(trust, "--parameters"))).toEqual({
      name: "function-app-identity",
      issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
      subject: PRINCIPAL,
      audiences: ["api://AzureADTokenExchange"],
    });
  },
);

test("what is sent to Microsoft Graph is JSON: version 2 tokens, a scope for the Azure CLI, and no token without a role", () => {
  const { calls } = register(GOOD, "missing");
  const requests = calls.filter(([command]) => command === "rest");
  const application = `https://graph.microsoft.com/v1.0/applications(appId='${CLIENT}')`;
  const principal = `https://graph.microsoft.com/v1.0/servicePrincipals(appId='${CLIENT}')`;
  expect(requests.map((call) => [after(call, "--method"), after(call, "--url")])).toEqual(
    [application, application, principal].map((url) => ["PATCH", url]),
  );
  const [first, second, last] = requests.map((call) => JSON.parse(after(call, "--body")) as { api: Record<string, unknown> });
  // The scope must be there before the Azure CLI, by its own well-known id, is named with it.
  const scope = { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, value: "user_impersonation", isEnabled: true };
  expect(first?.api).toEqual({ requestedAccessTokenVersion: 2, oauth2PermissionScopes: [expect.objectContaining(scope)] });
  const scopes = first?.api["oauth2PermissionScopes"] as { id: string }[] | undefined;
  const cli = { appId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", delegatedPermissionIds: scopes?.map(({ id }) => id) };
  expect(second).toEqual({ api: { ...first?.api, preAuthorizedApplications: [cli] } });
  expect(last).toEqual({ appRoleAssignmentRequired: true });
});

test("no secret is made", () => {
  const said = JSON.stringify(register(GOOD, "missing").calls);
  expect(said).not.toMatch(/credential reset|password|secret/i);
});

test("the two roles are those that the app asks for, for people and for applications", () => {
  const roles = JSON.parse(readFileSync(path.join(ROOT, "infra/app-roles.json"), "utf8")) as Record<string, unknown>[];
  expect(roles.map(({ value }) => value)).toEqual(Object.values(ROLES));
  for (const role of roles) expect(role).toMatchObject({ allowedMemberTypes: ["User", "Application"], isEnabled: true });
});

test.each([
  [[]],
  [["func-abc.azurewebsites.net", PRINCIPAL]],
  [["https://func-abc.azurewebsites.net", "my-identity"]],
  [[...GOOD, "x"]],
  [[...GOOD, CLIENT, "x"]],
])("%j is told how to call it, and az is not called", (args) => {
  const { status, stderr, calls } = register(args, "missing");
  expect([status, stderr, calls]).toEqual([2, "Usage: bash infra/register-app.sh https://HOST PRINCIPAL_ID [CLIENT_ID]\n", []]);
});

const made = (calls: string[][]) => calls.filter((call) => call.slice(0, 3).join(" ") === "ad app create").length;
const changed = (calls: string[][]) => calls.filter((call) => /^(ad app (create|update)|rest)/.test(call.join(" "))).length;

test("no registration is taken by its name: without a client id one is made", () => {
  const { stdout, calls } = register(GOOD, "there");
  expect([stdout, made(calls)]).toEqual([`${CLIENT}\n`, 1]);
  expect(calls.filter((call) => call.slice(0, 3).join(" ") === "ad app list")).toEqual([]);
});

test("the client id comes from the third argument, from AUTH_CLIENT_ID or from azd's environment, which keeps that of a new one", () => {
  expect(made(register([...GOOD, CLIENT], "there").calls)).toBe(0);
  expect(made(register(GOOD, "there", { AUTH_CLIENT_ID: CLIENT }).calls)).toBe(0);
  writeFileSync(path.join(folder, "azd"), FAKE_AZD);
  chmodSync(path.join(folder, "azd"), 0o755);
  expect(made(register(GOOD, "missing").calls)).toBe(1);
  const again = register(GOOD, "there");
  expect([again.status, again.stdout, made(again.calls)]).toEqual([0, `${CLIENT}\n`, 0]);
});

test.each([
  ["is not there", "missing", {}, /^This tenant has no registration with the client id 33333333.*Leave it out to make one\.\n$/],
  [
    "has another name",
    "there",
    { FAKE_NAME: "Payroll \u001b[2J" },
    /^The registration 33333333\S+ is named "Payroll \[2J", not "Groups and .*nothing was changed\..*\n$/,
  ],
] as const)("a registration that %s is left alone, in one line", (_what, app, variables, words) => {
  const { status, stdout, stderr, calls } = register([...GOOD, CLIENT], app, variables);
  expect([status, stdout, changed(calls)]).toEqual([1, "", 0]);
  expect(stderr).toMatch(words);
});

test("an AUTH_CLIENT_ID that is none is refused", () => {
  const { status, stderr, calls } = register(GOOD, "missing", { AUTH_CLIENT_ID: "mine" });
  expect([status, stderr, calls]).toEqual([2, "AUTH_CLIENT_ID is no client id: mine\n", []]);
});
