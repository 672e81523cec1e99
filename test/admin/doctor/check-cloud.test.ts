import { checkCloud } from "../../../src/admin/doctor/check-surroundings";
import { loadSettings } from "../../../src/settings/settings";

const APP = { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "s" };
const look = (env: Record<string, string>) =>
  checkCloud(loadSettings("laptop", { ...APP, ...env })).map(({ state, said, remedy }) => [state, said, remedy ?? ""]);

test("the worldwide cloud lacks nothing", () => {
  expect(look({})).toEqual([["ok", "The worldwide cloud: nothing is lacking.", ""]]);
});

test.each([
  ["https://graph.microsoft.us", "https://login.microsoftonline.us"],
  ["https://dod-graph.microsoft.us", "https://login.microsoftonline.us/"],
  ["https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"],
])("at %s what it lacks is told", (GRAPH_ENDPOINT, AZURE_AUTHORITY_HOST) => {
  expect(look({ GRAPH_ENDPOINT, AZURE_AUTHORITY_HOST })).toEqual([
    ["warning", expect.stringMatching(/lacks the usage reports/), expect.any(String)],
  ]);
});

test("a national Graph with the worldwide sign-in, or the other way round, is a problem with its remedy", () => {
  expect(look({ GRAPH_ENDPOINT: "https://graph.microsoft.us" })[1]).toEqual([
    "problem",
    "Tokens are asked of login.microsoftonline.com, but Graph at graph.microsoft.us takes those of login.microsoftonline.us.",
    "Set AZURE_AUTHORITY_HOST to https://login.microsoftonline.us",
  ]);
  expect(look({ AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us" })[1]?.[0]).toBe("problem");
});
