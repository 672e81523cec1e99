import { type Environment, fail, wholeNumber } from "./environment";
import { type AuthChoice, type AuthKind, chooseAuth } from "./choose-auth";
import { ReportError } from "../model/errors";
import { type Feature, FEATURES, type Thresholds } from "../model/run";
import { isOneEditAway } from "./one-edit";

/**
 * Every setting of the software, its default and its check. This is the only file that reads process.env for us;
 * @azure/identity reads its own AZURE_* and IDENTITY_* variables. docs/settings.md says the same in words.
 */

/** Every setting that is ours by name, for whoever misspells one. */
export const SETTING_NAMES = [
  "GRAPH_ENDPOINT",
  "REPORT_STORAGE",
  "REPORT_SCHEDULE",
  "HTTP_AUTH",
  "FEATURES",
  "GROUPS_TABLE",
  "INACTIVE_DAYS",
  "FAIL_DAYS",
  "NEW_GROUP_DAYS",
  "OWNER_INACTIVE_DAYS",
  "TEAM_MIN_MESSAGES",
  "MAILBOX_MIN_RECEIVED",
  "RUN_DEADLINE_HOURS",
  "RETENTION_DAYS",
  "HISTORY_MONTHS",
] as const;

/** Where tables and blobs are. `host` stands for the Functions host's own AzureWebJobsStorage. */
export type StorageSetting =
  | { kind: "embedded" }
  | { kind: "connectionString"; connectionString: string }
  /** `suffix` where it is not the public cloud's `core.windows.net`. */
  | { kind: "account"; account: string; suffix?: string; clientId?: string };

export interface Settings {
  /** Root of Microsoft Graph, without a slash at its end and without a version. */
  graphEndpoint: string;
  /** The resource that tokens are for: the Graph endpoint, or the global one where the endpoint is on loopback. */
  graphResource: string;
  /** AZURE_TENANT_ID, where set. */
  tenantId: string | undefined;
  /** Who asks for tokens. */
  auth: AuthChoice;
  storage: StorageSetting;
  features: Feature[];
  /** Is the table Groups written? */
  groupsTable: boolean;
  thresholds: Thresholds;
  runDeadlineHours: number;
  retentionDays: number;
  historyMonths: number;
}

/** NCRONTAB in UTC. Kept apart from the rest: the timer's registration needs it and must never throw. */
export const DEFAULT_SCHEDULE = "0 0 2 * * *";
export function readSchedule(env: Environment = process.env): string {
  return env["REPORT_SCHEDULE"]?.trim() || DEFAULT_SCHEDULE;
}

export const HTTP_AUTHS = ["key", "entra"] as const;
/** Who may call over HTTP: whoever has a function key, or whom Entra gives one of the app's roles. */
export type HttpAuth = (typeof HTTP_AUTHS)[number];

/** HTTP_AUTH, for the registration of the functions, which must never throw; `key` where it can't be read. */
export function readHttpAuth(env: Environment = process.env): HttpAuth {
  const text = env["HTTP_AUTH"]?.trim().toLowerCase() || "key";
  return HTTP_AUTHS.find((auth) => auth === text) ?? "key";
}

export interface HttpAccess {
  auth: HttpAuth;
  /** Is App Service authentication on in front of the app? The Functions host goes by the same variable. */
  isGuarded: boolean;
}

/** HTTP_AUTH, for a request. @throws ReportError setting-invalid. */
export function loadHttpAccess(env: Environment = process.env): HttpAccess {
  const text = env["HTTP_AUTH"]?.trim();
  const auth = readHttpAuth(env);
  if (text && text.toLowerCase() !== auth) fail("HTTP_AUTH", text, HTTP_AUTHS.join(" or "));
  return { auth, isGuarded: env["WEBSITE_AUTH_ENABLED"]?.trim().toLowerCase() === "true" };
}

/** Set by the build from package.json. */
export const VERSION = process.env["GROUPS_REPORT_VERSION"] ?? "0.0.0-development";

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
export function isLoopback(url: URL): boolean {
  return LOOPBACK.test(url.hostname);
}

function readGraphEndpoint(env: Environment): URL {
  const text = env["GRAPH_ENDPOINT"]?.trim() || "https://graph.microsoft.com";
  const rule = "an https address such as https://graph.microsoft.com (http is for this machine's loopback only)";
  if (!URL.canParse(text)) return fail("GRAPH_ENDPOINT", text, rule);
  const url = new URL(text);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  if (!secure || url.username || url.password || url.search || url.hash) return fail("GRAPH_ENDPOINT", text, rule);
  if (!/^\/(v1\.0\/?)?$/.test(url.pathname)) return fail("GRAPH_ENDPOINT", text, `${rule}, without a path`);
  return url;
}

/**
 * Set but empty, or `none`, means no feature at all: every feature is a choice.
 * @param called what a message calls the text: the setting, or an option of the command line.
 * @throws ReportError setting-invalid.
 */
export function readFeatures(text: string | undefined, called = "FEATURES"): Feature[] {
  if (text === undefined) return ["teams"];
  const rule = `a comma list of ${FEATURES.join(", ")}, or all, or none`;
  const names = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const known = ["none", "all", ...FEATURES];
  for (const name of names) {
    if (known.some((one) => one.toLowerCase() === name)) continue;
    const meant = known.find((one) => isOneEditAway(name, one.toLowerCase()));
    fail(called, text, rule, meant === undefined ? "" : ` Did you mean ${meant}?`);
  }
  if (names.includes("none") && names.some((name) => name !== "none")) fail(called, text, `${rule}: none stands alone`);
  if (names.includes("all")) return [...FEATURES];
  // In the order in which they were named, each once.
  return [...new Set(names)].flatMap((name) => FEATURES.find((feature) => feature.toLowerCase() === name) ?? []);
}

/** @throws ReportError setting-invalid where one threshold makes another pointless. */
function readThresholds(env: Environment): Thresholds {
  const thresholds = {
    inactiveDays: wholeNumber(env, "INACTIVE_DAYS", 90, 1, 3650),
    failDays: wholeNumber(env, "FAIL_DAYS", 180, 1, 3650),
    newGroupDays: wholeNumber(env, "NEW_GROUP_DAYS", 30, 0, 3650),
    ownerInactiveDays: wholeNumber(env, "OWNER_INACTIVE_DAYS", 90, 1, 3650),
    teamMinMessages: wholeNumber(env, "TEAM_MIN_MESSAGES", 20, 0, 1_000_000),
    mailboxMinReceived: wholeNumber(env, "MAILBOX_MIN_RECEIVED", 20, 0, 1_000_000),
  };
  const { inactiveDays, failDays } = thresholds;
  if (inactiveDays > failDays) {
    const said = (name: string, value: number) => `${name} is ${value}${env[name]?.trim() ? "" : " (its default)"}`;
    throw new ReportError(
      "setting-invalid",
      `The settings contradict each other: ${said("INACTIVE_DAYS", inactiveDays)} and ${said("FAIL_DAYS", failDays)}, so that a group would fail before it counts as inactive. INACTIVE_DAYS must not be above FAIL_DAYS.`,
    );
  }
  return thresholds;
}

const ACCOUNT = /^[a-z0-9]{3,24}$/;
const EMBEDDED: StorageSetting = { kind: "embedded" };

function parseStorage(name: string, value: string): StorageSetting {
  if (value.includes("=")) return { kind: "connectionString", connectionString: value };
  if (ACCOUNT.test(value)) return { kind: "account", account: value };
  // The value may be a mistyped connection string: it is not repeated.
  throw new ReportError(
    "setting-invalid",
    `The setting ${name} is neither a storage connection string nor a storage account's name (3 to 24 lower-case letters and digits).`,
  );
}

/**
 * Storage on the Functions host: REPORT_STORAGE, else the host's own account, as a connection string or by name with
 * the managed identity (AzureWebJobsStorage__accountName, __clientId).
 */
function readHostStorage(env: Environment): StorageSetting {
  const connectionString = env["AzureWebJobsStorage"]?.trim();
  if (connectionString) return { kind: "connectionString", connectionString };
  const uri = env["AzureWebJobsStorage__tableServiceUri"]?.trim() ?? "";
  const [, fromUri, suffix] = /^https:\/\/([a-z0-9]{3,24})\.table\.([a-z0-9.-]+)\/?$/.exec(uri) ?? [];
  const named = env["AzureWebJobsStorage__accountName"]?.trim();
  const account = named || fromUri;
  if (account) {
    if (!ACCOUNT.test(account)) {
      throw new ReportError(
        "setting-invalid",
        "The setting AzureWebJobsStorage__accountName is no storage account's name (3 to 24 lower-case letters and digits).",
      );
    }
    const clientId = env["AzureWebJobsStorage__clientId"]?.trim();
    const elsewhere = !named && suffix && suffix !== "core.windows.net" ? { suffix } : {};
    return { kind: "account", account, ...elsewhere, ...(clientId ? { clientId } : {}) };
  }
  throw new ReportError(
    "setting-invalid",
    "No storage is named: set REPORT_STORAGE, or AzureWebJobsStorage__accountName, to the storage account's name.",
  );
}

/** GROUPS_TABLE: nobody queries an Azurite that runs as long as a command does, and the table would cost half of a run. */
function readGroupsTable(env: Environment, storage: StorageSetting): boolean {
  const text = env["GROUPS_TABLE"]?.trim() || "auto";
  switch (text.toLowerCase()) {
    case "auto":
      return storage.kind !== "embedded";
    case "on":
      return true;
    case "off":
      return false;
    default:
      return fail("GROUPS_TABLE", text, "auto, on or off");
  }
}

/**
 * Reads and checks every setting.
 * @param where `host`: on the Functions host, whose own storage account is the default; `laptop`: embedded storage is.
 * @param auth what `--auth` names; it goes before the settings.
 * @throws ReportError setting-invalid, naming the setting, its value and the rule.
 */
export function loadSettings(where: "host" | "laptop", env: Environment = process.env, auth?: AuthKind): Settings {
  const graph = readGraphEndpoint(env);
  const named = env["REPORT_STORAGE"]?.trim();
  const storage = named ? parseStorage("REPORT_STORAGE", named) : where === "host" ? readHostStorage(env) : EMBEDDED;
  return {
    graphEndpoint: graph.origin,
    graphResource: isLoopback(graph) ? "https://graph.microsoft.com" : graph.origin,
    tenantId: env["AZURE_TENANT_ID"]?.trim() || undefined,
    auth: chooseAuth(env, auth),
    storage,
    features: readFeatures(env["FEATURES"]),
    groupsTable: readGroupsTable(env, storage),
    thresholds: readThresholds(env),
    runDeadlineHours: wholeNumber(env, "RUN_DEADLINE_HOURS", 6, 1, 168),
    retentionDays: wholeNumber(env, "RETENTION_DAYS", 30, 1, 3650),
    historyMonths: wholeNumber(env, "HISTORY_MONTHS", 13, 0, 120),
  };
}
