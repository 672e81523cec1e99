import type { ReportName } from "./tenant/types";
import { APP_ROLES } from "./graph/permissions";
import type { FaultRule } from "./faults";

/** One value for all three usage reports, or one for some of them. */
export type PerReport<T> = T | Partial<Record<ReportName, T>>;

/**
 * What can be made to go wrong, each with the fact of docs/graph.md that it stands for. All off by default; all may be
 * changed while the simulator runs. Where chance is involved it is seeded. Fractions are 0 to 1.
 */
export interface Switches {
  // Lists
  /** graph.md#groups: a page may hold nothing and still have a nextLink. Every second page of every list does. */
  emptyPageWithNextLink: boolean;
  /** graph.md#groups: pages shorter than `$top`. */
  shortPages: boolean;
  /** graph.md#groups: `$top` over the maximum is capped or refused, by API. */
  topOverMax: "cap" | "400";
  /** graph.md#groups: a nextLink of an advanced query that is asked without `ConsistencyLevel` is refused. */
  nextLinkLosesConsistency: boolean;
  /** graph.md#errors: `Directory_ExpiredPageToken` for the page after so many pages of a list; `list` is a path such as `/groups`. */
  expiredPageToken: { afterPages: number; mode: "once" | "always"; list?: string } | null;
  /** The items of a page are given again on the next one. */
  repeatedPages: boolean;
  /** The nextLink leads to another origin: a token must not follow it. */
  nextLinkOtherOrigin: boolean;
  /** The groups list stops half way without a nextLink, while `$count` stays whole. */
  groupsEndEarly: boolean;
  /** 403 on `/groups` and nothing else. */
  groupsDenied: boolean;
  /** Fraction of listed groups that are gone when asked by id: 404 `Request_ResourceNotFound` (graph.md#errors). */
  groupsGone: number;

  // Owners and teams
  /** graph.md#groups, Office365itpros#62: fraction of groups whose owners `$expand` leaves out. */
  expandDropsOwners: number;
  /** graph.md#groups: whether `accountEnabled` and `userType` of owners come through is unverified. */
  ownerAccountFields: "given" | "null" | "absent";
  /** graph.md#groups: without Member.Read.Hidden the owners of hidden-membership groups come back empty, or are denied. */
  hiddenMembership: "empty" | "denied";
  /** graph.md#teams: fraction of teams whose fields are null in `/teams` and `/teams/{id}`. */
  nullTeamFields: number;

  // Usage reports
  /** graph.md#concealed-names: names and ids are hidden by the tenant's setting. */
  concealed: boolean;
  /** graph.md#concealed-names: the documentation's sample wraps reportSettings in `value`. */
  reportSettingsWrapped: boolean;
  /** graph.md#empty-site-addresses: `Site URL` empty in no, some or all rows. */
  emptySiteUrl: "none" | "some" | "all";
  /** graph.md#usage-reports: days that the data is older than usual; its activity dates move along. */
  staleReportDays: PerReport<number>;
  /** graph.md#usage-reports: the pre-authenticated URL has expired; 403 or 404 for the first so many downloads. */
  reportUrlExpired: number;
  /** graph.md#throttling-limits: 14 requests in 10 minutes for each report. */
  reportThrottle: boolean;
  /** graph.md#usage-reports: a download that ends in the middle of a line, with a correct end of the transfer. `once` is once a report. */
  csvCut: PerReport<"none" | "once" | "always">;
  /** The header and no row. */
  csvHeaderOnly: PerReport<boolean>;
  /** Fraction of rows that are kept; 1 keeps all. */
  csvThin: PerReport<number>;
  /** graph.md#report-columns: `Guest Count` instead of `External Member Count`. */
  guestCountHeader: boolean;

  // Throttling
  /** graph.md#throttling-limits: the directory's token bucket, by tenant size; a number sets the units for 10 seconds. */
  resourceUnitBucket: boolean | number;
  /** graph.md#throttling-limits: 4 requests a second for one team. */
  perTeam4rps: boolean;
  /** graph.md#throttling-limits: 30 requests a second for `/teams/{id}`, and 83 % of it over 10 seconds. */
  sustained83: boolean;
  /** graph.md#throttling-limits: 10 requests a minute with signInActivity. */
  signInThrottle: boolean;
  /** graph.md#batches: fraction of the requests in a batch that are answered 429, each with a Retry-After of its own. */
  batchMixed429: number;
  /** Retry-After of faults and mixed batches; windows tell their true rest. */
  retryAfterSeconds: number;

  // Users and sites
  /** graph.md#sign-ins: `$top` over 500 with signInActivity. */
  signInTopOverMax: "cap" | "400";
  /** graph.md#sign-ins: fraction of users whose signInActivity is absent. */
  signInAbsent: number;
  /** graph.md#sign-ins: no P1 or P2 licence in the tenant: 403. */
  nonPremium: boolean;
  /** graph.md#groups-and-sites: 423 `notAllowed` for one site in ten (by `/groups/{id}/sites/root`), or for getAllSites too. */
  site423: "none" | "some" | "all";
  /** graph.md#batches: a text/plain body inside a batch. */
  batchTextBody: "base64" | "string" | "number";

  // Access
  /** The app roles that are granted (graph.md#permissions). A route whose role is missing answers 403. */
  permissions: Set<string>;
  /** graph.md#tokens: 10 minutes to 28 hours in reality; any life must work. Two numbers: drawn between them, token by token. */
  tokenLifeSeconds: number | readonly [least: number, most: number];
  /** graph.md#tokens: tokens with `xms_cc` live longer; null: as the others. */
  caeLifeSeconds: number | null;
  /** Who signs in by Simulator.administratorToken(): the scopes of the token, and whether a directory role stands behind them. */
  administrator: { scopes: readonly string[]; isPrivileged: boolean };
  /** graph.md#tokens: `refresh_in` of the Entra endpoint, in seconds; null leaves it out. */
  refreshInSeconds: number | null;
  /** Clock time (ms) at which every token issued before it is revoked. `Simulator.revokeAll()` does it now. */
  revokeTokensAt: number | null;
  /** graph.md#tokens: claims challenge, until a token comes that was issued after it, or for ever. For tokens with `xms_cc` only. */
  caeChallenge: "none" | "once" | "always";
  /** graph.md#tokens: a `PoP` challenge stands before the `Bearer` one in the same header. */
  caePopFirst: boolean;
  /** Challenge tokens without `xms_cc` too: whether App Service passes the capability on is unverified (graph.md#tokens). */
  caeWithoutCapability: boolean;
  /** graph.md#tokens: the managed identity hands out the same token, with the roles of its first one, until its life is nearly over. */
  rolesStale: boolean;

  // Accidents
  /** Faults by chance; see FaultRule. `faultsPreset` makes a list of every kind at once. */
  failures: FaultRule[];
  latencyMs: number;
  /** Requests whose method and address it matches are answered when it is taken away, however long that takes. */
  hold: RegExp | null;
  /** How long the fault `slow` takes. */
  slowMs: number;
  /** Every connection to Graph and to the downloads is cut. */
  outage: boolean;
  /** Graph and downloads answer everything with this status (500, 502, 503, 504) and no Retry-After. */
  outageStatus: number | null;
  /** The token endpoints' connections are cut. */
  identityOutage: boolean;
  /** Entra answers every request for a token with this status. */
  tokenServiceStatus: number | null;
  /** How long Entra takes for an answer. */
  identityLatencyMs: number;
  /** Polls of a device code before the person has signed in. */
  deviceCodePolls: number;
}

export function defaultSwitches(): Switches {
  return {
    emptyPageWithNextLink: false,
    shortPages: false,
    topOverMax: "cap",
    nextLinkLosesConsistency: false,
    expiredPageToken: null,
    repeatedPages: false,
    nextLinkOtherOrigin: false,
    groupsEndEarly: false,
    groupsDenied: false,
    groupsGone: 0,
    expandDropsOwners: 0,
    ownerAccountFields: "given",
    hiddenMembership: "empty",
    nullTeamFields: 0,
    concealed: false,
    reportSettingsWrapped: false,
    emptySiteUrl: "none",
    staleReportDays: 0,
    reportUrlExpired: 0,
    reportThrottle: false,
    csvCut: "none",
    csvHeaderOnly: false,
    csvThin: 1,
    guestCountHeader: false,
    resourceUnitBucket: false,
    perTeam4rps: false,
    sustained83: false,
    signInThrottle: false,
    batchMixed429: 0,
    retryAfterSeconds: 1,
    signInTopOverMax: "cap",
    signInAbsent: 0,
    nonPremium: false,
    site423: "none",
    batchTextBody: "base64",
    permissions: new Set(APP_ROLES),
    administrator: { scopes: ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"], isPrivileged: true },
    tokenLifeSeconds: 4500,
    caeLifeSeconds: null,
    refreshInSeconds: null,
    revokeTokensAt: null,
    caeChallenge: "none",
    caePopFirst: false,
    caeWithoutCapability: false,
    rolesStale: false,
    failures: [],
    latencyMs: 0,
    hold: null,
    slowMs: 1500,
    outage: false,
    outageStatus: null,
    identityOutage: false,
    tokenServiceStatus: null,
    identityLatencyMs: 0,
    deviceCodePolls: 1,
  };
}

/** What one report is to do, off its own entry, the common value, or the default. */
export function forReport<T extends string | number | boolean>(value: PerReport<T>, report: ReportName, otherwise: T): T {
  return typeof value === "object" ? (value[report] ?? otherwise) : value;
}
