import { loadSettings } from "../../src/settings/settings";
import type { Environment } from "../../src/settings/environment";
import { refusal } from "./refused-setting";

const laptop = (env: Environment = {}) => loadSettings("laptop", env).storage;
const host = (env: Environment = {}) => loadSettings("host", env).storage;

const CONNECTION = "DefaultEndpointsProtocol=https;AccountName=myaccount;AccountKey=S3CR3T+KEY==;EndpointSuffix=core.windows.net";

describe("REPORT_STORAGE", () => {
  test.each([
    [CONNECTION, { kind: "connectionString", connectionString: CONNECTION }],
    ["UseDevelopmentStorage=true", { kind: "connectionString", connectionString: "UseDevelopmentStorage=true" }],
    ["  myaccount2 ", { kind: "account", account: "myaccount2" }],
    ["abc", { kind: "account", account: "abc" }],
    ["a".repeat(24), { kind: "account", account: "a".repeat(24) }],
  ])("%s", (text, expected) => {
    expect(laptop({ REPORT_STORAGE: text })).toEqual(expected);
    expect(host({ REPORT_STORAGE: text })).toEqual(expected);
  });

  test.each(["ab", "a".repeat(25), "MyAccount", "my-account", "https://myaccount.blob.core.windows.net", "my account"])(
    "%s is no storage: the setting and the rule are named, the value is not",
    (text) => {
      const message = refusal(() => laptop({ REPORT_STORAGE: text }));
      expect(message).toBe(
        "The setting REPORT_STORAGE is neither a storage connection string nor a storage account's name (3 to 24 lower-case letters and digits).",
      );
    },
  );

  test.each([
    "AccountKey S3CR3T+KEY",
    "DefaultEndpointsProtocol:https;AccountName:x;AccountKey:S3CR3T",
    "S3CR3T+KEY",
    "AccountName;AccountKey;S3CR3T",
  ])("a mistyped connection string is never repeated", (text) => {
    expect(refusal(() => laptop({ REPORT_STORAGE: text }))).not.toContain("S3CR3T");
  });

  test("it outranks the host's own account", () => {
    expect(host({ REPORT_STORAGE: "mine", AzureWebJobsStorage: CONNECTION })).toEqual({ kind: "account", account: "mine" });
  });
});

describe("on the Functions host without REPORT_STORAGE", () => {
  test("it is the host's connection string", () => {
    expect(host({ AzureWebJobsStorage: ` ${CONNECTION} `, AzureWebJobsStorage__accountName: "other" })).toEqual({
      kind: "connectionString",
      connectionString: CONNECTION,
    });
  });

  test("or its account by name, with the identity that is named", () => {
    expect(host({ AzureWebJobsStorage__accountName: "hostaccount" })).toEqual({ kind: "account", account: "hostaccount" });
    expect(host({ AzureWebJobsStorage__accountName: "hostaccount", AzureWebJobsStorage__clientId: "c-1" })).toEqual({
      kind: "account",
      account: "hostaccount",
      clientId: "c-1",
    });
  });

  test("or its account by the address of its tables", () => {
    expect(host({ AzureWebJobsStorage__tableServiceUri: "https://hostaccount.table.core.windows.net" })).toEqual({
      kind: "account",
      account: "hostaccount",
    });
  });

  test("which in a national cloud says where the account is", () => {
    const names = { AzureWebJobsStorage__tableServiceUri: "https://hostaccount.table.core.usgovcloudapi.net/" };
    expect(host({ ...names, AzureWebJobsStorage__clientId: "c-1" })).toEqual({
      kind: "account",
      account: "hostaccount",
      suffix: "core.usgovcloudapi.net",
      clientId: "c-1",
    });
  });

  test("a connection string where the account's name belongs is refused, and not repeated", () => {
    const message = refusal(() => host({ AzureWebJobsStorage__accountName: CONNECTION }));
    expect(message).toContain("AzureWebJobsStorage__accountName");
    expect(message).not.toContain("S3CR3T");
  });

  test("or a refusal that says what to set", () => {
    expect(refusal(() => host())).toBe(
      "No storage is named: set REPORT_STORAGE, or AzureWebJobsStorage__accountName, to the storage account's name.",
    );
  });
});

test("a laptop does not take the host's account", () => {
  expect(laptop({ AzureWebJobsStorage: CONNECTION, AzureWebJobsStorage__accountName: "hostaccount" })).toEqual({
    kind: "embedded",
  });
});
