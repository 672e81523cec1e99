import { loadHttpAccess, readHttpAuth } from "../../src/settings/settings";
import { refusal } from "./refused-setting";

test.each([
  [undefined, "key"],
  ["", "key"],
  [" ", "key"],
  ["key", "key"],
  [" KEY ", "key"],
  ["entra", "entra"],
  ["Entra", "entra"],
])("HTTP_AUTH %j means %s", (value, auth) => {
  const env = value === undefined ? {} : { HTTP_AUTH: value };
  expect([readHttpAuth(env), loadHttpAccess(env).auth]).toEqual([auth, auth]);
});

test("a wrong value is refused in words on a request, and means a key where nothing may be thrown", () => {
  expect(readHttpAuth({ HTTP_AUTH: "aad" })).toBe("key");
  expect(refusal(() => loadHttpAccess({ HTTP_AUTH: "aad" }))).toBe(
    'The setting HTTP_AUTH is "aad", but it must be key or entra. Correct it or remove it to use the default.',
  );
});

test.each([
  ["True", true],
  ["true", true],
  ["TRUE", true],
  ["False", false],
  ["1", false],
  ["", false],
  [undefined, false],
])("WEBSITE_AUTH_ENABLED %j: guarded is %s", (value, isGuarded) => {
  expect(loadHttpAccess(value === undefined ? {} : { WEBSITE_AUTH_ENABLED: value }).isGuarded).toBe(isGuarded);
});
