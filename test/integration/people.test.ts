import { readFileSync } from "node:fs";
import path from "node:path";
import type { ShownToken } from "../../src/cli/token-show";
import { runCommand, start } from "./command-line";
import { expectRefused } from "./refused-command";
import { azureCli, type SecureSimulator, startSecureSimulator } from "./secure-simulator";

/** People who sign in themselves: by the Azure CLI, a device code or a browser, by the built command line. */
let secure: SecureSimulator;

beforeAll(async () => {
  secure = await startSecureSimulator({ groups: 20 });
});
afterAll(() => secure.close());

async function show(environment: Record<string, string>, ...args: string[]): Promise<ShownToken> {
  const { code, stdout, stderr } = await runCommand(["token", "show", "--json", ...args], environment);
  expect([stderr, code]).toEqual(["", 0]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ShownToken;
}

test("azure-cli hands on the token of az", async () => {
  const environment = { ...secure.environment, ...azureCli(secure) };
  expect(await show(environment, "--auth", "azure-cli")).toMatchObject({ identity: "azure-cli", cae: false, problem: null });
});

test.each([
  [
    "nobody has signed in",
    "ERROR: Please run 'az login' to setup account.",
    /^The Azure CLI gave no token\. Sign in with `az login`/,
  ],
  [
    "the sign-in has expired",
    "ERROR: AADSTS700082: The refresh token has expired due to inactivity.\nTrace ID: 1",
    /AADSTS700082: The refresh token has expired due to inactivity\. Sign in with `az login`/,
  ],
])("azure-cli where %s says so in one line", async (_, AZ_SAYS, said) => {
  const environment = { ...secure.environment, ...azureCli(secure), AZ_SAYS };
  expectRefused(await runCommand(["token", "show", "--auth", "azure-cli"], environment), said);
});

test("azure-cli that is not installed is told as that", async () => {
  const environment = { ...secure.environment, PATH: "/nonexistent:/bin" };
  expectRefused(
    await runCommand(["token", "show", "--auth", "azure-cli"], environment),
    /^The Azure CLI was not found\. Install it, or name another way with --auth\.$/m,
  );
});

test("device-code shows the code, waits for the person, and gives a token that acts for them", async () => {
  const { simulator, environment } = secure;
  simulator.switches.deviceCodePolls = 2;
  const started = start(["token", "show", "--json", "--auth", "device-code"], {
    ...environment,
    AZURE_TENANT_ID: simulator.credentials.tenantId,
  });
  await started.until("enter the code SIMULATOR");
  const { code, stdout, stderr } = await started.finished;
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
    identity: "device-code",
    actsAs: "user",
    cae: true,
    problem: null,
  });
});

test("who signs in to look at the policies is asked once, also to check a token against them", async () => {
  const { simulator, environment } = secure;
  simulator.switches.administrator = { scopes: ["Policy.Read.All"], isPrivileged: true };
  const { code, stdout, stderr } = await runCommand(["token", "policy", "check", "--auth", "device-code"], {
    ...environment,
    AZURE_TENANT_ID: simulator.credentials.tenantId,
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.match(/enter the code/g)).toHaveLength(1);
  expect(stdout).toMatch(/^The token lives 1 h 15 min; .*continuous access evaluation/m);
});

test("browser, in a run that outlives its tokens, opens the sign-in page once", async () => {
  const { simulator, environment, file, folder } = secure;
  const browser = file(
    "counting-browser",
    `#!${process.execPath}\nrequire("node:fs").appendFileSync(${JSON.stringify(`${folder}/openings`)}, "x");\n// A page that is cut at its end is no reason for xdg-open to open it again.\nfetch(process.argv[2]).then((answer) => answer.text()).catch(() => undefined);\n`,
    0o700,
  );
  const before = simulator.tokens.issued.length;
  Object.assign(simulator.switches, { tokenLifeSeconds: 4, latencyMs: 500 });
  const out = path.join(folder, "out");
  const { code, stdout, stderr } = await runCommand(
    ["run", "--out", out, "--data", path.join(folder, "data"), "--auth", "browser"],
    {
      ...environment,
      AZURE_TENANT_ID: simulator.credentials.tenantId,
      BROWSER: browser,
    },
  );
  Object.assign(simulator.switches, { tokenLifeSeconds: 4500, latencyMs: 0 });
  expect([stderr, code]).toEqual(["", 0]);
  expect(stdout.match(/^Sign in in the browser window that opens\. .*--auth device-code\.$/gm)).toHaveLength(1);
  expect(readFileSync(`${folder}/openings`, "utf8")).toBe("x");
  expect(simulator.tokens.issued.length - before).toBeGreaterThan(2);
});

test("browser opens the sign-in page, takes the code that comes back, and proves that it is its own (PKCE)", async () => {
  const { simulator, environment, file, folder } = secure;
  // Stands for the browser of somebody who is signed in: it goes where it is sent.
  const browser = file(
    "browser",
    `#!${process.execPath}\nconst url = process.argv[2];\nrequire("node:fs").writeFileSync(${JSON.stringify(`${folder}/opened`)}, url);\nfetch(url).then((answer) => answer.text());\n`,
    0o700,
  );
  const signIn = { ...environment, AZURE_TENANT_ID: simulator.credentials.tenantId, BROWSER: browser };
  expect(await show(signIn, "--auth", "browser")).toMatchObject({
    identity: "browser",
    actsAs: "user",
    cae: true,
    problem: null,
  });
  const opened = new URL(readFileSync(`${folder}/opened`, "utf8"));
  expect(opened.searchParams.get("code_challenge_method")).toBe("S256");
  expect(opened.searchParams.get("redirect_uri")).toMatch(/^http:\/\/localhost:\d+/);
});

test("a policy's name can't write over the terminal", async () => {
  const { simulator, environment } = secure;
  simulator.switches.permissions.add("Policy.Read.All");
  const definition = ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}'];
  simulator.tokenPolicies.push({ id: "1", displayName: "\u001b[2Jevil", definition, isOrganizationDefault: true, appliesTo: [] });
  const variables = { ...environment, ...azureCli(secure) };
  const { stdout } = await runCommand(["token", "policy", "check", "--auth", "azure-cli"], variables);
  simulator.tokenPolicies.length = 0;
  expect(stdout).toBe('The token lives 8 h; expected are 8 h. The policy "?[2Jevil" (the organization\'s default) sets it.\n');
});

test.each([
  ["azure-cli", ["--auth", "azure-cli"]],
  ["DefaultAzureCredential", []],
])("a claims challenge to the token of az, by %s, ends with the command to run", async (_, args) => {
  const { simulator, environment, folder } = secure;
  Object.assign(simulator.switches, { caeChallenge: "always", caeWithoutCapability: true });
  try {
    const { code, stdout } = await runCommand(["doctor", "--json", "--data", folder, ...args], {
      ...environment,
      ...azureCli(secure),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Run: az login --claims-challenge \S+ --scope https:\/\/graph\.microsoft\.com\/\.default/);
  } finally {
    Object.assign(simulator.switches, { caeChallenge: "none", caeWithoutCapability: false });
  }
});

test("a token that can't be sent stands in no error, with --verbose neither", async () => {
  const token = "EwBwA8l6BAAUs5-opaque\\nc2lnbmF0dXJl";
  const { file, folder, environment } = secure;
  file("az", `#!/bin/sh\nprintf '%s' '{"accessToken":"${token}","expires_on":4000000000}'\n`, 0o700);
  const { code, stdout, stderr } = await runCommand(["grant", "--identity", "x", "--auth", "azure-cli", "--verbose"], {
    ...environment,
    PATH: `${folder}:${process.env["PATH"] ?? ""}`,
  });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^No answer from .*: the request could not be sent\. Check/);
  expect(stderr).toMatch(/\n +at /);
  expect(stderr).not.toMatch(/EwBw|c2ln/);
});
