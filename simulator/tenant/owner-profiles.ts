import type { Dice } from "../random";
import type { People } from "./people";
import type { OwnerState, SimOwner } from "./types";

/** What a correct report says of these owners: the state and how many of them are active. */
export interface OwnerVerdict {
  state: OwnerState;
  active: number | null;
}

export interface OwnerProfile {
  pick(people: People, dice: Dice): SimOwner[];
  /** Sign-ins off: an enabled member is unknown. */
  signInsOff: OwnerVerdict;
  signInsOn: OwnerVerdict;
  /** Owners that the report can't read: their count is null. */
  unreadable?: true;
}

const unknown: OwnerVerdict = { state: "unknown", active: null };

function some<T>(pool: readonly T[], count: number, dice: Dice): T[] {
  const start = dice.int(0, pool.length - 1);
  const end = start + Math.min(count, pool.length);
  return end <= pool.length ? pool.slice(start, end) : [...pool.slice(start), ...pool.slice(0, end - pool.length)];
}

/** Enabled members who sign in: unknown without sign-in data, active with it. */
function users(count: number): OwnerProfile {
  return {
    pick: (people, dice) => some(people.active, count, dice),
    signInsOff: unknown,
    signInsOn: { state: "ok", active: count },
  };
}

/** One verdict for both: the directory alone tells it. */
function known(verdict: OwnerVerdict, pick: OwnerProfile["pick"]): OwnerProfile {
  return { pick, signInsOff: verdict, signInsOn: verdict };
}

export const OWNER_PROFILES = {
  one: users(1),
  two: users(2),
  three: users(3),
  four: users(4),
  twenty: users(20),
  hundred: users(100),
  none: known({ state: "none", active: 0 }, () => []),
  disabled: known({ state: "disabled", active: 0 }, (people, dice) => some(people.disabled, dice.int(1, 2), dice)),
  /** Disabled decides before guest. */
  disabledGuest: known({ state: "disabled", active: 0 }, (people, dice) => [
    ...some(people.disabled, 1, dice),
    ...some(people.disabledGuests, 1, dice),
  ]),
  guests: known({ state: "guest", active: 0 }, (people, dice) => some(people.guests, dice.int(1, 2), dice)),
  disabledAndGuest: known({ state: "inactive", active: 0 }, (people, dice) => [
    ...some(people.disabled, 1, dice),
    ...some(people.guests, 1, dice),
  ]),
  mixed: {
    pick: (people, dice) => [...some(people.disabled, 1, dice), ...some(people.active, 1, dice), ...some(people.guests, 1, dice)],
    signInsOff: unknown,
    signInsOn: { state: "ok", active: 1 },
  },
  stale: {
    pick: (people, dice) => some(people.stale, dice.int(1, 2), dice),
    signInsOff: unknown,
    signInsOn: { state: "inactive", active: 0 },
  },
  unseen: { pick: (people, dice) => some(people.unseen, 1, dice), signInsOff: unknown, signInsOn: unknown },
  /** An owner that is no user counts as active. */
  servicePrincipal: known({ state: "ok", active: 1 }, (people, dice) => some(people.servicePrincipals, 1, dice)),
  servicePrincipalAndUser: {
    pick: (people, dice) => [...some(people.active, 1, dice), ...some(people.servicePrincipals, 1, dice)],
    signInsOff: { state: "ok", active: null },
    signInsOn: { state: "ok", active: 2 },
  },
  /** Whoever believes the twenty of an `$expand` calls this group ownerless (graph.md#groups). */
  twentyDisabledThenServicePrincipal: known({ state: "ok", active: 1 }, (people, dice) => [
    ...some(people.disabled, 20, dice),
    ...some(people.servicePrincipals, 1, dice),
  ]),
  hidden: { ...users(2), signInsOn: unknown, unreadable: true },
} satisfies Record<string, OwnerProfile>;

export type OwnerProfileName = keyof typeof OWNER_PROFILES;
