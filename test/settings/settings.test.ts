import { DEFAULT_SCHEDULE, loadSettings, readSchedule } from "../../src/settings/settings";
import type { Environment } from "../../src/settings/environment";
import { refusal } from "./refused-setting";

const laptop = (env: Environment = {}) => loadSettings("laptop", env);
const host = (env: Environment = {}) => loadSettings("host", env);

test("with nothing set, every setting has its default", () => {
  expect(laptop()).toEqual({
    graphEndpoint: "https://graph.microsoft.com",
    graphResource: "https://graph.microsoft.com",
    tenantId: undefined,
    auth: { kind: "default" },
    storage: { kind: "embedded" },
    features: ["teams"],
    groupsTable: false,
    thresholds: {
      inactiveDays: 90,
      failDays: 180,
      newGroupDays: 30,
      ownerInactiveDays: 90,
      teamMinMessages: 20,
      mailboxMinReceived: 20,
    },
    runDeadlineHours: 6,
    retentionDays: 30,
    historyMonths: 13,
  });
});

test("the table Groups is written where people query it, unless a setting says otherwise", () => {
  const named = { REPORT_STORAGE: "contosoreports" };
  const own = { AzureWebJobsStorage__accountName: "contosoreports" };
  expect([laptop(), laptop(named), host(own)].map(({ groupsTable }) => groupsTable)).toEqual([false, true, true]);
  for (const [GROUPS_TABLE, written] of [
    ["on", true],
    ["OFF", false],
  ] as const)
    expect([laptop({ GROUPS_TABLE }), host({ ...own, GROUPS_TABLE })].map(({ groupsTable }) => groupsTable)).toEqual([
      written,
      written,
    ]);
  expect(refusal(() => laptop({ GROUPS_TABLE: "yes" }))).toMatch(
    /^The setting GROUPS_TABLE is "yes", but it must be auto, on or off\./,
  );
});

test("what is set but blank counts as not set", () => {
  const names = [
    "GRAPH_ENDPOINT",
    "AZURE_TENANT_ID",
    "IDENTITY_ENDPOINT",
    "REPORT_STORAGE",
    "GROUPS_TABLE",
    "INACTIVE_DAYS",
    "RUN_DEADLINE_HOURS",
  ];
  expect(laptop(Object.fromEntries(names.map((name) => [name, "  "])))).toEqual(laptop());
});

test("the tenant and the identity are taken over", () => {
  expect(laptop({ AZURE_TENANT_ID: " t-1 ", IDENTITY_ENDPOINT: "http://127.0.0.1:4141/msi/token" })).toMatchObject({
    tenantId: "t-1",
    auth: { kind: "managed-identity" },
  });
});

const NUMBERS: [name: string, least: number, most: number, read: (settings: ReturnType<typeof laptop>) => number][] = [
  ["INACTIVE_DAYS", 1, 3650, ({ thresholds }) => thresholds.inactiveDays],
  ["FAIL_DAYS", 1, 3650, ({ thresholds }) => thresholds.failDays],
  ["NEW_GROUP_DAYS", 0, 3650, ({ thresholds }) => thresholds.newGroupDays],
  ["OWNER_INACTIVE_DAYS", 1, 3650, ({ thresholds }) => thresholds.ownerInactiveDays],
  ["TEAM_MIN_MESSAGES", 0, 1_000_000, ({ thresholds }) => thresholds.teamMinMessages],
  ["MAILBOX_MIN_RECEIVED", 0, 1_000_000, ({ thresholds }) => thresholds.mailboxMinReceived],
  ["RUN_DEADLINE_HOURS", 1, 168, ({ runDeadlineHours }) => runDeadlineHours],
  ["RETENTION_DAYS", 1, 3650, ({ retentionDays }) => retentionDays],
  ["HISTORY_MONTHS", 0, 120, ({ historyMonths }) => historyMonths],
];

describe.each(NUMBERS)("%s", (name, least, most, read) => {
  test(`takes whole numbers from ${least} to ${most}, and changes nothing else`, () => {
    for (const value of [least, most, 7]) {
      // INACTIVE_DAYS must not be above FAIL_DAYS: either may be anything where the other makes room.
      const room: Environment =
        name === "INACTIVE_DAYS" ? { FAIL_DAYS: "3650" } : name === "FAIL_DAYS" ? { INACTIVE_DAYS: "1" } : {};
      const settings = laptop({ ...room, [name]: ` ${value} ` });
      expect(read(settings)).toBe(value);
      const changed = NUMBERS.filter(([, , , other]) => other(settings) !== other(laptop(room))).map(([other]) => other);
      expect(changed.every((other) => other === name)).toBe(true);
    }
  });

  test.each([String(least - 1), String(most + 1), "2.5", "-3", "many", "9O", "1e9999", "NaN", "12 days", "0x10", "1e1"])(
    "refuses %s",
    (value) => {
      expect(refusal(() => laptop({ [name]: value }))).toBe(
        `The setting ${name} is "${value}", but it must be a whole number from ${least} to ${most}. Correct it or remove it to use the default.`,
      );
    },
  );
});

test.each([
  [{ INACTIVE_DAYS: "181" }, "INACTIVE_DAYS is 181 and FAIL_DAYS is 180 (its default)"],
  [{ FAIL_DAYS: "89" }, "INACTIVE_DAYS is 90 (its default) and FAIL_DAYS is 89"],
  [{ INACTIVE_DAYS: "365", FAIL_DAYS: "30" }, "INACTIVE_DAYS is 365 and FAIL_DAYS is 30"],
])("thresholds that contradict each other are refused: %j", (env, said) => {
  for (const load of [laptop, host]) {
    const message = refusal(() => load({ REPORT_STORAGE: "mine", ...env }));
    expect(message).toContain(said);
    expect(message).toContain("INACTIVE_DAYS must not be above FAIL_DAYS");
  }
});

test("thresholds may be equal: a group then fails or passes, and has no issue by its activity", () => {
  expect(laptop({ INACTIVE_DAYS: "180" }).thresholds).toMatchObject({ inactiveDays: 180, failDays: 180 });
});

describe("FEATURES", () => {
  test.each([
    ["teams", ["teams"]],
    ["teams,signIns,sites", ["teams", "signIns", "sites"]],
    [" sites , teams ", ["sites", "teams"]],
    ["SIGNINS,Teams", ["signIns", "teams"]],
    ["teams,teams,TEAMS", ["teams"]],
    ["teams sites", ["teams", "sites"]],
    ["teams,,sites,", ["teams", "sites"]],
    ["all", ["teams", "signIns", "sites"]],
    ["sites, ALL", ["teams", "signIns", "sites"]],
    ["", []],
    [" ", []],
    ["none", []],
    ["None", []],
  ])('"%s" is %j', (text, expected) => {
    expect(laptop({ FEATURES: text }).features).toEqual(expected);
  });

  test("an unknown one is refused with the list of those there are", () => {
    expect(refusal(() => laptop({ FEATURES: "teams,sharepoint" }))).toBe(
      'The setting FEATURES is "teams,sharepoint", but it must be a comma list of teams, signIns, sites, or all, or none. Correct it or remove it to use the default.',
    );
  });

  test.each([
    ["sinIns", "signIns"],
    ["teams,singIns", "signIns"],
    ["SIGNIN", "signIns"],
    ["team", "teams"],
    ["site teams", "sites"],
    ["al", "all"],
    ["noen", "none"],
  ])('"%s" is told what it may mean', (text, meant) => {
    expect(refusal(() => laptop({ FEATURES: text }))).toContain(`or none. Did you mean ${meant}?`);
  });

  test.each(["none,teams", "all none", "sites, NONE"])('"%s" contradicts itself and is refused', (text) => {
    expect(refusal(() => laptop({ FEATURES: text }))).toContain("none stands alone");
  });

  test("one that does not exist is refused beside all, too", () => {
    expect(refusal(() => laptop({ FEATURES: "all,planner" }))).toContain("FEATURES");
  });

  test("a value over several lines is refused in one", () => {
    expect(refusal(() => laptop({ FEATURES: "teams\nplanner" }))).toContain("FEATURES");
  });
});

describe("GRAPH_ENDPOINT", () => {
  test.each([
    ["https://graph.microsoft.us", "https://graph.microsoft.us", "https://graph.microsoft.us"],
    [
      "https://microsoftgraph.chinacloudapi.cn/",
      "https://microsoftgraph.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn",
    ],
    ["https://graph.microsoft.com/v1.0", "https://graph.microsoft.com", "https://graph.microsoft.com"],
    ["https://graph.microsoft.com:443/v1.0/", "https://graph.microsoft.com", "https://graph.microsoft.com"],
    ["HTTPS://Graph.Microsoft.com", "https://graph.microsoft.com", "https://graph.microsoft.com"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080", "https://graph.microsoft.com"],
    ["http://127.8.9.1:8080", "http://127.8.9.1:8080", "https://graph.microsoft.com"],
    ["http://localhost:8080/v1.0", "http://localhost:8080", "https://graph.microsoft.com"],
    ["http://[::1]:8080", "http://[::1]:8080", "https://graph.microsoft.com"],
    ["https://localhost:8443", "https://localhost:8443", "https://graph.microsoft.com"],
  ])("%s is %s, with tokens for %s", (text, endpoint, resource) => {
    expect(laptop({ GRAPH_ENDPOINT: text })).toMatchObject({ graphEndpoint: endpoint, graphResource: resource });
  });

  test.each([
    "http://graph.microsoft.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "ftp://127.0.0.1",
    "graph.microsoft.com",
    "https://",
    "https://graph.microsoft.com/beta",
    "https://graph.microsoft.com/v1.0/groups",
    "https://graph.microsoft.com?x=1",
    "https://graph.microsoft.com/#x",
  ])("%s is refused, with the rule", (text) => {
    const message = refusal(() => laptop({ GRAPH_ENDPOINT: text }));
    expect(message).toMatch(/^The setting GRAPH_ENDPOINT is "/);
    expect(message).toContain(`"${text}"`);
    expect(message).toContain("must be an https address");
  });

  test.each([
    "https://user:pass-word@graph.microsoft.com",
    "https://:pass-word@graph.microsoft.com",
    "http://user:pass-word@127.0.0.1",
  ])("an address with a password is refused, and the password not repeated", (text) => {
    const message = refusal(() => laptop({ GRAPH_ENDPOINT: text }));
    expect(message).toContain("GRAPH_ENDPOINT");
    expect(message).not.toContain("pass-word");
  });

  test("a very long value is cut", () => {
    expect(refusal(() => laptop({ GRAPH_ENDPOINT: `x${"y".repeat(5000)}` })).length).toBeLessThan(300);
  });
});

test("the schedule is the one that is set, else two in the night", () => {
  expect(readSchedule({})).toBe(DEFAULT_SCHEDULE);
  expect(readSchedule({ REPORT_SCHEDULE: " " })).toBe("0 0 2 * * *");
  expect(readSchedule({ REPORT_SCHEDULE: " 0 30 4 * * 1 " })).toBe("0 30 4 * * 1");
});

test("the host reads the same settings as the laptop", () => {
  const env = { REPORT_STORAGE: "myaccount", FEATURES: "all", FAIL_DAYS: "365" };
  expect(host(env)).toEqual(laptop(env));
});
