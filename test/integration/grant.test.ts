import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Summary } from "../../src/model/report";
import { type Simulator, startSimulator } from "../../simulator";
import { installAz, signedIn } from "../admin/grants/signed-in";
import { LIES, OMNIPOTENT } from "../admin/grants/lies";
import { type Finished, runCommand } from "./command-line";
import { runInTerminal } from "./in-terminal";

/** The built command line, with an administrator signed in by a stand-in for the Azure CLI, on the simulated directory. */
const DEFAULT_SET = [
  "GroupMember.Read.All",
  "ReportSettings.Read.All",
  "Reports.Read.All",
  "TeamSettings.Read.All",
  "User.Read.All",
];
const NAME = "id-groups-report";
const CLI = path.join(__dirname, "../../dist/cli.js");

let folder: string;
let simulator: Simulator;
let searchPath: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  simulator = await startSimulator({ groups: 150 });
  searchPath = await installAz(folder);
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  Object.assign(simulator.switches, {
    permissions: new Set<string>(),
    administrator: { scopes: ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"], isPrivileged: true },
  });
});

/** Nobody can be asked here. */
const grantUnasked = (args: string[], variables: Record<string, string> = {}): Promise<Finished> =>
  runCommand(["grant", ...args], { ...signedIn(simulator, searchPath), ...variables });
const grant = (args: string[], variables: Record<string, string> = {}) => grantUnasked([...args, "--yes"], variables);
const permissions = () => [...simulator.switches.permissions].toSorted();
const writes = (since: number) =>
  simulator.requests.slice(since).filter(({ method }) => method === "POST" || method === "DELETE");
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

async function expectRefusal(args: string[], pattern: RegExp, variables: Record<string, string> = {}): Promise<void> {
  const { code, stderr } = await grantUnasked(args, variables);
  expect([code, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
  expect(stderr).toMatch(pattern);
  expect(stderr).not.toContain("eyJ");
}

test("a dry run says what each missing permission is for, and changes nothing", async () => {
  const before = simulator.requests.length;
  const { code, stdout, stderr } = await grant(["--identity", NAME, "--dry-run"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n").slice(0, 5)).toEqual([
    `Identity: ${NAME}`,
    "  kind                ManagedIdentity",
    `  object id           ${simulator.principals.own.id}`,
    `  application id      ${simulator.principals.own.appId}`,
    "  owner organization  none, as of every managed identity",
  ]);
  expect(stdout).toMatch(/Reports\.Read\.All +missing +the three usage reports/);
  expect(stdout).not.toMatch(/Sites\.Read\.All|AuditLog|Group\.Read\.All|Mail\.Send|ReadWrite/);
  expect(stdout).toContain("Nothing was changed");
  expect([writes(before), permissions()]).toEqual([[], []]);
});

test("the default set is granted, a second time changes nothing, and a full run on it is completed", async () => {
  const first = await grant(["--identity", NAME, "--json"]);
  expect([first.code, first.stderr, permissions()]).toEqual([0, "", DEFAULT_SET]);
  expect(first.stdout).toContain("may need up to 24 hours");
  expect(JSON.parse(lastLine(first.stdout))).toMatchObject({ granted: expect.arrayContaining(DEFAULT_SET), held: [] });

  const before = simulator.requests.length;
  const second = await grant(["--identity", NAME]);
  expect([second.code, second.stderr]).toEqual([0, ""]);
  expect(second.stdout).toContain("Nothing had to be changed.");
  expect(second.stdout).not.toContain("missing");
  expect([writes(before), permissions()]).toEqual([[], DEFAULT_SET]);

  const out = path.join(folder, "out");
  const run = await runCommand(["run", "--out", out, "--data", path.join(folder, "data"), "--json"], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const summary = JSON.parse(lastLine(run.stdout)) as Summary;
  expect(summary).toMatchObject({ status: "Completed", groups: 150, features: ["teams"] });
  const states = Object.fromEntries(summary.sources.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({
    groups: "complete",
    groupsUsage: "complete",
    teamsUsage: "complete",
    siteUsage: "complete",
    teams: "complete",
  });
  expect(simulator.requests.filter(({ host, status }) => host === "graph" && status === 403)).toEqual([]);
});

test("features decide what is granted, from the option or from the setting", async () => {
  await grant(["--identity", NAME, "--features", "none"]);
  expect(permissions()).toEqual(DEFAULT_SET.filter((name) => name !== "TeamSettings.Read.All"));
  await grant(["--identity", NAME], { FEATURES: "teams,sites" });
  expect(permissions()).toEqual([...DEFAULT_SET, "Sites.Read.All"].toSorted());
  const { stdout } = await grant(["--identity", NAME, "--features", "signIns", "--json"]);
  expect(JSON.parse(lastLine(stdout))).toMatchObject({
    granted: ["AuditLog.Read.All"],
    unneeded: ["TeamSettings.Read.All", "Sites.Read.All"],
  });
  expect(stdout).toMatch(/not needed by these features[^]*Sites\.Read\.All +held +site addresses/);
});

test("an identity is found by object id and by application id, and a long list of assignments is read to its end", async () => {
  simulator.switches.permissions = new Set(["Mail.Send", "Directory.Read.All", ...DEFAULT_SET]);
  simulator.switches.shortPages = simulator.switches.emptyPageWithNextLink = true;
  const { id, appId } = simulator.principals.own;
  for (const identity of [id, appId.toUpperCase()]) {
    const before = simulator.requests.length;
    const { code, stdout, stderr } = await grant(["--identity", identity]);
    expect([code, stderr, writes(before)]).toEqual([0, "", []]);
    expect(stdout).toContain("never asked for by this software, and left alone: Directory.Read.All, Mail.Send");
  }
  simulator.switches.shortPages = simulator.switches.emptyPageWithNextLink = false;
});

test("revoke takes away all of this software's permissions and nothing else, and only when told so", async () => {
  simulator.switches.permissions = new Set(["Mail.Send", "Sites.Read.All", ...DEFAULT_SET]);
  await expectRefusal(
    ["--identity", NAME, "--revoke"],
    /^Nothing was changed: there is no terminal to ask in\. "Take away 6 permissions from id-groups-report \(object id .*\)\?" Add --yes/,
  );
  expect(simulator.switches.permissions.size).toBe(7);
  const dry = await grant(["--identity", NAME, "--revoke", "--dry-run"]);
  expect([dry.code, simulator.switches.permissions.size]).toEqual([0, 7]);
  const { code, stdout, stderr } = await grant(["--identity", NAME, "--revoke", "--json"]);
  expect([code, stderr, permissions()]).toEqual([0, "", ["Mail.Send"]]);
  expect(JSON.parse(lastLine(stdout))).toMatchObject({ revoked: expect.arrayContaining(["Sites.Read.All", ...DEFAULT_SET]) });
  expect((await grant(["--identity", NAME, "--revoke"])).stdout).toContain("Nothing had to be changed.");
});

test("revoke with features takes away what these alone need", async () => {
  simulator.switches.permissions = new Set(["Mail.Send", "Sites.Read.All", "AuditLog.Read.All", ...DEFAULT_SET]);
  const { code, stdout } = await grant(["--identity", NAME, "--revoke", "--features", "sites,teams", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(lastLine(stdout))).toMatchObject({ revoked: ["TeamSettings.Read.All", "Sites.Read.All"] });
  const left = DEFAULT_SET.filter((name) => name !== "TeamSettings.Read.All");
  expect([...simulator.switches.permissions].toSorted()).toEqual(["Mail.Send", "AuditLog.Read.All", ...left].toSorted());
});

test("a lost answer is no failure: what Graph says is there already counts as held", async () => {
  // The grant is carried out, and its answer is cut off.
  simulator.switches.failures = [{ fault: "dropMidBody", probability: 1, match: "^POST .*appRoleAssignments", times: 1 }];
  const { code, stderr, stdout } = await grant(["--identity", NAME]);
  simulator.switches.failures = [];
  expect([code, stderr, permissions()]).toEqual([0, "", DEFAULT_SET]);
  expect(stdout).toContain("Held already: GroupMember.Read.All");
});

describe("asks before it acts", () => {
  test("without a terminal and without --yes nothing is changed, and one line says so; a second time there is nothing to ask", async () => {
    await expectRefusal(
      ["--identity", NAME],
      /^Nothing was changed: there is no terminal to ask in\. "Give 5 permissions to id-groups-report \(object id .*\)\?" Add --yes/,
    );
    expect(permissions()).toEqual([]);
    await grant(["--identity", NAME]);
    expect((await grantUnasked(["--identity", NAME])).code).toBe(0);
  });

  test("in a terminal: no changes nothing, yes grants and takes away", async () => {
    const answer = (typed: string, ...args: string[]) =>
      runInTerminal(
        [process.execPath, CLI, "grant", "--identity", NAME, ...args],
        signedIn(simulator, searchPath),
        /\[yes\/no\]/,
        typed,
      );
    const no = await answer("no\n");
    expect([no.code, no.screen, permissions()]).toEqual([1, expect.stringContaining("Nothing was changed. Answer yes"), []]);
    expect((await answer("yes\n")).code).toBe(0);
    expect(permissions()).toEqual(DEFAULT_SET);
    const gone = await answer("yes\n", "--revoke");
    expect([gone.code, permissions()]).toEqual([0, []]);
    expect(gone.screen).toMatch(
      /owner organization[^]*To be taken away:[^]*Take away 5 permissions from id-groups-report \(object id/,
    );
  });
});

describe("believes nothing that contradicts what it knows", () => {
  afterEach(() => (simulator.tamper = undefined));

  test.each(LIES)("an answer in which %s: nothing is granted, nothing is revoked", async (_lie, change) => {
    for (const revoke of [false, true]) {
      simulator.switches.permissions = new Set(revoke ? DEFAULT_SET : []);
      simulator.tamper = change;
      const before = simulator.requests.length;
      await expectRefusal(
        ["--identity", NAME, "--yes", ...(revoke ? ["--revoke"] : [])],
        /(but the answer|it told that of).*Nothing more was changed/,
      );
      expect([writes(before), permissions()]).toEqual([[], revoke ? DEFAULT_SET : []]);
    }
  });

  const onPath =
    (part: RegExp, change: (body: Record<string, unknown>) => object): typeof simulator.tamper =>
    (host, incoming, honest) =>
      host === "graph" && part.test(`${incoming.method} ${incoming.path}`)
        ? { ...honest, body: change(honest.body as never) }
        : undefined;
  const other = "eeeeeeee-0000-4000-8000-000000000001";

  test.each<[string, string[], RegExp, (body: Record<string, unknown>) => object, RegExp]>([
    [
      "another identity for the name",
      [NAME],
      /^GET .*servicePrincipals$/,
      () => ({ value: [{ id: other, appId: other, displayName: "Other" }] }),
      /Asked for the identity "id-groups-report", it told of "Other"/,
    ],
    [
      "another identity for the id",
      [other],
      /^GET .*servicePrincipals\/eeeeeeee/,
      () => ({ id: NAME, appId: NAME, displayName: NAME }),
      /Asked for the identity/,
    ],
    [
      "no id for the identity",
      [NAME],
      /^GET .*servicePrincipals$/,
      () => ({ value: [{ id: "../me", appId: other, displayName: NAME }] }),
      /is no id/,
    ],
    [
      "somebody else's assignments",
      [NAME],
      /^GET .*appRoleAssignments$/,
      () => ({ value: [{ id: "a", appRoleId: other, principalId: other, resourceId: other }] }),
      /it told what eeeeeeee.* holds/,
    ],
    [
      "another role assigned than was asked for",
      [NAME],
      /^POST .*appRoleAssignments$/,
      (body) => ({ ...body, appRoleId: OMNIPOTENT }),
      /Told to assign appRoleId 98830695.*it answered that it assigned 9e3f62cf/,
    ],
    [
      "no such role",
      [NAME],
      /^GET .*servicePrincipals\(appId/,
      (body) => ({ ...body, appRoles: [] }),
      /has no app role for GroupMember\.Read\.All \(98830695/,
    ],
  ])("%s", async (_what, [identity = ""], part, change, words) => {
    const before = simulator.requests.length;
    simulator.tamper = onPath(part, (body) => change(body));
    if (identity === other)
      simulator.principals.others.push({ id: other, appId: other, displayName: "x", servicePrincipalType: "Application" });
    await expectRefusal(["--identity", identity, "--yes"], words);
    expect(writes(before).length).toBe(part.source.includes("POST") ? 1 : 0);
  });

  test("an application of another organization is not taken by its name, and shown as one by its id", async () => {
    const id = "ffffffff-0000-4000-8000-000000000001";
    const owner = "99999999-0000-4000-8000-000000000001";
    simulator.principals.others.push({
      id,
      appId: id,
      displayName: "Reporter",
      servicePrincipalType: "Application",
      appOwnerOrganizationId: owner,
    });
    await expectRefusal(
      ["--identity", "reporter", "--yes"],
      new RegExp(`an application of another organization \\(${owner}\\): object id ${id}`),
    );
    const { code, stdout } = await grant(["--identity", id, "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`  owner organization  ${owner} (another organization)\n`);
  });
});

describe("who may not is told why, in one line", () => {
  test("no administrator", async () => {
    simulator.switches.administrator = { ...simulator.switches.administrator, isPrivileged: false };
    await expectRefusal(
      ["--identity", NAME, "--yes"],
      /must be a Privileged Role Administrator or a Global Administrator.*--script.*request-id/,
    );
    expect(permissions()).toEqual([]);
  });

  test("a sign-in without the scope", async () => {
    simulator.switches.administrator = { scopes: ["Application.Read.All"], isPrivileged: true };
    await expectRefusal(["--identity", NAME, "--yes"], /lacks the scope AppRoleAssignment\.ReadWrite\.All\..*az login.*--scope/);
  });

  test("an application's own sign-in", () =>
    expectRefusal(["--identity", NAME, "--yes"], /an application's own sign-in and no administrator's.*--auth device-code/, {
      IDENTITY_ENDPOINT: simulator.identityEndpoint,
      IDENTITY_HEADER: simulator.identityHeader,
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    }));

  test("nobody signed in", () =>
    expectRefusal(["--identity", NAME, "--yes"], /Nobody is signed in.*az login.*--script/, { FAKE_AZ_TOKEN: "" }));
});

describe("bad input", () => {
  test("an unknown name, an unknown id", async () => {
    await expectRefusal(["--identity", "nobody"], /no application or managed identity named "nobody"\. Check it under/);
    const id = "11111111-2222-4333-8444-555555555555";
    await expectRefusal(["--identity", id], new RegExp(`no application or managed identity with the id "${id}"`));
  });

  test("a name that two have: both ids are listed, and one of them does", async () => {
    const twins = ["aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"].map((id, n) => ({
      id,
      appId: `bbbbbbbb-0000-4000-8000-00000000000${n}`,
      displayName: "Twin",
      servicePrincipalType: "Application" as const,
    }));
    simulator.principals.others.push(...twins);
    await expectRefusal(["--identity", "twin"], new RegExp(`2 applications.*${twins[0]?.id}.*${twins[1]?.id}.*object id`));
    const { code, stdout } = await grant(["--identity", twins[1]?.id ?? "", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(lastLine(stdout))).toMatchObject({ identity: { id: twins[1]?.id } });
    expect(permissions()).toEqual([]);
  });

  test("a hostile name stays a name", async () => {
    const name = `O'Brien' or displayName eq 'x & "$(touch x)" %27 #?/`;
    await expectRefusal(["--identity", name], /no application or managed identity named/);
    simulator.principals.others.push({
      id: "cccccccc-0000-4000-8000-000000000001",
      appId: "cccccccc-0000-4000-8000-000000000002",
      displayName: name,
      servicePrincipalType: "ManagedIdentity",
    });
    expect((await grant(["--identity", name])).code).toBe(0);
    await expectRefusal(["--identity", "two\nlines"], /--identity must be an identity's name.*on one line/);
  });

  test("escape sequences in a name from the directory do not reach the terminal", async () => {
    const id = "dddddddd-0000-4000-8000-000000000001";
    const displayName = "red \u001b[31m\u009b2J\u202e\u200f\u2028\nname";
    simulator.principals.others.push({ id, appId: id, displayName, servicePrincipalType: "Application" });
    const { code, stdout } = await grant(["--identity", id, "--dry-run", "--json"]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "Identity: red ?[31m?2J????name"]);
    // eslint-disable-next-line no-control-regex -- exactly those are looked for
    expect(stdout).not.toMatch(/[\u001b\u009b\u202e\u200f\u2028]/);
  });

  test("an unknown feature, no identity, two ways at once", async () => {
    await expectRefusal(["--identity", NAME, "--features", "everything"], /--features is "everything".*teams, signIns, sites/);
    await expectRefusal([], /--identity/);
    await expectRefusal(["--identity", NAME, "--script", "--dry-run"], /cannot be used with/);
  });

  test("a script that can't be written", () =>
    expectRefusal(["--identity", NAME, "--script", path.join(folder, "none", "x.sh")], /script .*can't be written.*--script/));
});

test("the script needs no sign-in and asks nobody", async () => {
  const before = simulator.requests.length;
  const file = path.join(folder, "plain.sh");
  const { code, stdout } = await runCommand(["grant", "--identity", NAME, "--script", file, "--json"], {});
  expect([code, simulator.requests.length]).toEqual([0, before]);
  expect((JSON.parse(lastLine(stdout)) as { permissions: string[] }).permissions.toSorted()).toEqual(DEFAULT_SET);
  const text = await readFile(file, "utf8");
  expect(text).toContain("graph='https://graph.microsoft.com/v1.0'");
  expect(text).not.toMatch(/Group\.Read\.All|Sites\.Read\.All|AuditLog|Mail\.Send/);
});
