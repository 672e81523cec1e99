import { makeTenant } from "../../simulator/index";
import type { SimGroup, Tenant } from "../../simulator/index";
import { judge } from "./oracle";

const now = new Date("2026-11-23T08:30:00Z");

function shareOfRows(
  tenant: Tenant,
  concerned: (group: SimGroup) => boolean,
  has: (group: SimGroup) => boolean,
): { of: number; share: number } {
  const groups = tenant.groups.filter((group) => group.expected.result !== "New" && concerned(group));
  return { of: groups.length, share: groups.filter(has).length / groups.length };
}

describe("the tenant", () => {
  test("is the same for the same seed and day, and another for another seed", () => {
    const one = makeTenant({ groups: 150, seed: 4, now });
    const two = makeTenant({ groups: 150, seed: 4, now });
    expect(JSON.stringify(two.groups)).toBe(JSON.stringify(one.groups));
    expect(two.users).toEqual(one.users);
    expect(makeTenant({ groups: 150, seed: 5, now }).groups[0]?.id).not.toBe(one.groups[0]?.id);
  });

  test("holds every scenario as soon as it has as many groups", () => {
    const { scenarios } = makeTenant({ groups: 1, now });
    const tenant = makeTenant({ groups: scenarios.length, now });
    expect(new Set(tenant.groups.map((group) => group.scenario))).toEqual(new Set(scenarios));
    expect(new Set(scenarios).size).toBe(scenarios.length);
  });

  test("shows every result, activity, owner state, warning, note and blocker of the contract", () => {
    const { groups } = makeTenant({ groups: 70, now });
    const of = (pick: (group: SimGroup) => readonly unknown[]): unknown[] => [...new Set(groups.flatMap(pick))].toSorted();
    expect(of((group) => [group.expected.result])).toEqual(["Archived", "Fail", "Issues", "New", "Pass", "Unknown"]);
    expect(of((group) => [group.expected.activity])).toEqual(["Active", "Inactive", "Unknown"]);
    expect(of((group) => [group.expected.kind])).toEqual(["Community", "Group", "Team"]);
    expect(of((group) => [group.expected.ownerState, group.expectedWithSignIns.ownerState])).toEqual([
      "disabled",
      "guest",
      "inactive",
      "none",
      "ok",
      "unknown",
    ]);
    expect(of((group) => group.expected.warnings)).toEqual([
      "mailbox-quiet",
      "owner-inactive",
      "owner-none",
      "site-inactive",
      "site-never-used",
      "team-inactive",
      "team-quiet",
    ]);
    expect(of((group) => group.expected.notes)).toEqual(["expires-soon", "members-none", "owner-single", "site-unmatched"]);
    expect(of((group) => group.expected.blockers)).toEqual(["licences", "restricted", "role", "security", "synced"]);
    expect(of((group) => [group.expected.lastActivitySource])).toEqual(["Group", "SharePoint", "Teams", null]);
  });

  test.each([
    [300, 1],
    [2000, 2],
    [2000, 3],
  ])("states of each of %i groups (seed %i) what its facts say", (count, seed) => {
    const tenant = makeTenant({ groups: count, seed, now });
    for (const group of tenant.groups) {
      const seen = judge(tenant, group);
      expect({ scenario: group.scenario, ...seen.withTeams }).toEqual({ scenario: group.scenario, ...group.expected });
      expect({ scenario: group.scenario, ...seen.withoutFeatures }).toEqual({
        scenario: group.scenario,
        ...group.expectedNoFeatures,
      });
      expect({ scenario: group.scenario, ...seen.withSignIns }).toEqual({
        scenario: group.scenario,
        ...group.expectedWithSignIns,
      });
    }
  });

  test.each([20, 25, 40, 50, 60, 63, 100, 1000])("has rows enough at %i groups that no report looks partial", (count) => {
    for (const seed of [1, 2, 3]) {
      const tenant = makeTenant({ groups: count, seed, now });
      const shares = [
        shareOfRows(
          tenant,
          () => true,
          (group) => group.groupsUsage !== null,
        ),
        shareOfRows(
          tenant,
          (group) => group.kind === "Team",
          (group) => group.teamsUsage !== null,
        ),
        shareOfRows(
          tenant,
          (group) => (group.groupsUsage?.files ?? 0) > 0,
          (group) => group.expected.siteId !== null,
        ),
      ];
      const judged = shares.filter(({ of }) => of >= 20); // fewer are not judged
      expect(judged.filter(({ share }) => share < 0.9)).toEqual([]);
    }
  });

  test("looks like a real tenant: half are teams, most are in use, one in twenty has no owners", () => {
    const { groups, users, otherGroups } = makeTenant({ groups: 5000, now });
    const share = (holds: (group: SimGroup) => boolean): number => groups.filter(holds).length / groups.length;
    expect(share((group) => group.kind === "Team")).toBeGreaterThan(0.49);
    expect(share((group) => group.kind === "Team")).toBeLessThan(0.56);
    expect(share((group) => group.expected.result === "Pass")).toBeGreaterThan(0.6);
    expect(share((group) => group.owners.length === 0)).toBeGreaterThan(0.03);
    expect(share((group) => group.owners.length === 0)).toBeLessThan(0.06);
    expect(users.filter((user) => user.userType === "Member")).toHaveLength(10_000);
    expect(otherGroups).toHaveLength(300);
    expect(new Set(groups.map((group) => group.id)).size).toBe(5000);
    expect(new Set(groups.map((group) => group.mail)).size).toBeGreaterThan(4990);
  });

  test("carries names that break a CSV, a spreadsheet, a page or a sort", () => {
    const names = makeTenant({ groups: 100, now }).groups.map((group) => group.displayName);
    for (const name of ["=1+1", "<script>alert(1)</script>", "Line one\nline two", "Sales, Nordic, and Baltic", "\tIndented"]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name === "Project Falcon")).toHaveLength(2);
    expect(names.some((name) => name.length === 256)).toBe(true);
  });
});
