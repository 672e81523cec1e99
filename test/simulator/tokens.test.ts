import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ClientSecretCredential, ManagedIdentityCredential } from "@azure/identity";
import { makeTenant, startSimulator, type Simulator } from "../../simulator/index";
import { clientOf, managedIdentityToken, read, type Answer } from "./client";

const tenant = makeTenant({ groups: 5 });
let time = Date.now();
let sim: Simulator;

beforeEach(async () => {
  time = Date.now();
  sim = await startSimulator({ tenant, clock: () => time });
});
afterEach(() => sim.close());

const get = async (token: string | null): Promise<Answer> =>
  read(
    await fetch(
      `${sim.graphEndpoint}/v1.0/organization`,
      token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
    ),
  );

async function clientToken(form: Record<string, string> = {}): Promise<Answer> {
  const { tenantId, clientId, clientSecret } = sim.credentials;
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: "https://graph.microsoft.com/.default",
    ...form,
  });
  return read(await fetch(`${sim.graphEndpoint}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body }));
}

const CP1 = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';
const claimsOf = (token: string): any => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("managed identity", () => {
  test("graph.md#tokens: expires_on is a string, and there is no expires_in and no refresh_in", async () => {
    const { json } = await managedIdentityToken(sim);
    expect(json).toEqual({
      access_token: expect.any(String),
      expires_on: String(Math.floor((time + 4_500_000) / 1000)),
      resource: "https://graph.microsoft.com",
      token_type: "Bearer",
      client_id: sim.credentials.clientId,
    });
    expect(claimsOf(json.access_token)).toMatchObject({
      aud: "https://graph.microsoft.com",
      tid: tenant.id,
      idtyp: "app",
      roles: expect.any(Array),
    });
    expect(sim.tokens.issued).toHaveLength(1);
  });

  test("graph.md#tokens: a wrong header is 401, a wrong version or resource 400", async () => {
    expect((await fetch(`${sim.identityEndpoint}?resource=https://graph.microsoft.com&api-version=2019-08-01`)).status).toBe(401);
    expect((await managedIdentityToken(sim, "resource=https://graph.microsoft.com")).status).toBe(400);
    expect((await managedIdentityToken(sim, "api-version=2019-08-01")).status).toBe(400);
    expect((await managedIdentityToken(sim, "resource=https://vault.azure.net&api-version=2019-08-01")).status).toBe(400);
  });

  test("graph.md#tokens: with rolesStale the same token comes back, with the roles of the first one, until its life is nearly over", async () => {
    sim.switches.rolesStale = true;
    sim.switches.permissions.delete("Organization.Read.All");
    sim.switches.permissions.delete("User.Read.All");
    const first = (await managedIdentityToken(sim)).json.access_token;
    sim.switches.permissions.add("Organization.Read.All");
    expect((await managedIdentityToken(sim)).json.access_token).toBe(first);
    expect((await get(first)).status).toBe(403);
    time += 4_200_000;
    const second = (await managedIdentityToken(sim)).json.access_token;
    expect(second).not.toBe(first);
    expect((await get(second)).status).toBe(403);
    sim.switches.rolesStale = false;
    expect((await get(second)).status).toBe(200);
  });

  test("@azure/identity takes the token from IDENTITY_ENDPOINT", async () => {
    const before = { ...process.env };
    process.env["IDENTITY_ENDPOINT"] = sim.identityEndpoint;
    process.env["IDENTITY_HEADER"] = sim.identityHeader;
    try {
      const token = await new ManagedIdentityCredential().getToken("https://graph.microsoft.com/.default");
      expect((await get(token.token)).status).toBe(200);
    } finally {
      process.env = before;
    }
  });
});

describe("the bearer token at Graph", () => {
  test("graph.md#errors: none, a forged one and an expired one are 401 InvalidAuthenticationToken", async () => {
    const { access_token: token } = (await managedIdentityToken(sim)).json;
    expect((await get(null)).json.error).toMatchObject({ code: "InvalidAuthenticationToken", message: "Access token is empty." });
    const [head, body] = token.split(".");
    expect((await get(`${head}.${body}.AAAA`)).status).toBe(401);
    expect((await get(token)).status).toBe(200);
    time += 4_500_000;
    expect((await get(token)).json.error.message).toBe("Lifetime validation failed, the token is expired.");
  });

  test("graph.md#tokens: tokens can be revoked at once, or at a time", async () => {
    const first = (await managedIdentityToken(sim)).json.access_token;
    sim.revokeAll();
    expect((await get(first)).status).toBe(401);
    const second = (await managedIdentityToken(sim)).json.access_token;
    expect((await get(second)).status).toBe(200);
    sim.switches.revokeTokensAt = time + 1000;
    expect((await get(second)).status).toBe(200);
    time += 1000;
    expect((await get(second)).status).toBe(401);
    expect((await get((await managedIdentityToken(sim)).json.access_token)).status).toBe(200);
  });
});

describe("Entra", () => {
  test("graph.md#tokens: client_credentials gives expires_in and ext_expires_in, refresh_in where wanted, xms_cc for cp1", async () => {
    const { json } = await clientToken();
    expect(json).toEqual({ token_type: "Bearer", expires_in: 4500, ext_expires_in: 4500, access_token: expect.any(String) });
    expect(claimsOf(json.access_token)).not.toHaveProperty("xms_cc");
    sim.switches.refreshInSeconds = 100;
    const capable = (await clientToken({ claims: CP1 })).json;
    expect(capable.refresh_in).toBe(100);
    expect(claimsOf(capable.access_token).xms_cc).toEqual(["cp1"]);
  });

  test("graph.md#tokens: refusals have Entra's shape", async () => {
    const wrong = await clientToken({ client_secret: "no" });
    expect([wrong.status, wrong.json.error, wrong.json.error_codes]).toEqual([401, "invalid_client", [7000215]]);
    expect(wrong.json.error_description).toMatch(/^AADSTS7000215: .*\r\nTrace ID: /);
    expect((await clientToken({ scope: "https://graph.microsoft.com/User.Read" })).json.error).toBe("invalid_scope");
    expect((await clientToken({ grant_type: "password" })).status).toBe(400);
  });

  test("graph.md#tokens: a claims challenge is answered by a token that was asked for with its claims, or never", async () => {
    const old = (await clientToken({ claims: CP1 })).json.access_token;
    sim.switches.caeChallenge = "once";
    const challenged = await get(old);
    expect(challenged.status).toBe(401);
    const header = challenged.headers.get("www-authenticate") ?? "";
    const claims = /claims="([^"]+)"/.exec(header)?.[1] ?? "";
    expect(header).toContain('error="insufficient_claims"');
    expect(JSON.parse(Buffer.from(claims, "base64").toString()).access_token.nbf.essential).toBe(true);
    expect((await get(old)).status).toBe(401);
    expect((await get((await clientToken({ claims: CP1 })).json.access_token)).status).toBe(401);
    const both = {
      access_token: { ...JSON.parse(Buffer.from(claims, "base64").toString()).access_token, ...JSON.parse(CP1).access_token },
    };
    expect((await get((await clientToken({ claims: JSON.stringify(both) })).json.access_token)).status).toBe(200);
    sim.switches.caeChallenge = "always";
    expect((await get((await clientToken({ claims: CP1 })).json.access_token)).status).toBe(401);
  });

  test("graph.md#tokens: without cp1 there is no challenge; PoP may stand first in the header", async () => {
    sim.switches.caeChallenge = "always";
    const plain = (await clientToken()).json.access_token;
    expect((await get(plain)).status).toBe(200);
    sim.switches.caeWithoutCapability = true;
    sim.switches.caePopFirst = true;
    expect((await get(plain)).headers.get("www-authenticate")).toMatch(/^PoP realm="".* Bearer realm=""/);
  });

  test("@azure/identity's ClientSecretCredential works against it over https", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "simulator-tls-"));
    const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", ...subject],
      { stdio: "ignore" },
    );
    const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    rmSync(folder, { recursive: true });
    const secure = await startSimulator({ tenant, tls });
    try {
      const { tenantId, clientId, clientSecret } = secure.credentials;
      const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
        authorityHost: secure.authorityHost,
        disableInstanceDiscovery: true,
        tlsOptions: { ca: tls.cert },
      });
      const token = await credential.getToken("https://graph.microsoft.com/.default");
      expect(secure.graphEndpoint).toMatch(/^https:/);
      expect(claimsOf(token.token).tid).toBe(tenant.id);
    } finally {
      await secure.close();
    }
  });

  test("discovery and metadata point back to the simulator", async () => {
    const metadata = await read(await fetch(`${sim.graphEndpoint}/${tenant.id}/v2.0/.well-known/openid-configuration`));
    expect(metadata.json.token_endpoint).toBe(`${sim.graphEndpoint}/${tenant.id}/oauth2/v2.0/token`);
    const discovery = await clientOf(sim).then((client) => client.get(`${sim.graphEndpoint}/common/discovery/instance`));
    expect(discovery.json.tenant_discovery_endpoint).toContain("openid-configuration");
  });
});
