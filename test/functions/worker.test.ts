import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ACTIVITIES } from "../../src/activities";
import { DEFAULT_SCHEDULE } from "../../src/settings/settings";

const root = path.join(__dirname, "../..");

interface Registered {
  name: string;
  hasHandler: boolean;
  bindings: Record<
    string,
    {
      type: string;
      direction: string;
      authLevel?: string;
      methods?: string[];
      route?: string;
      schedule?: string;
      runOnStartup?: boolean;
    }
  >;
}

/** Loads the built app in a process of its own, with these variables and no others. */
function load(environment: Record<string, string> = {}): { files: string[]; functions: Registered[] } {
  const output = execFileSync(process.execPath, [path.join(__dirname, "load-as-worker.cjs"), root], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    encoding: "utf8",
    timeout: 30_000,
  });
  return JSON.parse(output) as { files: string[]; functions: Registered[] };
}

const bindingOf = ({ bindings }: Registered, type: string) => Object.values(bindings).find((binding) => binding.type === type);

test("the built app loads as the Functions worker loads it, with no setting at all, and registers what is expected", () => {
  const { files, functions } = load();
  expect(files.length).toBe(1);
  const http = ["cancelReport", "console", "createTicket", "getReport", "getReportFile", "health", "listReports"];
  http.push("openReport", "startReport");
  expect(functions.map(({ name }) => name).toSorted()).toEqual(
    [...http, ...Object.keys(ACTIVITIES), "nightlyReport", "dailyHousekeeping", "reportRun", "collectSource"].toSorted(),
  );
  expect(functions.every(({ hasHandler }) => hasHandler)).toBe(true);
});

function routesOf({ functions }: { functions: Registered[] }): unknown[][] {
  return functions
    .map((registered) => ({
      name: registered.name,
      trigger: bindingOf(registered, "httpTrigger"),
      client: bindingOf(registered, "durableClient"),
    }))
    .filter(({ trigger }) => trigger)
    .map(({ name, trigger, client }) => [name, trigger?.methods?.join(), trigger?.route, trigger?.authLevel, client?.direction])
    .toSorted();
}

test("every HTTP function has the route of the contract, and all but the console page and a ticket want a function key", () => {
  expect(routesOf(load())).toEqual([
    ["cancelReport", "DELETE", "reports/{runId}", "function", "in"],
    ["console", "GET,HEAD", "console", "anonymous", "in"],
    ["createTicket", "POST", "reports/{runId}/tickets", "function", "in"],
    ["getReport", "GET,HEAD", "reports/{runId}", "function", "in"],
    ["getReportFile", "GET,HEAD", "reports/{runId}/{format}", "function", "in"],
    ["health", "GET,HEAD", "health", "function", "in"],
    ["listReports", "GET,HEAD", "reports", "function", "in"],
    ["openReport", "GET", "open/{ticket}", "anonymous", "in"],
    ["startReport", "POST", "reports", "function", "in"],
  ]);
});

test.each(["entra", " Entra "])("with HTTP_AUTH=%s none wants a key: App Service authentication stands in front", (value) => {
  const levels = routesOf(load({ HTTP_AUTH: value })).map(([, , , level]) => level);
  expect([levels.length, ...new Set(levels)]).toEqual([9, "anonymous"]);
});

test.each(["key", "", "anonymous", "entra,key"])("with HTTP_AUTH=%j a key is wanted as by default", (value) => {
  expect(routesOf(load({ HTTP_AUTH: value }))).toEqual(routesOf(load()));
});

test("orchestrators and activities have their triggers", () => {
  const { functions } = load();
  for (const { name, bindings } of functions.filter((one) => ["reportRun", "collectSource"].includes(one.name))) {
    expect([name, Object.values(bindings).map(({ type }) => type)]).toEqual([name, ["orchestrationTrigger"]]);
  }
  for (const { name, bindings } of functions.filter((one) => one.name in ACTIVITIES)) {
    expect([name, Object.values(bindings).map(({ type }) => type)]).toEqual([name, ["activityTrigger"]]);
  }
});

test.each([
  ["the default", {}, DEFAULT_SCHEDULE],
  ["the setting's", { REPORT_SCHEDULE: "0 30 3 * * *" }, "0 30 3 * * *"],
])("the timer's schedule is a literal: %s", (_case, environment, schedule) => {
  const timer = load(environment).functions.find(({ name }) => name === "nightlyReport");
  expect(timer && bindingOf(timer, "timerTrigger")).toMatchObject({ schedule, runOnStartup: false });
});

test("settings that are wrong do not keep the app from loading: the routes tell of them", () => {
  const { functions } = load({ INACTIVE_DAYS: "many", GRAPH_ENDPOINT: "ftp://nowhere", FEATURES: "x", HTTP_AUTH: "x" });
  expect(functions.length).toBe(load().functions.length);
});

test("host.json names no setting that could be missing, and a bundle that knows the durable triggers", () => {
  const text = readFileSync(path.join(root, "host.json"), "utf8");
  expect(text).not.toMatch(/%[^%\s]+%/);
  const host = JSON.parse(text) as {
    extensionBundle: { version: string };
    extensions: { durableTask: { hubName: string; extendedSessionsEnabled?: boolean } };
  };
  expect(host.extensionBundle.version).toBe("[4.26.0, 5.0.0)");
  expect(host.extensions.durableTask.hubName).toMatch(/^[A-Za-z][A-Za-z0-9]{2,}$/);
  expect(host.extensions.durableTask.extendedSessionsEnabled).toBeUndefined();
});
