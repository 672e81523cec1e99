import * as fc from "fast-check";
import { parseChallenge } from "../../src/auth/challenge";

const CLAIMS = '{"access_token":{"nbf":{"essential":true, "value":"1726258122"}}}';
const encoded = Buffer.from(CLAIMS).toString("base64");
/** As Microsoft documents it (graph.md#tokens). */
const DOCUMENTED = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error_description="Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp", error="insufficient_claims", claims="${encoded}"`;

test("the documented challenge gives its claims and its words", () => {
  expect(parseChallenge(DOCUMENTED)).toEqual({
    claims: CLAIMS,
    description:
      "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
  });
});

test.each([
  ["parameters in another order", `Bearer claims="${encoded}", error="insufficient_claims", realm=""`],
  [
    "a PoP challenge before it, with what looks like another",
    `PoP realm="", nonce="ey==, Bearer claims=\\"no\\", realm=", ${DOCUMENTED}`,
  ],
  ["a PoP challenge after it", `${DOCUMENTED}, PoP realm="", claims="bm8="`],
  ["a scheme without parameters before it", `Negotiate, ${DOCUMENTED}`],
  ["a scheme with a token before it", `NTLM TlRMTVNTUAAB==, ${DOCUMENTED}`],
  ["other letters", `bearer CLAIMS="${encoded}"`],
  ["blanks around the equals sign", `Bearer realm = "", claims = "${encoded}"`],
  ["no quotes", `Bearer error=insufficient_claims, claims=${encoded}`],
  ["base64url", `Bearer claims="${Buffer.from(CLAIMS).toString("base64url")}"`],
])("claims are found with %s", (_, header) => {
  expect(parseChallenge(header).claims).toBe(CLAIMS);
});

test.each([
  ["no header", null],
  ["an empty header", ""],
  ["a plain 401 of Graph", 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'],
  ["claims of another scheme alone", `PoP claims="${encoded}"`],
  ["claims that are no base64", 'Bearer claims="%%%"'],
  ["claims that are no JSON", `Bearer claims="${Buffer.from("hello").toString("base64")}"`],
  ["claims that are no object", `Bearer claims="${Buffer.from("7").toString("base64")}"`],
])("%s asks for no claims", (_, header) => {
  expect(parseChallenge(header).claims).toBeUndefined();
});

test("words over several lines and without end become one short line", () => {
  const { description } = parseChallenge(`Bearer error_description="a\r\n  b ${"c".repeat(900)}"`);
  expect(description).toMatch(/^a b c+$/);
  expect(description?.length).toBe(200);
});

test("whatever a header holds, it is read to an end", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom("Bearer ", 'a="', '"', ",", "=", "\\", "PoP ", `claims="${encoded}"`))),
      (parts) => {
        const { claims } = parseChallenge(parts.join(""));
        expect(claims === undefined || claims === CLAIMS || typeof JSON.parse(claims) === "object").toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
