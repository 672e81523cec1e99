import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { didYouMean, misspeltSettings } from "../../src/settings/misspelt";
import { isOneEditAway } from "../../src/settings/one-edit";
import { SETTING_NAMES } from "../../src/settings/settings";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const letter = fc.constantFrom(...LETTERS);

/** One letter more, less, changed, or swapped with its neighbour. */
const edited = fc
  .record({
    name: fc.constantFrom(...SETTING_NAMES),
    at: fc.nat(40),
    sign: letter,
    kind: fc.constantFrom("more", "less", "other", "swap"),
  })
  .map(({ name, at, sign, kind }): [string, string] => {
    const place = at % name.length;
    const [before, after] = [name.slice(0, place), name.slice(place)];
    if (kind === "more") return [name, before + sign + after];
    if (kind === "less") return [name, before + after.slice(1)];
    if (kind === "other") return [name, before + sign + after.slice(1)];
    return [name, before + (after[1] ?? "") + (after[0] ?? "") + after.slice(2)];
  })
  .filter(([name, wrong]) => name !== wrong);

test("every name that is one letter from a setting is told", () => {
  fc.assert(
    fc.property(edited, ([name, wrong]) => {
      expect(misspeltSettings({ [wrong]: "30" })).toEqual([{ name: wrong, meant: name }]);
    }),
  );
});

test.each([
  ["FEATURE", "FEATURES"],
  ["INACTIVE_DAY", "INACTIVE_DAYS"],
  ["GRAPH_ENDPIONT", "GRAPH_ENDPOINT"],
  ["REPORT_STORGE", "REPORT_STORAGE"],
  ["FAILDAYS", "FAIL_DAYS"],
])("%s may mean %s", (name, meant) => {
  const found = misspeltSettings({ [name]: "x", [meant]: "y", PATH: "/bin" });
  expect(found.map(didYouMean)).toEqual([`The variable ${name} is set, but there is no such setting. Did you mean ${meant}?`]);
});

test("what other programs set is let be, and so is what is blank", () => {
  const others =
    "PATH HOME USER SHELL TERM LANG PWD OLDPWD TZ TMPDIR HOSTNAME EDITOR FEATURE_FLAGS HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy NODE_OPTIONS NODE_EXTRA_CA_CERTS " +
    "AZURE_TENANT_ID AZURE_CLIENT_ID AZURE_CLIENTID AZURE_CLIENT_SECRETS IDENTITY_ENDPOINT IDENTITY_HEADER MSI_ENDPOINT WEBSITE_SITE_NAME WEBSITE_AUTH_ENABLED " +
    "AzureWebJobsStorage AzureWebJobsStorage__accountName FUNCTIONS_WORKER_RUNTIME APPLICATIONINSIGHTS_CONNECTION_STRING GITHUB_ACTIONS CI RETENTION FAIL_FAST LOG_LEVEL";
  expect(misspeltSettings(Object.fromEntries(others.split(" ").map((name) => [name, "x"])))).toEqual([]);
  expect(misspeltSettings({ FEATURE: " ", INACTIVE_DAY: undefined })).toEqual([]);
  expect(misspeltSettings(Object.fromEntries(SETTING_NAMES.map((name) => [name, "x"])))).toEqual([]);
});

test("the names are those that the code reads", () => {
  const code = readFileSync(path.join(__dirname, "../../src/settings/settings.ts"), "utf8");
  const read = [...code.matchAll(/(?:env\[|\(env, )"([A-Z][A-Z_]+)"/g)].map(([, name = ""]) => name);
  const ours = read.filter((name) => !/^(AZURE_|IDENTITY_|WEBSITE_|GROUPS_REPORT_VERSION)/.test(name));
  expect(SETTING_NAMES.toSorted()).toEqual([...new Set(ours)].toSorted());
});

test("two letters are too far", () => {
  for (const [one, other] of [
    ["FEATURES", "FEATUR"],
    ["FEATURES", "FAETURSE"],
    ["FEATURES", "CREATURES"],
    ["FEATURES", "FEATURES"],
  ] as const)
    expect([one, other, isOneEditAway(one, other)]).toEqual([one, other, false]);
});
