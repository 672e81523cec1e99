import { readFileSync } from "node:fs";
import path from "node:path";
import { loadSettings, readSchedule } from "../../src/settings/settings";
import { appSettings, bicep, deploy, only, ROOT, TENANT } from "./deployment";

const read = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
const unique = (names: Iterable<string>) => [...new Set(names)].toSorted();

/** What @azure/identity reads; what the host, the platform or the build sets. */
const OF_THE_IDENTITY = /^(AZURE_|IDENTITY_)/;
const OF_THE_HOST = /^(AzureWebJobsStorage|APPLICATIONINSIGHTS_|FUNCTIONS_|WEBSITE_|GROUPS_REPORT_VERSION)/;
/** The name of the app registration's stand-in for a secret: App Service's, not the app's. */
const OF_EASY_AUTH = "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID";

const ours = (names: Iterable<string>) =>
  unique(names).filter((name) => !OF_THE_IDENTITY.test(name) && !OF_THE_HOST.test(name) && name !== OF_EASY_AUTH);

/** The settings that src/settings/settings.ts asks the environment for. */
const inCode = () =>
  ours([...read("src/settings/settings.ts").matchAll(/(?:env\[|\(env, )"([A-Z][A-Z_]+)"/g)].map(([, name = ""]) => name));

/** The first two columns of docs/settings.md: names and default. */
function inDocs(): Map<string, string> {
  const rows = [...read("docs/settings.md").matchAll(/^\| (`.*?`) +\| (.*?) +\|/gm)];
  return new Map(
    rows.flatMap(([, names = "", text = ""]) =>
      [...names.matchAll(/`([A-Za-z_]+)`/g)].map(([, name = ""]) => [name, text.trim().replace(/^`(.*)`$/, "$1")] as const),
    ),
  );
}

const inSample = () => (JSON.parse(read("local.settings.sample.json")) as { Values: Record<string, string> }).Values;

/** Bicep leaves the storage to the host's own account. */
const withoutStorage = (names: string[]) => names.filter((name) => name !== "REPORT_STORAGE");

test("code, docs, sample and Bicep know the same settings", () => {
  expect(inCode().length).toBeGreaterThan(10);
  expect(ours(Object.keys(appSettings(deploy())))).toEqual(withoutStorage(inCode()));
  expect(ours(inDocs().keys())).toEqual(inCode());
  expect(ours(Object.keys(inSample()))).toEqual(inCode());
});

test("what Bicep sets by default is what the code takes where nothing is set", () => {
  const given = appSettings(deploy());
  const storage = { AzureWebJobsStorage__accountName: "hostaccount", AZURE_TENANT_ID: given["AZURE_TENANT_ID"] };
  const names = ours(Object.keys(given));
  const explicit = Object.fromEntries(names.map((name) => [name, given[name]]));
  expect(loadSettings("host", { ...storage, ...explicit })).toEqual(loadSettings("host", storage));
  expect(readSchedule(explicit)).toBe(readSchedule({}));
});

test("each setting of Bicep is really read: another value gives other settings", () => {
  const storage = { AzureWebJobsStorage__accountName: "hostaccount" };
  const others: Record<string, string> = {
    GRAPH_ENDPOINT: "https://graph.microsoft.us",
    FEATURES: "signIns",
    FAIL_DAYS: "365",
    GROUPS_TABLE: "off",
  };
  const numbers = ours(Object.keys(appSettings(deploy()))).filter((name) => /^\d+$/.test(appSettings(deploy())[name] ?? ""));
  for (const name of [...Object.keys(others), ...numbers]) {
    expect([name, loadSettings("host", { ...storage, [name]: others[name] ?? "7" })]).not.toEqual([
      name,
      loadSettings("host", storage),
    ]);
  }
  expect(readSchedule({ REPORT_SCHEDULE: "0 0 3 * * *" })).toBe("0 0 3 * * *");
  expect(numbers.length).toBe(9);
});

test("docs and sample tell the defaults that Bicep sets", () => {
  const given = appSettings(deploy());
  const names = withoutStorage(inCode());
  const docs = inDocs();
  expect(Object.fromEntries(names.map((name) => [name, docs.get(name)]))).toEqual(
    Object.fromEntries(names.map((name) => [name, given[name]])),
  );
  expect(Object.fromEntries(names.map((name) => [name, inSample()[name]]))).toEqual(
    Object.fromEntries(names.map((name) => [name, given[name]])),
  );
});

test("what is set by parameter arrives as the text that the app reads", () => {
  const given = appSettings(
    deploy("param settings = { INACTIVE_DAYS: 120, FEATURES: 'teams,signIns', REPORT_SCHEDULE: '0 30 3 * * *' }"),
  );
  const { thresholds, features } = loadSettings("host", { ...given, AzureWebJobsStorage__accountName: "hostaccount" });
  expect([thresholds.inactiveDays, thresholds.failDays, features]).toEqual([120, 180, ["teams", "signIns"]]);
  expect(readSchedule(given)).toBe("0 30 3 * * *");
});

test("the storage and the identity are named as the code reads them", () => {
  const given = appSettings(deploy());
  expect(loadSettings("host", given)).toMatchObject({
    tenantId: TENANT,
    storage: {
      kind: "account",
      account: only(deploy(), "Microsoft.Storage/storageAccounts").name,
      clientId: given["AZURE_CLIENT_ID"],
    },
  });
});

test("the parameter file hands on what the environment names, and has a default for everything", () => {
  const built = (environment: Record<string, string>) => {
    const { stdout } = bicep(["build-params", "infra/main.bicepparam", "--stdout"], environment);
    const { parameters } = JSON.parse((JSON.parse(stdout) as { parametersJson: string }).parametersJson) as {
      parameters: Record<string, { value: unknown }>;
    };
    return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  };
  const environment = {
    AZURE_ENV_NAME: "night",
    AZURE_LOCATION: "northeurope",
    HTTP_AUTH: "entra",
    AUTH_CLIENT_ID: "33333333-3333-4333-8333-333333333333",
    ALERT_EMAIL: "admin@contoso.example",
    PRIVATE_ENDPOINTS: "true",
    STORAGE_LOG: "false",
    ZONE_REDUNDANCY: "storage",
    FEATURES: "all",
    REPORT_SCHEDULE: "0 0 4 * * *",
  };
  expect(built(environment)).toMatchObject({
    environmentName: "night",
    location: "northeurope",
    httpAuth: "entra",
    authClientId: environment.AUTH_CLIENT_ID,
    alertEmail: "admin@contoso.example",
    privateEndpoints: true,
    storageLog: false,
    zoneRedundancy: "storage",
    settings: { FEATURES: "all", REPORT_SCHEDULE: "0 0 4 * * *" },
  });
  const unset = Object.fromEntries(Object.keys(environment).map((name) => [name, undefined])) as unknown as Record<
    string,
    string
  >;
  expect(built(unset)).toMatchObject({
    httpAuth: "key",
    privateEndpoints: false,
    storageLog: true,
    zoneRedundancy: "none",
    settings: { FEATURES: "teams" },
  });
});

test("docs/operations.md names every variable of the parameter file", () => {
  const names = [...read("infra/main.bicepparam").matchAll(/readEnvironmentVariable\('([A-Z_]+)'/g)].map(([, name = ""]) => name);
  const operations = read("docs/operations.md");
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
});
