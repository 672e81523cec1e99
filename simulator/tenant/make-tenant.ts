import { Dice } from "../random";
import { daysBefore } from "./dates";
import { makeGroup, type Surroundings } from "./make-group";
import { groupName, ORGANISATIONS, slugOf } from "./names";
import { makePeople } from "./people";
import type { Scenario } from "./scenario";
import { ACTIVE, INACTIVE } from "./scenarios-activity";
import { LIFE, ROWLESS } from "./scenarios-life";
import { OWNERS } from "./scenarios-owners";
import { SITES } from "./scenarios-sites";
import { Traits } from "./traits";
import type { DirectoryGroup, SiteUsageRow, Tenant } from "./types";
import { groupsUsageRow, siteUsageRow, teamsUsageRow } from "./usage-rows";

const SCENARIOS: Scenario[] = [...ACTIVE, ...INACTIVE, ...LIFE, ...OWNERS, ...SITES, ...ROWLESS];

export interface TenantOptions {
  groups?: number;
  seed?: number;
  now?: Date;
}

/**
 * A tenant with so many Microsoft 365 groups: each scenario once, in order, then by weight. The same seed and the same
 * `now` give the same tenant. Default: 1,000 groups, seed 1, today.
 */
export function makeTenant(options: TenantOptions = {}): Tenant {
  const { groups: count = 1000, seed = 1, now = new Date() } = options;
  const dice = new Dice(seed);
  const name = dice.pick(ORGANISATIONS);
  const domain = `${slugOf(name).toLowerCase()}.example`;
  const host = `${slugOf(name).toLowerCase()}.sharepoint.com`;
  const id = dice.guid();
  const people = makePeople(dice, count, domain, now);
  const around: Surroundings = { dice, now, people, domain, host };
  const traits = new Traits(dice, now);
  const draw = weighted(SCENARIOS);
  const groups = Array.from({ length: count }, (_, n) => {
    const group = makeGroup(SCENARIOS[n] ?? draw(dice), n, around);
    traits.apply(group, n);
    return group;
  });
  dice.shuffle(groups);
  return {
    id,
    name,
    domain,
    host,
    now,
    groups,
    otherGroups: makeOtherGroups(around, Math.min(300, 10 + Math.round(count / 3))),
    users: people.all,
    servicePrincipals: people.servicePrincipals,
    otherSites: makeOtherSites(around, Math.max(3, Math.round(count / 6))),
    deletedGroups: makeDeletedGroups(around, Math.max(2, Math.round(count / 40))),
    reportLag: { teams: 1, groups: 2, sites: 3 },
    groupById: new Map(groups.map((group) => [group.id, group])),
    scenarios: SCENARIOS.map((scenario) => scenario.name),
  };
}

function weighted(scenarios: readonly Scenario[]): (dice: Dice) => Scenario {
  const wheel = scenarios.flatMap((scenario) => Array<Scenario>(scenario.weight).fill(scenario));
  return (dice) => dice.pick(wheel);
}

/** Security and distribution groups: the filter on `groupTypes` keeps them out. */
function makeOtherGroups({ dice, now, people, domain }: Surroundings, count: number): DirectoryGroup[] {
  return Array.from({ length: count }, (_, n) => {
    const distribution = n % 4 === 3;
    const displayName = `${distribution ? "DL" : "SG"} ${groupName(dice)}`;
    const alias = `${slugOf(displayName)}${n}`;
    return {
      id: dice.guid(),
      displayName,
      description: null,
      mail: distribution ? `${alias}@${domain}` : null,
      mailNickname: alias,
      mailEnabled: distribution,
      proxyAddresses: distribution ? [`SMTP:${alias}@${domain}`] : [],
      visibility: null,
      groupTypes: n % 10 === 0 ? ["DynamicMembership"] : [],
      membershipRule: null,
      createdDateTime: daysBefore(now, dice.int(30, 4000)),
      renewedDateTime: null,
      expirationDateTime: null,
      resourceProvisioningOptions: [],
      resourceBehaviorOptions: [],
      securityEnabled: !distribution,
      onPremisesSyncEnabled: n % 3 === 0 ? true : null,
      isAssignableToRole: null,
      isManagementRestricted: false,
      assignedLabels: [],
      assignedLicenses: [],
      owners: n % 2 === 0 ? [dice.pick(people.active)] : [],
    };
  });
}

function makeOtherSites({ dice, people, domain, host }: Surroundings, count: number): SiteUsageRow[] {
  const templates = ["Communication Site", "Team Channel", "Team Site", "STS#3", ""];
  return Array.from({ length: count }, (_, n) => {
    const owner = dice.pick(people.active);
    const alias = `${slugOf(groupName(dice))}-${n}`;
    const facts = { ownerName: owner.displayName, mail: owner.userPrincipalName, oldAddress: `site@${domain}`, files: null };
    const template = templates[n % templates.length] ?? "";
    return siteUsageRow(dice, { age: "blank", template }, dice.int(0, 400), { ...facts, url: `https://${host}/sites/${alias}` });
  });
}

function makeDeletedGroups({ dice }: Surroundings, count: number): Tenant["deletedGroups"] {
  return Array.from({ length: count }, (_, n) => {
    const age = dice.int(5, 170);
    return {
      id: dice.guid(),
      displayName: groupName(dice),
      groupsUsage: groupsUsageRow(dice, { age }, age),
      teamsUsage: n % 2 === 0 ? teamsUsageRow(dice, { age }, age) : null,
    };
  });
}
