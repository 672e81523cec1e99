import { readFileSync } from "node:fs";
import path from "node:path";
import type { ShownToken } from "../../src/cli/token-show";
import { type Simulator, startSimulator } from "../../src/simulator";
import { startServer, stopServers } from "../graph/scripted-server";
import { type Finished, runCommand, start } from "./command-line";
import { azureCli, FEDERATED, type SecureSimulator, startSecureSimulator } from "./secure-simulator";

/** Every kind of credential, by the built command line against the simulated Entra over https: signatures and claims are verified there. */
let secure: SecureSimulator;

beforeAll(async () => {
  secure = await startSecureSimulator({ groups: 20 });
});
afterAll(() => secure.close());
beforeEach(() => {
  secure.simulator.switches.tokenServiceStatus = null;
  secure.simulator.switches.identityOutage = false;
});

async function show(environment: Record<string, string>, ...args: string[]): Promise<ShownToken> {
  const { code, stdout, stderr } = await runCommand(["token", "show", "--json", ...args], environment);
  expect([stderr, code]).toEqual(["", 0]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ShownToken;
}

function expectRefused({ code, stdout, stderr }: Finished, said: RegExp): void {
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
  expect(stderr.trimEnd()).not.toMatch(/[\r\n]|\bat .*\.js:\d+/);
}

describe.each(["client-secret", "certificate (PEM)", "certificate (PFX)", "certificate (thumbprint)", "workload-identity"])(
  "%s",
  (kind) => {
    test("is chosen by its settings, and gives a token of the application that takes part in CAE", async () => {
      const { simulator, kinds } = secure;
      const token = await show(kinds[kind] ?? {});
      expect(token).toMatchObject({
        identity: kind.replace(/ \(.*/, ""),
        tenantId: simulator.credentials.tenantId,
        appId: simulator.credentials.clientId,
        audience: "https://graph.microsoft.com",
        actsAs: "app",
        cae: true,
        lifeSeconds: 4500,
        problem: null,
      });
    });
  },
);

test("a certificate's assertion names the application, the endpoint and the certificate, and is good for minutes", async () => {
  const { simulator, kinds, certificate } = secure;
  await show(kinds["certificate (PEM)"] ?? {});
  const { header, payload } = simulator.assertions.at(-1) ?? { header: {}, payload: {} };
  const { clientId, tenantId } = simulator.credentials;
  expect(payload).toMatchObject({
    iss: clientId,
    sub: clientId,
    aud: `${simulator.authorityHost}/${tenantId}/oauth2/v2.0/token`,
    jti: expect.stringMatching(/.{20}/),
  });
  expect((payload.exp ?? 0) - (payload.nbf ?? 0)).toBeLessThanOrEqual(600);
  expect((header as { "x5t#S256"?: string })["x5t#S256"]).toBe(Buffer.from(certificate.sha256, "hex").toString("base64url"));
});

test("a federated token is handed on as it stands in its file", async () => {
  await show(secure.kinds["workload-identity"] ?? {});
  expect(secure.simulator.assertions.at(-1)?.payload).toMatchObject({
    iss: FEDERATED.issuer,
    sub: FEDERATED.subject,
    aud: FEDERATED.audience,
  });
});

describe("managed identity, over http as App Service offers it", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ groups: 20 });
  });
  afterAll(() => simulator.close());

  const managed = (): Record<string, string> => ({
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });

  test("system-assigned, then user-assigned by AZURE_CLIENT_ID; neither takes part in CAE", async () => {
    const before = simulator.requests.length;
    expect(simulator.identityEndpoint).toMatch(/^http:/);
    for (const environment of [managed(), { ...managed(), AZURE_CLIENT_ID: simulator.credentials.clientId }])
      expect(await show(environment)).toMatchObject({ identity: "managed-identity", cae: false, actsAs: "app", problem: null });
    const asked = simulator.requests.slice(before).map(({ path }) => new URL(path, "http://x").searchParams.get("client_id"));
    expect(asked).toEqual([null, simulator.credentials.clientId]);
  });

  test("one that is not assigned is told in the endpoint's words", async () => {
    const environment = { ...managed(), AZURE_CLIENT_ID: "33333333-3333-4333-8333-333333333333" };
    expectRefused(
      await runCommand(["token", "show"], environment),
      /^The managed identity endpoint refused a token: .*AZURE_CLIENT_ID/,
    );
  });
});

describe("a managed identity endpoint that is busy is waited for, not given up", () => {
  afterEach(stopServers);
  test.each([
    [429, { statusCode: 429, message: "Too many requests" }],
    [500, { statusCode: 500, message: "An unexpected error occured while fetching the AAD Token." }],
    [401, ""],
  ])("%d", async (status, body) => {
    const server = await startServer(...Array.from({ length: 9 }, () => ({ status, body })));
    const environment = { IDENTITY_ENDPOINT: `${server.origin}/msi/token`, IDENTITY_HEADER: "header-secret" };
    const { code, stdout } = await runCommand(["doctor", "--json", "--data", secure.folder], environment);
    expect(code).toBe(1);
    expect(stdout).toContain("The managed identity endpoint (IDENTITY_ENDPOINT) did not answer with a token.");
    expect(stdout).not.toContain("header-secret");
  });
});

describe("people", () => {
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
      `#!${process.execPath}\nrequire("node:fs").appendFileSync(${JSON.stringify(`${folder}/openings`)}, "x");\nfetch(process.argv[2]).then((answer) => answer.text());\n`,
      0o700,
    );
    const before = simulator.tokens.issued.length;
    Object.assign(simulator.switches, { tokenLifeSeconds: 4, latencyMs: 500 });
    const out = path.join(folder, "out");
    const { code, stderr } = await runCommand(["run", "--out", out, "--data", path.join(folder, "data"), "--auth", "browser"], {
      ...environment,
      AZURE_TENANT_ID: simulator.credentials.tenantId,
      BROWSER: browser,
    });
    Object.assign(simulator.switches, { tokenLifeSeconds: 4500, latencyMs: 0 });
    expect([stderr, code]).toEqual(["", 0]);
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
});

describe("what Entra refuses is told in its own words, with what to check, and without the secret", () => {
  test("a wrong secret", async () => {
    const environment = { ...secure.application, AZURE_CLIENT_SECRET: "wr0ng-secret-value" };
    const refused = await runCommand(["token", "show"], environment);
    expectRefused(
      refused,
      /^Entra refused a token: AADSTS7000215: Invalid client secret provided\. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET\.$/m,
    );
    expect(refused.stderr).not.toContain("wr0ng");
  });

  test("a certificate that is not registered", async () => {
    const { makeCertificate } = await import("../auth/certificate-authority");
    const foreign = makeCertificate("foreign");
    const AZURE_CLIENT_CERTIFICATE_PATH = secure.file("foreign.pem", foreign.key + foreign.cert);
    const refused = await runCommand(["token", "show"], { ...secure.application, AZURE_CLIENT_CERTIFICATE_PATH });
    expectRefused(
      refused,
      /AADSTS700027: The certificate .* is not registered on application\..* Check .*that the certificate is registered/,
    );
    expect(refused.stderr).not.toMatch(/PRIVATE KEY|eyJ/);
  });

  test.each([
    [
      "another subject",
      { sub: "system:serviceaccount:other:other" },
      /AADSTS700213: .*federated credential has the issuer, subject and audience/,
    ],
    ["another audience", { aud: "api://other" }, /AADSTS700212: /],
    ["another issuer", { iss: "https://other.example" }, /AADSTS700211: /],
    ["an expiry long ago", { exp: 1_000_000_000, nbf: 900_000_000 }, /AADSTS700024: /],
  ])("a federated token with %s", async (_, claims, said) => {
    const AZURE_FEDERATED_TOKEN_FILE = secure.file("spoilt-token", secure.assertion(claims));
    const refused = await runCommand(["token", "show"], { ...secure.application, AZURE_FEDERATED_TOKEN_FILE });
    expectRefused(refused, said);
    expect(refused.stderr).not.toContain("eyJ");
  });

  test("a tenant that is not there", async () => {
    const environment = { ...secure.kinds["client-secret"], AZURE_TENANT_ID: "99999999-9999-4999-8999-999999999999" };
    expectRefused(await runCommand(["token", "show"], environment), /AADSTS90002: Tenant '99999999/);
  });
});

test("an incomplete choice names the missing setting", async () => {
  expectRefused(
    await runCommand(["run", "--out", "never", "--auth", "certificate"], secure.application),
    /^The setting AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_CERTIFICATE_THUMBPRINT is missing/,
  );
  expectRefused(
    await runCommand(["doctor", "--auth", "client-secret"], secure.environment),
    /^The settings AZURE_TENANT_ID and AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are missing/,
  );
});

test("a kind that does not exist is refused with those that do", async () => {
  expectRefused(await runCommand(["token", "show", "--auth", "password"]), /--auth.*managed-identity.*browser/);
});

test("a token service that is down is told as that", async () => {
  secure.simulator.switches.tokenServiceStatus = 503;
  expectRefused(
    await runCommand(["token", "show"], secure.kinds["client-secret"]),
    /^The token service did not answer\. Check the network and AZURE_AUTHORITY_HOST\.$/m,
  );
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
