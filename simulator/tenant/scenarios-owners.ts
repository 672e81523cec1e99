import type { OwnerProfileName } from "./owner-profiles";
import type { Scenario } from "./scenario";
import type { Result } from "./types";

/** Who answers for a group: a team in use, with every kind of owners that there is. */
function teamOwnedBy(
  name: string,
  weight: number,
  owners: OwnerProfileName,
  result: Result,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    weight,
    kind: "Team",
    lead: [0, 22],
    teams: { age: "lead" },
    usage: { age: { plus: [5, 60] } },
    sites: [{ age: { plus: [5, 60] } }],
    owners,
    expect: { result, activity: "Active", source: "Teams" },
    ...more,
  };
}

export const OWNERS: Scenario[] = [
  teamOwnedBy("one owner", 60, "one", "Pass"),
  teamOwnedBy("no owners", 40, "none", "Issues"),
  {
    name: "no owners, not seen for 180 days",
    weight: 14,
    kind: "Group",
    created: [1000, 3000],
    lead: [181, 800],
    usage: { age: "lead", received: [0, 19] },
    sites: [{ age: { plus: [5, 90] } }],
    owners: "none",
    expect: { result: "Fail", activity: "Inactive", source: "Group", warnings: ["site-inactive", "mailbox-quiet"] },
  },
  teamOwnedBy("owners disabled", 12, "disabled", "Issues"),
  teamOwnedBy("owners disabled, one of them a guest", 1, "disabledGuest", "Issues"),
  teamOwnedBy("owners are guests", 3, "guests", "Issues"),
  teamOwnedBy("owners disabled and guests", 2, "disabledAndGuest", "Issues"),
  teamOwnedBy("one good owner among disabled and guests", 10, "mixed", "Pass"),
  teamOwnedBy("owners who stopped signing in", 20, "stale", "Pass", { withSignIns: "Issues" }),
  teamOwnedBy("owner without a sign-in on record", 5, "unseen", "Pass"),
  teamOwnedBy("service principal as owner", 3, "servicePrincipal", "Pass"),
  teamOwnedBy("service principal and user as owners", 3, "servicePrincipalAndUser", "Pass"),
  teamOwnedBy("exactly 20 owners", 1, "twenty", "Pass"),
  teamOwnedBy("21 owners, the last one counts", 1, "twentyDisabledThenServicePrincipal", "Pass"),
  teamOwnedBy("100 owners", 1, "hundred", "Pass"),
  // Office365itpros#62: 3,742 of 10,900 groups "without owners", all of them wrong.
  teamOwnedBy("owners dropped by the list", 2, "three", "Pass", { expandDropsOwners: true }),
  teamOwnedBy("hidden membership", 3, "hidden", "Pass", {
    shape: (group) => {
      group.visibility = "HiddenMembership";
    },
  }),
];
