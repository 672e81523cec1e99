import { ReportError } from "../../src/model/errors";
import { checkToken, decodeClaims, readTokenFacts, shown } from "../../src/auth/token-claims";

const TENANT = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const RESOURCE = "https://graph.microsoft.com";
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

function check(claims: unknown, tenantId?: string): string | undefined {
  const facts = readTokenFacts(jwt(claims));
  if (!facts) throw new Error("not decodable");
  try {
    checkToken(facts, { resource: RESOURCE, tenantId });
    return undefined;
  } catch (error) {
    expect((error as ReportError).code).toBe("token-refused");
    return (error as ReportError).message;
  }
}

test("what a token says of itself is read, with its types", () => {
  const claims = {
    aud: RESOURCE,
    iat: 1000,
    exp: 5500,
    tid: TENANT,
    appid: "a",
    app_displayname: "Report",
    roles: ["R.Read", 7],
    xms_cc: ["CP1"],
  };
  expect(readTokenFacts(jwt(claims))).toEqual({
    issuedAt: 1_000_000,
    expiresAt: 5_500_000,
    audience: RESOURCE,
    tenantId: TENANT,
    appId: "a",
    appName: "Report",
    actsAs: "app",
    permissions: ["R.Read"],
    isCae: true,
  });
  expect(readTokenFacts(jwt({ scp: "User.Read  Mail.Read", azp: "b" }))).toMatchObject({
    actsAs: "user",
    permissions: ["User.Read", "Mail.Read"],
    appId: "b",
    isCae: false,
    expiresAt: null,
  });
  expect(readTokenFacts(jwt({ exp: "soon", tid: 7, roles: "x", xms_cc: "cp1" }))).toMatchObject({
    expiresAt: null,
    tenantId: null,
    permissions: [],
    isCae: false,
  });
});

test("a token that can't be decoded is no error", () => {
  for (const opaque of ["", "opaque", "a.b.c", jwt("text"), jwt([1]), jwt(null), "EwBwA8l6BAAU.x"]) {
    expect(decodeClaims(opaque)).toBeUndefined();
    expect(readTokenFacts(opaque)).toBeUndefined();
  }
});

describe("before it is used", () => {
  test.each([RESOURCE, `${RESOURCE}/`, "00000003-0000-0000-c000-000000000000", "HTTPS://GRAPH.MICROSOFT.COM", undefined])(
    "an audience of %s is Graph's",
    (aud) => {
      expect(check({ aud })).toBeUndefined();
    },
  );

  test("another audience is refused with a sentence that names both", () => {
    expect(check({ aud: "https://management.azure.com" })).toBe(
      "The token is for https://management.azure.com, not for https://graph.microsoft.com, so it was not used. Check GRAPH_ENDPOINT and AZURE_AUTHORITY_HOST.",
    );
  });

  test("another tenant is refused with a sentence that names both; a domain's name and a token without tenant are not compared", () => {
    expect(check({ aud: RESOURCE, tid: OTHER }, TENANT)).toBe(
      `The token is for the tenant ${OTHER}, but AZURE_TENANT_ID is ${TENANT}, so it was not used. Correct AZURE_TENANT_ID, or sign in to that tenant.`,
    );
    expect(check({ aud: RESOURCE, tid: TENANT.toUpperCase() }, TENANT)).toBeUndefined();
    expect(check({ aud: RESOURCE, tid: OTHER }, "contoso.onmicrosoft.com")).toBeUndefined();
    expect(check({ aud: RESOURCE }, TENANT)).toBeUndefined();
    expect(check({ aud: RESOURCE, tid: OTHER })).toBeUndefined();
  });
});

test("a claim can't move a terminal's cursor or turn its line round", () => {
  expect(shown("a\u001b[2J\u0007\r\nb\u202ec")).toBe("a?[2J???b?c");
  expect(shown("x".repeat(100))).toBe(`${"x".repeat(80)}…`);
});
