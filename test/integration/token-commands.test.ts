import path from "node:path";
import type { ShownToken } from "../../src/cli/token-show";
import { APP_ROLES, type Simulator, startSimulator } from "../../simulator";
import { runCommand } from "./command-line";
import { runInTerminal } from "./in-terminal";

/** `token show` and `token policy`, by the built command line. */
let simulator: Simulator;
const CLI = path.join(__dirname, "../../dist/cli.js");
const GRAPH_APP = "00000003-0000-0000-c000-000000000000";

beforeAll(async () => {
  simulator = await startSimulator({ groups: 20 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.switches.permissions = new Set(["GroupMember.Read.All", "User.Read.All", "Reports.Read.All", "Group.Read.All"]);
  simulator.tokenPolicies.length = 0;
});

const environment = (): Record<string, string> => ({
  GRAPH_ENDPOINT: simulator.graphEndpoint,
  IDENTITY_ENDPOINT: simulator.identityEndpoint,
  IDENTITY_HEADER: simulator.identityHeader,
});
const run = (...args: string[]) => runCommand(["token", ...args], environment());

const pipe = (input: string, ...args: string[]) => runCommand(["token", ...args], environment(), input);
const jwt = (claims: unknown) =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2lnbmF0dXJlLW9mLXRva2Vu`;

describe("token show", () => {
  test("tells whose token it is, how long it lives, and the permissions held, missing and not needed", async () => {
    const { code, stdout, stderr } = await run("show", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const token = JSON.parse(stdout) as ShownToken;
    expect(token).toMatchObject({
      identity: "managed-identity",
      lifeSeconds: 4500,
      audience: "https://graph.microsoft.com",
      tenantId: simulator.tenant.id,
      appId: simulator.credentials.clientId,
      appName: "Groups report",
      cae: false,
      permissions: {
        held: ["GroupMember.Read.All", "User.Read.All", "Reports.Read.All"],
        missing: ["ReportSettings.Read.All", "TeamSettings.Read.All"],
        notNeeded: ["Group.Read.All"],
      },
    });
    expect(token.secondsLeft).toBeGreaterThan(4000);
    expect(Date.parse(token.expires ?? "") - Date.parse(token.issued ?? "")).toBe(4_500_000);
  });

  test("says it on a page for people, and never the token or its signature", async () => {
    const { stdout } = await run("show");
    expect(stdout).toMatch(/^Life +1 h 15 min$/m);
    expect(stdout).toMatch(/^Audience +https:\/\/graph\.microsoft\.com \(Microsoft Graph\)$/m);
    expect(stdout).toMatch(/^missing +TeamSettings\.Read\.All, for telling whether a team is archived$/m);
    expect(stdout).toMatch(/^not needed +Group\.Read\.All$/m);
    for (const output of [stdout, (await run("show", "--json")).stdout]) expect(output).not.toMatch(/eyJ|[\w-]{43}/);
  });

  test("reads a token from standard input and sends it nowhere", async () => {
    const before = simulator.requests.length;
    const claims = {
      aud: GRAPH_APP,
      iat: 1_800_000_000,
      exp: 4_000_000_000,
      tid: "t-1",
      azp: "a-1",
      scp: "User.Read.All Mail.Send",
      xms_cc: ["cp1"],
    };
    const { code, stdout } = await pipe(`Bearer ${jwt(claims)}\n`, "show", "--stdin");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Identity +standard input$/m);
    expect(stdout).toMatch(/^Acts as +the person who signed in$/m);
    expect(stdout).toMatch(/^CAE +yes/m);
    expect(stdout).toMatch(/^not needed +Mail\.Send$/m);
    expect(stdout).not.toMatch(/eyJ|c2lnbmF0dXJl/);
    expect(simulator.requests.length).toBe(before);
  });

  test("tells of a token that a run would refuse, and ends with 1", async () => {
    const expired = await pipe(jwt({ aud: GRAPH_APP, iat: 1000, exp: 2000 }), "show", "--stdin");
    expect([expired.code, expired.stderr]).toEqual([1, "The token has expired.\n"]);
    expect(expired.stdout).toMatch(/^Time left +none: it has expired$/m);
    const other = await pipe(jwt({ aud: "https://vault.azure.net", exp: 4_000_000_000 }), "show", "--stdin");
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/^The token is for https:\/\/vault\.azure\.net, not for https:\/\/graph\.microsoft\.com/);
  });

  test.each([
    ["nothing", ""],
    ["two words", "hello world"],
    ["an opaque token", "EwBwA8l6BAAUs5-opaque"],
  ])("standard input with %s is refused in one line that does not repeat it", async (_, input) => {
    const { code, stdout, stderr } = await pipe(input, "show", "--stdin");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^(Standard input holds no token|The token on standard input can't be decoded).*\.\n$/);
    if (input !== "") expect(stderr).not.toContain(input);
  });

  test("claims that would write over the terminal are shown as plain text", async () => {
    const { stdout } = await pipe(
      jwt({ aud: GRAPH_APP, exp: 4_000_000_000, app_displayname: "\u001b[2Jevil\r\nIdentity  admin" }),
      "show",
      "--stdin",
    );
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001b|\r/);
    expect(stdout).toMatch(/^Application +\?\[2Jevil\?\?Identity {2}admin \(not told\)$/m);
  });
});

describe("token policy", () => {
  const withWriter = () => {
    simulator.switches.permissions = new Set([...APP_ROLES, "Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"]);
  };
  const policy = (displayName: string, life: string, more: Partial<Simulator["tokenPolicies"][number]> = {}) => {
    const definition = [`{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"${life}"}}`];
    simulator.tokenPolicies.push({
      id: `id-${displayName}`,
      displayName,
      definition,
      isOrganizationDefault: false,
      appliesTo: [],
      ...more,
    });
  };
  const service = (appId: string, displayName: string) => ({
    id: `sp-${appId}`,
    appId,
    displayName,
    type: "servicePrincipal" as const,
  });

  test("list shows each policy with where it applies", async () => {
    withWriter();
    expect((await run("policy", "list")).stdout).toMatch(/^The tenant has no token lifetime policy/);
    policy("Long", "8:00:00", { isOrganizationDefault: true });
    policy("Ours", "0.02:30:00", { appliesTo: [service(simulator.credentials.clientId, "Groups report")] });
    policy("Loose", "00:10:00");
    const { code, stdout } = await run("policy", "list");
    expect([code, stdout.trimEnd().split("\n")]).toEqual([
      0,
      [
        "Long (id-Long): access tokens live 8 h",
        "  applies to every application of the tenant (organization default)",
        "Ours (id-Ours): access tokens live 2 h 30 min",
        `  applies to servicePrincipal Groups report (${simulator.credentials.clientId})`,
        "Loose (id-Loose): access tokens live 10 min",
        "  applies to nothing: it is not assigned",
      ],
    ]);
    expect(JSON.parse((await run("policy", "list", "--json")).stdout)).toHaveLength(3);
  });

  test("set shows the request and why it is rarely wise, asks, and makes the default; set again changes it; remove removes it", async () => {
    withWriter();
    const asked = await run("policy", "set", "8h");
    expect([asked.code, asked.stderr]).toEqual([
      1,
      'Nothing was changed: there is no terminal to ask in. "Change the default of the whole tenant?" Add --yes if so.\n',
    ]);
    expect(asked.stdout).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\.0\/policies\/tokenLifetimePolicies$/m);
    expect(asked.stdout).toMatch(/default of the whole tenant: it changes the access tokens of every application/);
    const answer = (typed: string) =>
      runInTerminal([process.execPath, CLI, "token", "policy", "set", "8h"], environment(), /\[yes\/no\]/, typed);
    expect(await answer("no\n")).toMatchObject({ code: 1, screen: expect.stringContaining("Nothing was changed. Answer yes") });
    expect(simulator.tokenPolicies).toEqual([]);

    expect((await answer("yes\n")).code).toBe(0);
    expect(simulator.tokenPolicies).toMatchObject([
      { isOrganizationDefault: true, definition: ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"08:00:00"}}'] },
    ]);
    const again = await run("policy", "set", "1d", "--yes");
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^PATCH [\s\S]*23:59:59[\s\S]*Access tokens now live 1 d by default/),
    ]);
    expect(simulator.tokenPolicies).toMatchObject([
      { definition: ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"23:59:59"}}'] },
    ]);

    expect((await run("policy", "remove", "--yes")).stdout).toMatch(/^DELETE .*[\s\S]*The default policy is removed/);
    expect(simulator.tokenPolicies).toEqual([]);
    expect((await run("policy", "remove", "--yes")).stdout).toMatch(/there is nothing to remove/);
  });

  test.each(["9m", "25h", "2d", "soon", "8:00", "-1h", "1.00:00:01"])(
    "a lifetime of %s: only 10 minutes to 1 day is set",
    async (life) => {
      withWriter();
      const { code, stderr } = await run("policy", "set", "--yes", "--", life);
      if (life === "8:00") expect(code).toBe(0);
      else
        expect([code, stderr]).toEqual([
          1,
          `The lifetime "${life}" can't be set: it must be from 10 minutes to 1 day, as in 90m, 8h, 1d or 8:00:00.\n`,
        ]);
    },
  );

  test("without the permission it says which, and how to have it", async () => {
    expect(await run("policy", "list")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Graph denied the token lifetime policies: this needs the permission Policy\.Read\.All\./),
    });
    simulator.switches.permissions = new Set(["Policy.Read.All"]);
    expect((await run("policy", "set", "8h", "--yes")).stderr).toMatch(
      /needs the permission Policy\.ReadWrite\.ApplicationConfiguration\./,
    );
  });

  test("check compares the token's life with what the policies promise, and names those that have no effect", async () => {
    withWriter();
    policy("Ours", "2:00:00", { appliesTo: [service(simulator.credentials.clientId, "Groups report")] });
    const { code, stdout } = await run("policy", "check");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^The token lives 1 h 15 min; expected are 1 h to 1 d 4 h\. Managed identities stand outside token lifetime policies/,
    );
    expect(stdout).toMatch(/^The policy "Ours" has no effect on this token: managed identities are not subject to policies\.$/m);
  });
});
