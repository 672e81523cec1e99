import * as fc from "fast-check";
import type { GroupFacts, RunFacts } from "../../src/model/report";
import { SOURCE_NAMES, SOURCE_STATES, type OwnerRecord } from "../../src/model/records";
import {
  beforeStart,
  DAY,
  daysBeforeData,
  facts as usual,
  group,
  groupsUsage,
  owner,
  previous,
  run,
  siteUsage,
  teamsUsage,
  without,
} from "./facts";

/** What property tests draw from: groups at and around every limit, and runs whose sources came to any end. */
const days = fc.option(fc.oneof(fc.constantFrom(0, 89, 90, 91, 179, 180, 181), fc.integer({ min: -3, max: 500 })));
export const activityDay = days.map((count) => (count === null ? null : daysBeforeData(count)));
export const figure = fc.constantFrom(0, 1, 19, 20, 500);

const ownerRecord: fc.Arbitrary<OwnerRecord> = fc.record({
  id: fc.constantFrom("anna", "bert", "stan", "nobody"),
  displayName: fc.constantFrom("Anna", null),
  mail: fc.constantFrom("anna@contoso.com", null),
  isUser: fc.constantFrom(true, true, true, false),
  accountEnabled: fc.constantFrom(true, true, false, null),
  userType: fc.constantFrom("Member", "Guest", null),
});
export const fewOwners = fc.array(ownerRecord, { maxLength: 3 });
const twenty = fc
  .constantFrom(true, false, null)
  .map((accountEnabled) => Array.from({ length: 20 }, (_, index) => owner(`u${index}`, { accountEnabled })));

/** What `$expand` gave; a re-read is made only of none or twenty. */
const ownersRead = fc.oneof(fewOwners, twenty).chain((owners) =>
  fc.record({
    owners: fc.constant(owners),
    reread: owners.length === 0 || owners.length === 20 ? fc.option(fewOwners, { nil: null }) : fc.constant(undefined),
  }),
);

const rows = fc.record({
  groupsUsage: fc.option(
    fc.record({
      lastActivity: activityDay,
      files: figure,
      activeFiles: figure,
      members: figure,
      received: figure,
      liked: figure,
    }),
    { nil: undefined },
  ),
  teamsUsage: fc.option(fc.record({ lastActivity: activityDay, posts: figure, replies: figure }), { nil: undefined }),
  siteUsage: fc.option(fc.record({ lastActivity: activityDay, files: figure }), { nil: undefined }),
});

export const groupFacts: fc.Arbitrary<GroupFacts> = fc
  .record({
    isTeam: fc.boolean(),
    age: fc.constantFrom(0, 29, 30, 400),
    visibility: fc.constantFrom("Private", "HiddenMembership"),
    owned: ownersRead,
    rows,
    team: fc.constantFrom(undefined, true, false, null),
    before: fc.option(fc.constantFrom(true, false, null), { nil: undefined }),
  })
  .map(({ isTeam, age, visibility, owned, rows: found, team, before }) => {
    const listed = group({ isTeam, visibility, createdDateTime: beforeStart(age * DAY), owners: owned.owners });
    const { id } = listed;
    return {
      ...without(usual({ group: listed }), "groupsUsage", "siteUsage"),
      ...(owned.reread === undefined ? {} : { owners: { id, owners: owned.reread } }),
      ...(found.groupsUsage ? { groupsUsage: groupsUsage(found.groupsUsage) } : {}),
      ...(found.teamsUsage ? { teamsUsage: teamsUsage(found.teamsUsage) } : {}),
      ...(found.siteUsage ? { siteUsage: siteUsage(found.siteUsage) } : {}),
      ...(team === undefined || !isTeam ? {} : { team: { id, archived: team } }),
      ...(before === undefined ? {} : { previous: previous({ archived: before, archivedAsOf: "2026-11-15" }) }),
    };
  });

const OPTIONAL = SOURCE_NAMES.filter((name) => name !== "groups");
export const anyRun: fc.Arbitrary<RunFacts> = fc
  .array(fc.tuple(fc.constantFrom(...OPTIONAL), fc.constantFrom(...SOURCE_STATES)), { maxLength: 4 })
  .map((states) => run(Object.fromEntries(states)));
