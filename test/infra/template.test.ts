import { ROUTES } from "../../src/api/routes";
import { appSettings, bicep, deploy, only, ofType, TENANT } from "./deployment";

const PRIVATE = "param privateEndpoints = true";
const ENTRA = ["param httpAuth = 'entra'", "param authClientId = '33333333-3333-4333-8333-333333333333'"];
const SHAPES: [string, string[]][] = [
  ["as it comes", []],
  ["with private endpoints", [PRIVATE]],
  ["with Entra before the routes", ENTRA],
  ["with all options", [PRIVATE, ...ENTRA, "param natGateway = true", "param alertEmail = 'admin@contoso.example'"]],
];

test("every parameter and every output of every template says what it is", () => {
  const undescribed: string[] = [];
  const look = (template: Record<string, unknown>, where: string): void => {
    for (const part of ["parameters", "outputs"]) {
      for (const [name, value] of Object.entries(
        (template[part] ?? {}) as Record<string, { metadata?: { description?: string } }>,
      )) {
        if (!value.metadata?.description) undescribed.push(`${where}: ${name}`);
      }
    }
    for (const [name, resource] of Object.entries(
      template["resources"] as Record<string, { properties?: { template?: object } }>,
    )) {
      if (resource.properties?.template) look(resource.properties.template as Record<string, unknown>, `${where}/${name}`);
    }
  };
  const { stdout } = bicep(["build", "infra/main.bicep", "--stdout"]);
  const main = JSON.parse(stdout) as { parameters: object };
  look(main as unknown as Record<string, unknown>, "main");
  expect(undescribed).toEqual([]);
  expect(Object.keys(main.parameters).length).toBeGreaterThan(10);
});

describe.each(SHAPES)("%s", (_shape, parameters) => {
  test("storage takes identities alone: no key, no public blob, TLS 1.2", () => {
    const account = only(deploy(...parameters), "Microsoft.Storage/storageAccounts");
    expect(account.properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      defaultToOAuthAuthentication: true,
      minimumTlsVersion: "TLS1_2",
      supportsHttpsTrafficOnly: true,
    });
    const container = only(deploy(...parameters), "Microsoft.Storage/storageAccounts/blobServices/containers");
    expect(container.properties).toEqual({ publicAccess: "None" });
  });

  test("no secret is made, read or handed on", () => {
    const text = JSON.stringify(deploy(...parameters));
    expect(text).not.toMatch(/list(?:Keys|AccountKeys|AccountSas|ServiceSas|Secrets|Credentials)|AccountKey=|SharedAccess|sig=/i);
    expect(Object.keys(appSettings(deploy(...parameters))).filter((name) => /secret|password|key$/i.test(name))).toEqual([]);
  });

  test("the app is Flex Consumption on Node.js 22, deployed and run as the one identity", () => {
    const resources = deploy(...parameters);
    const identity = only(resources, "Microsoft.ManagedIdentity/userAssignedIdentities");
    expect(only(resources, "Microsoft.Web/serverfarms")).toMatchObject({
      sku: { name: "FC1", tier: "FlexConsumption" },
      properties: { reserved: true },
    });
    const site = only(resources, "Microsoft.Web/sites");
    expect(site).toMatchObject({
      kind: "functionapp,linux",
      identity: { type: "UserAssigned", userAssignedIdentities: { [identity.id]: {} } },
      properties: {
        httpsOnly: true,
        functionAppConfig: {
          deployment: {
            storage: {
              type: "blobContainer",
              authentication: { type: "UserAssignedIdentity", userAssignedIdentityResourceId: identity.id },
            },
          },
          runtime: { name: "node", version: "22" },
        },
      },
    });
    const container = only(resources, "Microsoft.Storage/storageAccounts/blobServices/containers");
    expect(JSON.stringify(site.properties)).toContain(`'${container.name.split("/").at(-1)}'`);
    const policy = only(resources, "Microsoft.Web/sites/basicPublishingCredentialsPolicies");
    expect([policy.name.split("/").at(-1), policy.properties]).toEqual(["scm", { allow: false }]);
  });

  test("nothing is set that Flex Consumption refuses or sets itself", () => {
    const site = only(deploy(...parameters), "Microsoft.Web/sites");
    expect(site.properties?.["siteConfig"]).toEqual({ minTlsVersion: "1.2" });
    const refused =
      /^(FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_WORKER_RUNTIME|WEBSITE_|SCM_DO_BUILD|ENABLE_ORYX|AzureWebJobsFeatureFlags|AzureWebJobsStorage$|AzureWebJobsDashboard)/;
    expect(Object.keys(appSettings(deploy(...parameters))).filter((name) => refused.test(name))).toEqual([]);
  });

  test("telemetry is taken from identities alone", () => {
    const resources = deploy(...parameters);
    expect(only(resources, "Microsoft.Insights/components").properties).toMatchObject({ DisableLocalAuth: true });
    expect(only(resources, "Microsoft.OperationalInsights/workspaces").properties).toMatchObject({
      features: { disableLocalAuth: true },
    });
    expect(appSettings(resources)["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]).toMatch(/ClientId=.*;Authorization=AAD/);
  });
});

test.each([
  ["on public networks", [], "Enabled", "Allow"],
  ["behind private endpoints", [PRIVATE], "Disabled", "Deny"],
])("the storage account %s", (_case, parameters, publicNetworkAccess, defaultAction) => {
  const account = only(deploy(...parameters), "Microsoft.Storage/storageAccounts");
  expect(account.properties).toMatchObject({ publicNetworkAccess, networkAcls: { bypass: "None", defaultAction } });
});

const OTHERWISE = ["param recoveryDays = 3", "param storageLog = false", "param zoneRedundancy = 'all'"];
const BLOBS = "Microsoft.Storage/storageAccounts/blobServices";

test("what is deleted or overwritten in the blobs can be had back for some days, and then goes", () => {
  const parts = (...parameters: string[]) => ({
    blobs: only(deploy(...parameters), BLOBS).properties,
    lifecycle: only(deploy(...parameters), "Microsoft.Storage/storageAccounts/managementPolicies").properties,
  });
  const expected = (days: number) => ({
    blobs: {
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days },
      containerDeleteRetentionPolicy: { enabled: true, days },
    },
    lifecycle: {
      policy: {
        rules: [
          {
            name: "delete-old-versions",
            type: "Lifecycle",
            enabled: true,
            // Of versions alone: the current blobs are the app's own to delete.
            definition: {
              filters: { blobTypes: ["blockBlob"] },
              actions: { version: { delete: { daysAfterCreationGreaterThan: days } } },
            },
          },
        ],
      },
    },
  });
  expect(parts()).toEqual(expected(14));
  expect(parts(...OTHERWISE)).toEqual(expected(3));
});

test("who reads, writes and deletes blobs and rows is written down in the workspace, unless it is switched off", () => {
  const settings = (...parameters: string[]) => ofType(deploy(...parameters), "Microsoft.Insights/diagnosticSettings");
  const workspace = only(deploy(), "Microsoft.OperationalInsights/workspaces").id;
  const logs = ["StorageRead", "StorageWrite", "StorageDelete"].map((category) => ({ category, enabled: true }));
  expect(settings().map(({ properties }) => properties)).toEqual([
    { workspaceId: workspace, logs },
    { workspaceId: workspace, logs },
  ]);
  const ids = settings().map(({ id }) => id);
  for (const service of ["blobServices", "tableServices"]) expect(ids.filter((id) => id.includes(service)).length).toBe(1);

  const other = "/subscriptions/s/resourceGroups/r/providers/Microsoft.OperationalInsights/workspaces/shared";
  for (const { properties } of settings(`param existingWorkspaceId = '${other}'`))
    expect(properties).toMatchObject({ workspaceId: other });
  expect(settings(...OTHERWISE)).toEqual([]);
});

test.each([
  ["none, which every region has", [], "Standard_LRS", false],
  ["storage", ["param zoneRedundancy = 'storage'"], "Standard_ZRS", false],
  ["all", OTHERWISE, "Standard_ZRS", true],
])("zone redundancy: %s", (_zones, parameters, sku, zoneRedundant) => {
  const resources = deploy(...parameters);
  expect(only(resources, "Microsoft.Storage/storageAccounts").sku).toEqual({ name: sku });
  expect(only(resources, "Microsoft.Web/serverfarms").properties).toEqual({ reserved: true, zoneRedundant });
});

test("without private endpoints there is no network, and with them there are three, with names that resolve, and the app's subnet", () => {
  expect(deploy().filter(({ type }) => type.startsWith("Microsoft.Network/"))).toEqual([]);
  expect(only(deploy(), "Microsoft.Web/sites").properties?.["virtualNetworkSubnetId"]).toBeNull();

  const resources = deploy(PRIVATE);
  const groups = ofType(resources, "Microsoft.Network/privateEndpoints").map(({ properties }) => JSON.stringify(properties));
  for (const service of ["blob", "queue", "table"]) {
    expect(groups.filter((group) => group.includes(`"groupIds":["${service}"]`)).length).toBe(1);
    expect(JSON.stringify(ofType(resources, "Microsoft.Network/privateDnsZones"))).toContain(`'${service}'`);
  }
  expect(ofType(resources, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups").length).toBe(3);
  expect(ofType(resources, "Microsoft.Network/privateDnsZones/virtualNetworkLinks").length).toBe(3);
  const network = only(resources, "Microsoft.Network/virtualNetworks");
  expect(network.properties?.["subnets"]).toEqual([
    expect.objectContaining({
      name: "app",
      properties: expect.objectContaining({
        delegations: [{ name: "app", properties: { serviceName: "Microsoft.App/environments" } }],
      }),
    }),
    expect.objectContaining({ name: "endpoints" }),
  ]);
  expect(only(resources, "Microsoft.Web/sites").properties?.["virtualNetworkSubnetId"]).toBe(`${network.id}/subnets/app`);
});

test("a NAT gateway stands before the app's subnet where it is asked for", () => {
  const resources = deploy(PRIVATE, "param natGateway = true");
  const gateway = only(resources, "Microsoft.Network/natGateways");
  expect(only(resources, "Microsoft.Network/virtualNetworks").properties).toMatchObject({
    subnets: [{ name: "app", properties: { natGateway: { id: gateway.id } } }, { name: "endpoints" }],
  });
});

test("an existing workspace is used, and none is made", () => {
  const id = "/subscriptions/s/resourceGroups/r/providers/Microsoft.OperationalInsights/workspaces/shared";
  const resources = deploy(`param existingWorkspaceId = '${id}'`);
  expect(ofType(resources, "Microsoft.OperationalInsights/workspaces")).toEqual([]);
  expect(only(resources, "Microsoft.Insights/components").properties).toMatchObject({ WorkspaceResourceId: id });
});

test("with a function key nobody but the host stands before the routes; with Entra whoever is not signed in gets 401", () => {
  const authentication = (...parameters: string[]) =>
    ofType(deploy(...parameters), "Microsoft.Web/sites/config").find(({ name }) => name.endsWith("/authsettingsV2"))?.properties;
  expect(authentication()).toEqual({ platform: { enabled: false } });
  expect(appSettings(deploy())["HTTP_AUTH"]).toBe("key");

  // Exactly the routes that answer for themselves: one more would be a hole, one less a page that nobody can open.
  const openPaths = ROUTES.filter(({ permission }) => permission === undefined || permission === "monitor").map(
    ({ path }) => `/api/${path}`,
  );
  const resources = deploy(...ENTRA);
  expect(authentication(...ENTRA)).toMatchObject({
    platform: { enabled: true },
    globalValidation: {
      requireAuthentication: true,
      unauthenticatedClientAction: "Return401",
      excludedPaths: openPaths.toSorted(),
    },
    identityProviders: {
      azureActiveDirectory: {
        registration: {
          clientId: "33333333-3333-4333-8333-333333333333",
          clientSecretSettingName: "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
          openIdIssuer: expect.stringMatching(`/v2\\.0.*${TENANT}`) as string,
        },
      },
    },
    login: { tokenStore: { enabled: false } },
  });
  const settings = appSettings(resources);
  expect(settings["HTTP_AUTH"]).toBe("entra");
  expect(settings["OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"]).toBe(settings["AZURE_CLIENT_ID"]);
});

test("Entra without an app registration is refused before anything is made", () => {
  expect(() => deploy("param httpAuth = 'entra'")).toThrow("httpAuth is entra: authClientId must be the client id");
});

test("a setting that the app does not know is refused by the compiler", () => {
  expect(() => deploy("param settings = { INACTIVE_DAY: 90 }")).toThrow(/INACTIVE_DAYS/);
  expect(() => deploy("param settings = { INACTIVE_DAYS: 0 }")).toThrow(/INACTIVE_DAYS|minimum|minValue|range/i);
});

test("in a national cloud the app gets the three addresses of its storage, and never one alone", () => {
  const settings = appSettings(deploy("param nationalCloud = true"));
  const names = Object.keys(settings).filter((name) => name.startsWith("AzureWebJobsStorage__"));
  expect(names.toSorted()).toEqual(
    ["blobServiceUri", "clientId", "credential", "queueServiceUri", "tableServiceUri"].map(
      (name) => `AzureWebJobsStorage__${name}`,
    ),
  );
});
