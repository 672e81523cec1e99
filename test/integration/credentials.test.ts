import type { ShownToken } from "../../src/cli/token-show";
import { type Simulator, startSimulator } from "../../simulator";
import { startServer, stopServers } from "../graph/scripted-server";
import { runCommand } from "./command-line";
import { expectRefused } from "./refused-command";
import { FEDERATED, type SecureSimulator, startSecureSimulator } from "./secure-simulator";

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
