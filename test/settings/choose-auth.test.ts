import { AUTH_KINDS, chooseAuth } from "../../src/settings/choose-auth";
import { refusal } from "./refused-setting";

const APP = { AZURE_TENANT_ID: "t-1", AZURE_CLIENT_ID: "c-1" };
const app = { tenantId: "t-1", clientId: "c-1" };
const THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567";

describe("the settings choose, in the order of @azure/identity", () => {
  const all = {
    ...APP,
    AZURE_CLIENT_SECRET: "secret",
    AZURE_CLIENT_CERTIFICATE_PATH: "/c.pem",
    AZURE_FEDERATED_TOKEN_FILE: "/t",
    IDENTITY_ENDPOINT: "http://127.0.0.1:4141/msi/token",
  };
  const { AZURE_CLIENT_SECRET: _1, ...withoutSecret } = all;
  const { AZURE_CLIENT_CERTIFICATE_PATH: _2, ...withoutCertificate } = withoutSecret;
  const { AZURE_FEDERATED_TOKEN_FILE: _3, ...managed } = withoutCertificate;

  test.each([
    ["a client secret", all, { kind: "client-secret", ...app, clientSecret: "secret" }],
    ["a certificate", withoutSecret, { kind: "certificate", ...app, certificate: { path: "/c.pem" }, sendChain: false }],
    ["a federated token", withoutCertificate, { kind: "workload-identity", ...app, tokenFile: "/t" }],
    ["a managed identity, user-assigned where AZURE_CLIENT_ID is set", managed, { kind: "managed-identity", clientId: "c-1" }],
    ["a system-assigned managed identity", { IDENTITY_ENDPOINT: "http://127.0.0.1:1" }, { kind: "managed-identity" }],
    ["nothing", {}, { kind: "default" }],
  ])("%s", (_, env, expected) => {
    expect(chooseAuth(env)).toEqual(expected);
  });

  test("the authority goes with every kind", () => {
    const authorityHost = "https://login.microsoftonline.us";
    for (const env of [all, managed, {}])
      expect(chooseAuth({ ...env, AZURE_AUTHORITY_HOST: authorityHost })).toMatchObject({ authorityHost });
  });

  test.each([
    ["ManagedIdentityCredential", "managed-identity"],
    ["WorkloadIdentityCredential", "workload-identity"],
    ["AzureCliCredential", "azure-cli"],
    ["EnvironmentCredential", "client-secret"],
    ["prod", "client-secret"],
    ["dev", "default"],
    ["AzurePowerShellCredential", "default"],
    ["VisualStudioCodeCredential", "default"],
    ["mistyped", "default"],
  ])("AZURE_TOKEN_CREDENTIALS=%s means %s", (AZURE_TOKEN_CREDENTIALS, kind) => {
    expect(chooseAuth({ ...all, AZURE_TOKEN_CREDENTIALS }).kind).toBe(kind);
  });

  test("--auth goes before all settings", () => {
    for (const kind of AUTH_KINDS) expect(chooseAuth({ ...all, AZURE_TOKEN_CREDENTIALS: "dev" }, kind).kind).toBe(kind);
  });
});

describe("a certificate", () => {
  test("takes its password and whether its chain is sent", () => {
    const env = { ...APP, AZURE_CLIENT_CERTIFICATE_PATH: "/c.pfx", AZURE_CLIENT_CERTIFICATE_PASSWORD: "pw" };
    expect(chooseAuth({ ...env, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: "true" })).toMatchObject({
      certificate: { path: "/c.pfx", password: "pw" },
      sendChain: true,
    });
  });

  test.each([
    ["App Service's folder", {}, "/var/ssl/private"],
    ["App Service's folder on Windows", { WEBSITE_PRIVATE_CERTS_PATH: "C:\\certs" }, "C:\\certs"],
    ["one that is given", { AZURE_CLIENT_CERTIFICATE_FOLDER: "/certs", WEBSITE_PRIVATE_CERTS_PATH: "C:\\certs" }, "/certs"],
  ])("by thumbprint is looked for in %s", (_, env, folder) => {
    // As the portal and the Windows dialog show it, with colons, blanks and the mark that the dialog puts before it.
    for (const AZURE_CLIENT_CERTIFICATE_THUMBPRINT of [
      THUMBPRINT,
      THUMBPRINT.toLowerCase(),
      `\u200e${THUMBPRINT.replace(/(..)(?=.)/g, "$1:")} `,
    ])
      expect(chooseAuth({ ...APP, ...env, AZURE_CLIENT_CERTIFICATE_THUMBPRINT })).toMatchObject({
        kind: "certificate",
        certificate: { thumbprint: THUMBPRINT, folder },
      });
  });

  test("whose thumbprint is none is refused", () => {
    for (const AZURE_CLIENT_CERTIFICATE_THUMBPRINT of ["abc", `${THUMBPRINT}00`, "../../etc/passwd"])
      expect(refusal(() => chooseAuth({ ...APP, AZURE_CLIENT_CERTIFICATE_THUMBPRINT }))).toMatch(
        /^The setting AZURE_CLIENT_CERTIFICATE_THUMBPRINT is no thumbprint: it must be 40 \(SHA-1\) or 64/,
      );
  });
});

describe("an incomplete choice names what is missing", () => {
  test.each([
    [{ AZURE_CLIENT_SECRET: "s3cr3t", AZURE_CLIENT_ID: "c-1" }, undefined, "AZURE_TENANT_ID is missing"],
    [{ AZURE_CLIENT_SECRET: "s3cr3t" }, undefined, "AZURE_TENANT_ID and AZURE_CLIENT_ID are missing"],
    [APP, "client-secret", "AZURE_CLIENT_SECRET is missing"],
    [APP, "certificate", "AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_CERTIFICATE_THUMBPRINT is missing"],
    [{ AZURE_CLIENT_CERTIFICATE_PATH: "/c.pem", AZURE_TENANT_ID: "t-1" }, undefined, "AZURE_CLIENT_ID is missing"],
    [{ AZURE_FEDERATED_TOKEN_FILE: "/t", AZURE_TENANT_ID: "  " }, undefined, "AZURE_TENANT_ID and AZURE_CLIENT_ID are missing"],
    [APP, "workload-identity", "AZURE_FEDERATED_TOKEN_FILE is missing"],
  ] as const)("%j by %s: %s", (env, kind, said) => {
    const message = refusal(() => chooseAuth(env, kind));
    expect(message.replace("The settings", "The setting")).toContain(`The setting ${said}: to sign in by `);
    expect(message).not.toContain("s3cr3t");
  });

  test("an application without anything to prove it is told when nobody else is signed in", () => {
    expect(chooseAuth(APP)).toEqual({
      kind: "default",
      hint: expect.stringMatching(/^AZURE_TENANT_ID and AZURE_CLIENT_ID are set, but none of AZURE_CLIENT_SECRET,/),
    });
  });
});
