import type { Dice } from "../random";
import { daysBefore } from "./dates";
import { descriptionOf, groupName, slugOf } from "./names";
import { OWNER_PROFILES, type OwnerProfile, type OwnerVerdict } from "./owner-profiles";
import type { People } from "./people";
import type { Age, Scenario } from "./scenario";
import { groupsUsageRow, siteUsageRow, teamsUsageRow } from "./usage-rows";
import type { Expected, SimGroup, SiteUsageRow } from "./types";

export interface Surroundings {
  dice: Dice;
  now: Date;
  people: People;
  domain: string;
  host: string;
}

const NONE: readonly never[] = Object.freeze([]);
const UNIFIED = ["Unified"];
const TEAM = ["Team"];
const TEAM_BEHAVIOUR = ["HideGroupInOutlook", "WelcomeEmailDisabled"];

/** One group as its scenario wants it, with what a correct report says of it. */
export function makeGroup(scenario: Scenario, n: number, around: Surroundings): SimGroup {
  const { dice, now } = around;
  const lead = scenario.lead === undefined ? null : dice.span(scenario.lead);
  const ageOf = (age: Age): number | null => {
    if (age === "blank") return null;
    if (age === "lead") return lead;
    return typeof age === "object" && "plus" in age ? (lead ?? 0) + dice.span(age.plus) : dice.span(age);
  };
  const profileName = typeof scenario.owners === "string" ? scenario.owners : dice.pick(scenario.owners);
  const profile: OwnerProfile = OWNER_PROFILES[profileName];

  const stated = statementOf(scenario, profile);

  const displayName = groupName(dice);
  const alias = `${slugOf(displayName)}${n}`;
  const mail = `${alias}@${around.domain}`;
  const oldAddress = `former.${alias}@${around.domain}`;
  const isTeam = scenario.kind === "Team";
  const created = dice.span(scenario.created ?? [240, 3000]);

  const groupsUsage = scenario.usage ? groupsUsageRow(dice, scenario.usage, ageOf(scenario.usage.age)) : null;
  const teamsUsage = scenario.teams ? teamsUsageRow(dice, scenario.teams, ageOf(scenario.teams.age)) : null;
  const site = { ownerName: `${displayName} Owners`, mail, oldAddress, files: groupsUsage?.files ?? null };
  const counting: SiteUsageRow[] = [];
  const sites = (scenario.sites ?? []).map((shape, i) => {
    const url = `https://${around.host}/sites/${alias}${i ? `-${i}` : ""}`;
    const row = siteUsageRow(dice, shape, ageOf(shape.age), { ...site, url });
    if (shape.counts !== false) counting.push(row);
    return row;
  });
  const siteRow = counting[0] ?? null;
  const seen = { Teams: teamsUsage?.age, SharePoint: siteRow?.age, Group: groupsUsage?.age };
  const source = scenario.expect.source;
  const archived = isTeam ? (scenario.teamMissing ? null : scenario.archived === true) : false;

  const group: SimGroup = {
    id: dice.guid(),
    displayName,
    description: descriptionOf(dice, displayName),
    mail,
    mailNickname: alias,
    mailEnabled: true,
    proxyAddresses: [`SMTP:${mail}`, `smtp:${oldAddress}`, `SPO:SPO_${alias}@SPO_${around.host}`],
    visibility: dice.chance(0.7) ? "Private" : "Public",
    groupTypes: UNIFIED,
    membershipRule: null,
    createdDateTime: daysBefore(now, created, 1),
    renewedDateTime: daysBefore(now, dice.int(0, created), 1),
    expirationDateTime: null,
    resourceProvisioningOptions: isTeam ? TEAM : NONE,
    resourceBehaviorOptions: isTeam ? TEAM_BEHAVIOUR : NONE,
    securityEnabled: false,
    onPremisesSyncEnabled: null,
    isAssignableToRole: null,
    isManagementRestricted: false,
    assignedLabels: NONE,
    assignedLicenses: NONE,
    owners: profile.pick(around.people, dice),
    scenario: scenario.name,
    traits: NONE,
    kind: scenario.kind,
    expected: {
      result: scenario.expect.result,
      activity: scenario.expect.activity,
      kind: scenario.kind,
      archived,
      ...stated.signInsOff,
      ownerCount: null,
      blockers: NONE,
      lastActivitySource: source,
      daysInactive: source === null ? null : (seen[source] ?? null),
      siteId: siteRow?.siteId ?? null,
    },
    expectedNoFeatures: stated.noFeatures,
    expectedWithSignIns: stated.signInsOn,
    team: isTeam && !scenario.teamMissing ? { archived: scenario.archived === true } : null,
    groupsUsage,
    teamsUsage,
    sites,
    expandDropsOwners: scenario.expandDropsOwners === true,
  };
  if (!profile.unreadable) group.expected.ownerCount = group.owners.length;
  scenario.shape?.(group, now, dice);
  return group;
}

type OwnersPart = Pick<Expected, "ownerState" | "activeOwnerCount" | "warnings" | "notes">;

interface Statement {
  signInsOff: OwnersPart;
  signInsOn: SimGroup["expectedWithSignIns"];
  noFeatures: SimGroup["expectedNoFeatures"];
}

/** The same for every group of a scenario and an owner profile, and shared by them: large tenants are made of few cases. */
const statements = new WeakMap<Scenario, Map<OwnerProfile, Statement>>();

function statementOf(scenario: Scenario, profile: OwnerProfile): Statement {
  const byProfile = statements.get(scenario) ?? new Map<OwnerProfile, Statement>();
  statements.set(scenario, byProfile);
  const { result } = scenario.expect;
  const statement = byProfile.get(profile) ?? {
    signInsOff: ownersSay(profile.signInsOff, scenario),
    signInsOn: { result: scenario.withSignIns ?? result, ...ownersSay(profile.signInsOn, scenario) },
    noFeatures: { result: scenario.withoutFeatures ?? result },
  };
  byProfile.set(profile, statement);
  return statement;
}

/** The owners' own warnings and notes stand before the scenario's: that is the order of the codes. */
function ownersSay(verdict: OwnerVerdict, scenario: Scenario): OwnersPart {
  const warning = WARNING_OF[verdict.state];
  return {
    ownerState: verdict.state,
    activeOwnerCount: verdict.active,
    warnings: [...(warning ? [warning] : []), ...(scenario.expect.warnings ?? [])],
    notes: [...(verdict.active === 1 ? ["owner-single"] : []), ...(scenario.expect.notes ?? [])],
  };
}

const WARNING_OF: Record<Expected["ownerState"], string | null> = {
  ok: null,
  unknown: null,
  none: "owner-none",
  disabled: "owner-inactive",
  inactive: "owner-inactive",
  guest: "owner-inactive",
};
