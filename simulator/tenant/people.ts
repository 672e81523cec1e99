import type { Dice } from "../random";
import { jobOf, personName, slugOf } from "./names";
import type { SignInActivity, SimServicePrincipal, SimUser } from "./types";
import { daysBefore } from "./dates";

/** The people of the tenant, sorted by what a report can say of them as owners. */
export interface People {
  all: SimUser[];
  /** Enabled members that signed in within the last 85 days. */
  active: SimUser[];
  /** Enabled members whose last sign-in is more than 100 days back. */
  stale: SimUser[];
  /** Enabled members without a sign-in on record. */
  unseen: SimUser[];
  disabled: SimUser[];
  guests: SimUser[];
  disabledGuests: SimUser[];
  servicePrincipals: SimServicePrincipal[];
}

/** A group may have 100 owners, so even a tiny tenant needs that many who sign in. */
const LEAST_MEMBERS = 220;
type Pool = "active" | "stale" | "unseen" | "disabled";
/** Filled whatever the dice say: one case wants twenty disabled owners. */
const FIXED_POOLS: Pool[] = [...Array<Pool>(24).fill("disabled"), ...Array<Pool>(6).fill("stale"), "unseen", "unseen"];

function poolOf(roll: number): Pool {
  if (roll < 0.06) return "disabled";
  if (roll < 0.13) return "stale";
  return roll < 0.16 ? "unseen" : "active";
}

export function makePeople(dice: Dice, groups: number, domain: string, now: Date): People {
  const people: People = {
    all: [],
    active: [],
    stale: [],
    unseen: [],
    disabled: [],
    guests: [],
    disabledGuests: [],
    servicePrincipals: [],
  };
  const members = Math.max(groups * 2, LEAST_MEMBERS);
  for (let i = 0; i < members; i++) {
    const pool = i < FIXED_POOLS.length ? (FIXED_POOLS[i] ?? "active") : poolOf(dice.next());
    const user = makeMember(dice, i, domain, now, pool);
    people.all.push(user);
    people[pool].push(user);
  }
  const guests = Math.max(Math.round(groups * 0.2), 12);
  for (let i = 0; i < guests; i++) {
    const user = makeGuest(dice, i, domain, now, i % 11 !== 5);
    people.all.push(user);
    (user.accountEnabled ? people.guests : people.disabledGuests).push(user);
  }
  for (const name of [
    "Provisioning Bot",
    "HR Sync",
    "Workspace Lifecycle",
    "Project Server",
    "ServiceNow Connector",
    "Terraform",
  ]) {
    people.servicePrincipals.push({
      type: "servicePrincipal",
      id: dice.guid(),
      appId: dice.guid(),
      displayName: name,
      accountEnabled: true,
    });
  }
  return people;
}

const mailNames = new Map<string, string>();

/** `anders.soerensen`-like, made once for each of the few thousand pairs of names. */
function mailName(first: string, last: string): string {
  const key = `${first} ${last}`;
  const name = mailNames.get(key) ?? `${slugOf(first)}.${slugOf(last)}`.toLowerCase();
  mailNames.set(key, name);
  return name;
}

function makeMember(dice: Dice, i: number, domain: string, now: Date, pool: Pool): SimUser {
  const { first, last } = personName(dice);
  const address = `${mailName(first, last)}${i}@${domain}`;
  return {
    type: "user",
    id: dice.guid(),
    displayName: `${first} ${last}`,
    mail: i % 97 === 96 ? null : address, // accounts without a mailbox exist everywhere
    userPrincipalName: address,
    accountEnabled: pool !== "disabled",
    userType: "Member",
    ...jobOf(dice),
    createdDateTime: daysBefore(now, dice.int(40, 4000)),
    signInActivity: pool === "unseen" ? null : signIn(dice, now, pool === "active" ? [0, 45] : [100, 900]),
  };
}

function makeGuest(dice: Dice, i: number, domain: string, now: Date, enabled: boolean): SimUser {
  const { first, last } = personName(dice);
  const mail = `${mailName(first, last)}${i}@partner${i % 40}.example`;
  return {
    type: "user",
    id: dice.guid(),
    displayName: `${first} ${last} (Guest)`,
    mail,
    userPrincipalName: `${mail.replace("@", "_")}#EXT#@${domain}`,
    accountEnabled: enabled,
    userType: "Guest",
    jobTitle: null,
    department: null,
    createdDateTime: daysBefore(now, dice.int(10, 2000)),
    signInActivity: dice.chance(0.3) ? null : signIn(dice, now, [0, 800]),
  };
}

/**
 * graph.md#sign-ins: attempts (interactive or not) count failures too, so a success that is old can stand beside an attempt of
 * yesterday: someone else guesses the password of an account that nobody uses.
 */
function signIn(dice: Dice, now: Date, days: readonly [number, number]): SignInActivity {
  const newest = dice.int(days[0], days[1]);
  const older = newest + dice.int(1, 40);
  const successKnown = dice.chance(0.7);
  const guessedAt = successKnown && newest >= 100 && dice.chance(0.3) ? 1 : null;
  const interactiveIsNewer = dice.chance(0.5);
  return {
    lastSignInDateTime: daysBefore(now, guessedAt ?? (interactiveIsNewer ? newest : older)),
    lastNonInteractiveSignInDateTime: dice.chance(0.1) ? null : daysBefore(now, interactiveIsNewer ? older : newest),
    lastSuccessfulSignInDateTime: successKnown ? daysBefore(now, newest) : null,
  };
}
