import { inspect } from "node:util";
import {
  AggregateAuthenticationError,
  AuthenticationError,
  AzureCliCredential,
  ChainedTokenCredential,
  ClientSecretCredential,
  CredentialUnavailableError,
  EnvironmentCredential,
  ManagedIdentityCredential,
} from "@azure/identity";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { explainTokenError } from "../../src/auth/explain-token-error";
import { ReportError } from "../../src/model/errors";

const TENANT = "11111111-1111-1111-1111-111111111111";
const CLIENT = "22222222-2222-2222-2222-222222222222";
const SECRET = "s3cr3t-VALUE~x";
const TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw";
const SCOPE = "https://graph.microsoft.com/.default";
/** Nothing listens on port 9 of this machine, and without instance discovery nobody else is asked. */
const CLOSED = { authorityHost: "https://127.0.0.1:9", disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** Entra behind @azure/identity's own transport hook: its discovery document, then this answer to the token request. */
function entra(status: number, body: unknown): HttpClient {
  const discovery = {
    token_endpoint: `https://127.0.0.1:9/${TENANT}/token`,
    authorization_endpoint: `https://127.0.0.1:9/${TENANT}/authorize`,
    issuer: `https://127.0.0.1:9/${TENANT}/v2.0`,
    jwks_uri: "https://127.0.0.1:9/keys",
  };
  return {
    sendRequest: async (request) => {
      const isDiscovery = request.url.includes("openid-configuration");
      const text = isDiscovery ? discovery : body;
      return {
        request,
        status: isDiscovery ? 200 : status,
        headers: createHttpHeaders({ "content-type": "application/json" }),
        bodyAsText: typeof text === "string" ? text : JSON.stringify(text),
      };
    },
  };
}

const refusal = (code: number, words: string, error = "invalid_client") => ({
  error,
  error_description: `AADSTS${code}: ${words} Trace ID: aaaa-1 Correlation ID: bbbb-2 Timestamp: 2026-11-23 02:00:00Z`,
  error_codes: [code],
  timestamp: "2026-11-23 02:00:00Z",
  trace_id: "aaaa-1",
  correlation_id: "bbbb-2",
});

/** What DefaultAzureCredential throws with AZURE_* set, as its chain and its EnvironmentCredential word it. */
async function fromEnvironment(httpClient?: HttpClient): Promise<unknown> {
  Object.assign(process.env, { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: SECRET });
  return thrown(() =>
    new ChainedTokenCredential(new EnvironmentCredential({ ...CLOSED, ...(httpClient ? { httpClient } : {}) })).getToken(SCOPE),
  );
}

async function thrown(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    await ask();
  } catch (error) {
    return error;
  }
  throw new Error("a token was given");
}

function expectOneLine({ message }: ReportError): void {
  expect(message).not.toMatch(/[\r\n]/);
  expect(message.length).toBeLessThan(450);
  expect(message).not.toContain(SECRET);
}

test("a wrong secret is told in Entra's own words, without trace ids, and with what to check", async () => {
  const error = explainTokenError(await fromEnvironment(entra(401, refusal(7000215, "Invalid client secret provided."))));
  expect(error.code).toBe("token-refused");
  expect(error.message).toBe(
    "Entra refused a token: AADSTS7000215: Invalid client secret provided. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate.",
  );
  expectOneLine(error);
});

test("Entra's words are found however the error is wrapped", () => {
  const plain = new AuthenticationError(400, refusal(700016, `Application with identifier '${CLIENT}' was not found.`));
  const wrapped = new Error("outer", {
    cause: new AggregateAuthenticationError([plain], "ChainedTokenCredential authentication failed."),
  });
  for (const error of [plain, wrapped]) {
    const told = explainTokenError(error);
    expect(told).toMatchObject({ code: "token-refused", cause: error });
    expect(told.message).toContain(`AADSTS700016: Application with identifier '${CLIENT}' was not found. Check AZURE_TENANT_ID`);
    expectOneLine(told);
  }
});

test("words of Entra over several lines become one line", () => {
  const error = explainTokenError(
    new AuthenticationError(400, {
      error: "x",
      error_description: "AADSTS90002: Tenant 'x'\r\nnot found.\r\nTrace ID: a\r\nTimestamp: b",
    }),
  );
  expect(error.message).toMatch(/^Entra refused a token: AADSTS90002: Tenant 'x' not found\. Check/);
});

describe("a token service that does not answer is tried again, not given up", () => {
  test("a secret whose authority is a closed port", async () => {
    const error = explainTokenError(
      await thrown(() => new ClientSecretCredential(TENANT, CLIENT, SECRET, CLOSED).getToken(SCOPE)),
    );
    expect(error).toMatchObject({ code: "graph-unavailable", waitSeconds: 5 });
    expect(error.message).toContain("AZURE_AUTHORITY_HOST");
    expectOneLine(error);
  });

  test("the same from the environment", async () => {
    expect(explainTokenError(await fromEnvironment())).toMatchObject({ code: "graph-unavailable", waitSeconds: 5 });
  });

  test.each([
    ["a 503 with a gateway's page", 503, "<html>down</html>"],
    ["a 429 with a gateway's page", 429, "<html>slow down</html>"],
    ["a 429 of Entra", 429, refusal(90055, "The server has encountered too many requests.", "temporarily_throttled")],
    ["a page of a proxy with status 200", 200, "<html>Please sign in to the guest network</html>"],
    ["an answer that was cut", 200, `{"token_type":"Bearer","access_token":"${TOKEN}`],
    [
      "a transient error of Entra",
      503,
      refusal(90033, "A transient error has occurred. Please try again.", "temporarily_unavailable"),
    ],
  ])("%s", async (_, status, body) => {
    const error = explainTokenError(await fromEnvironment(entra(status, body)));
    expect(error).toMatchObject({ code: "graph-unavailable" });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(new RegExp(`${TOKEN.slice(0, 20)}|${SECRET}`));
  });

  test.each([
    ["a refused connection", new Error("connect ECONNREFUSED 127.0.0.1:9")],
    ["a name that can't be resolved", new Error("getaddrinfo ENOTFOUND login.example")],
    ["a broken connection further down", new TypeError("fetch failed", { cause: new Error("read ECONNRESET") })],
    ["a 503 of Entra", new AuthenticationError(503, "<html>Service unavailable</html>")],
  ])("%s", (_, error) => {
    expect(explainTokenError(error).code).toBe("graph-unavailable");
  });
});

describe("nothing configured", () => {
  const environment = new CredentialUnavailableError(
    "EnvironmentCredential is unavailable. No underlying credential could be used. To troubleshoot, visit https://aka.ms/azsdk/js/identity/environmentcredential/troubleshoot.",
  );
  const identity = new CredentialUnavailableError(
    "ManagedIdentityCredential: Network unreachable. Message: connect ECONNREFUSED 169.254.169.254:80",
  );
  const cli = new CredentialUnavailableError(
    "Azure CLI could not be found. Please visit https://aka.ms/azure-cli for installation instructions.",
  );

  test("is told in one line that says what can be set", () => {
    for (const error of [
      environment,
      new AggregateAuthenticationError([environment, identity, cli], "ChainedTokenCredential authentication failed."),
    ]) {
      const told = explainTokenError(error);
      expect(told).toMatchObject({ code: "credential-unavailable", cause: error });
      expect(told.message).toMatch(/AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.*managed identity.*az login/);
      expectOneLine(told);
    }
  });

  test("is not claimed where one credential of the chain was there, and failed", () => {
    const error = new AggregateAuthenticationError([
      environment,
      new AuthenticationError(400, refusal(7000222, "The provided client secret keys are expired.")),
    ]);
    expect(explainTokenError(error)).toMatchObject({ code: "token-refused" });
  });
});

describe("a managed identity that is offered", () => {
  test("and can't be reached is tried again; without the offer nothing is configured", async () => {
    Object.assign(process.env, { IDENTITY_ENDPOINT: "http://127.0.0.1:9/msi/token", IDENTITY_HEADER: "header-secret" });
    const error = await thrown(() => new ManagedIdentityCredential({ retryOptions: { maxRetries: 0 } }).getToken(SCOPE));
    expect(explainTokenError(error, { kind: "managed-identity" })).toMatchObject({ code: "graph-unavailable" });
    expect(explainTokenError(error, { kind: "managed-identity" }).message).toContain("IDENTITY_ENDPOINT");
    expect(explainTokenError(error, { kind: "managed-identity" }).message).not.toContain("header-secret");
    expect(explainTokenError(error)).toMatchObject({ code: "credential-unavailable" });
  });

  test("and refuses is told as refused, in its own words", () => {
    const error = new CredentialUnavailableError(
      "ManagedIdentityCredential: Authentication failed. Message : Error(s): Not Available - Timestamp: Not Available - Description: No User Assigned or Delegated Managed Identity found for specified ClientId. - Correlation ID: c-1 - Trace ID: Not Available",
    );
    const told = explainTokenError(error, { kind: "managed-identity" });
    expect(told.code).toBe("token-refused");
    expect(told.message).toMatch(
      /^The managed identity endpoint refused a token: No User Assigned or Delegated Managed Identity found for specified ClientId\. Check/,
    );
    expectOneLine(told);
  });
});

describe("the Azure CLI", () => {
  const said = (stderr: string) => explainTokenError(new CredentialUnavailableError(stderr), { kind: "azure-cli" });

  test.each([
    "ERROR: HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded with url: /x (Caused by NewConnectionError)",
    "ERROR: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
    "ERROR: AADSTS90033: A transient error has occurred. Please try again.",
  ])("that finds no network or no service is tried again: %s", (stderr) => {
    expect(said(stderr)).toMatchObject({ code: "graph-unavailable" });
  });

  test.each(["https://graph.microsoft.com", "https://dod-graph.microsoft.us"])(
    "answers the challenge of %s with the whole command to run, for the tenant where one is set",
    async (resource) => {
      const claims = '{"access_token":{"nbf":{"essential":true,"value":"1726258122"}}}';
      const scope = `${resource}/.default`;
      const error = await thrown(() => new AzureCliCredential().getToken(scope, { claims }));
      const command = `az login --claims-challenge ${Buffer.from(claims).toString("base64")} --scope ${scope}`;
      for (const choice of [{ kind: "azure-cli" }, { kind: "default" }] as const)
        expect(explainTokenError(error, choice).message.endsWith(`Run: ${command}`)).toBe(true);
      expect(
        explainTokenError(error, { kind: "azure-cli", tenantId: TENANT }).message.endsWith(`${command} --tenant ${TENANT}`),
      ).toBe(true);
    },
  );
});

test("a virtual machine's identity that is busy, at the end of a chain, is waited for", () => {
  const busy = new CredentialUnavailableError("ManagedIdentityCredential: Authentication failed.", {
    cause: Object.assign(new Error("x"), { name: "ServerError", status: 429 }),
  });
  const chain = new AggregateAuthenticationError([new CredentialUnavailableError("EnvironmentCredential is unavailable."), busy]);
  expect(explainTokenError(chain)).toMatchObject({ code: "graph-unavailable" });
});

test("anything else is a refused token, in one line of bearable length", () => {
  const told = explainTokenError(new Error(`EnvironmentCredential authentication failed.\nMore details:\n${"x".repeat(2000)}`));
  expect(told.code).toBe("token-refused");
  expectOneLine(told);
});

test("an error of our own stays what it is", () => {
  const error = new ReportError("graph-unavailable", "x");
  expect(explainTokenError(error)).toBe(error);
});

test.each([undefined, null, "text", 7, {}])("whatever was thrown, a line comes of it: %p", (thing) => {
  expect(explainTokenError(thing)).toBeInstanceOf(ReportError);
});
