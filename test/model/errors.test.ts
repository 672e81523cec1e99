import { details, oneLine } from "../../src/model/errors";

const JWT = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJl";

test("the details of an error are its stack and those of what stands behind it", () => {
  const told = details(new Error("outer", { cause: new TypeError("inner", { cause: "text" }) }));
  expect(told).toMatch(/^Error: outer\n +at [\s\S]*\nCaused by: TypeError: inner\n +at [\s\S]*\nCaused by: text$/);
});

test.each([
  [`Headers.append: "Bearer ${JWT}" is an invalid header value.`, JWT],
  [`invalid client_assertion ${JWT.split(".").slice(0, 2).join(".")}`, "eyJhdWQi"],
  ["authorization: Bearer EwBwA8l6BAAU-opaque", "opaque"],
  ["GET https://reports.office.com/x?a=1&sig=Zm9v%2Bbar&b=2", "Zm9v"],
  ["AccountName=a;AccountKey=bm90aGluZw==;EndpointSuffix=x", "bm90"],
])("a secret in others' words is left out: %s", (words, secret) => {
  const told = details(new Error("x", { cause: new Error(words) }));
  expect(told).not.toContain(secret);
  expect(told).toContain(words.slice(0, 8));
});

test("an error is one line that can't write over the terminal, whoever worded it", () => {
  expect(oneLine(new Error(" Graph said:\r\n\u001b[2Jall is well\u202e "))).toBe("Graph said: ?[2Jall is well?");
  expect([oneLine("text"), oneLine(new TypeError()), oneLine(undefined)]).toEqual(["text", "TypeError", "undefined"]);
});
