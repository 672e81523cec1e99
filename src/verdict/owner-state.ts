import type { OwnerRecord } from "../model/records";
import { isUsable, usableRecord } from "./source-use";
import type { GroupFacts, OwnerState, ReportOwner, ReportRow, RunFacts } from "../model/report";

/** `$expand` gives at most 20 items a relation and no link to the rest (Graph, query parameters). */
const EXPAND_CAP = 20;

type OneOwner = "disabled" | "guest" | "active" | "stale" | "unknown";

export type OwnerFacts = Pick<ReportRow, "owners" | "ownerMails" | "ownerCount" | "activeOwnerCount" | "ownerState"> & {
  /** How many owners are in each state, for the reason. Null where the owners are not readable. */
  tally: Record<OneOwner, number> | null;
};

const NOT_READABLE: OwnerFacts = {
  owners: null,
  ownerMails: null,
  ownerCount: null,
  activeOwnerCount: null,
  ownerState: "unknown",
  tally: null,
};

const byName = new Intl.Collator("en", { sensitivity: "accent" });

/**
 * The owners to judge by, or null where they are not readable. A re-read wins over `$expand`. None or exactly 20 from
 * `$expand`, or a part of them, is a guess: without a re-read (failed, refused, or its source failed) nothing is claimed, not even the 20
 * that are known: a 21st could be the active one, and a count of 20 would be wrong.
 */
function ownersOf(facts: GroupFacts, run: RunFacts): OwnerRecord[] | null {
  const expanded = facts.group.owners;
  const reread = usableRecord(run, "owners", facts.owners);
  let owners: OwnerRecord[] | null;
  if (reread !== undefined) owners = reread.owners;
  else owners = facts.group.ownersInParts || expanded.length === 0 || expanded.length === EXPAND_CAP ? null : expanded;
  // Without Member.Read.Hidden such a group's owners come back empty.
  const isHidden = facts.group.mayBeHidden || facts.group.visibility?.toLowerCase() === "hiddenmembership";
  if (owners?.length === 0 && isHidden) return null;
  return owners;
}

function stateOfOne(owner: OwnerRecord, signIns: GroupFacts["signIns"]): OneOwner {
  if (owner.isUser === false) return "active";
  if (owner.accountEnabled === false) return "disabled";
  if (owner.userType?.toLowerCase() === "guest") return "guest";
  return signIns?.get(owner.id.toLowerCase()) ?? "unknown";
}

function stateOfAll(tally: Record<OneOwner, number>, count: number): OwnerState {
  if (count === 0) return "none";
  if (tally.active > 0) return "ok";
  if (tally.unknown > 0) return "unknown";
  if (tally.disabled === count) return "disabled";
  if (tally.guest === count) return "guest";
  return "inactive";
}

/** Owners, their counts and their state by the contract's "Owners". Only states come out, never a sign-in date. */
export function judgeOwners(facts: GroupFacts, run: RunFacts): OwnerFacts {
  const records = ownersOf(facts, run);
  if (records === null) return NOT_READABLE;
  // Owners whose id was not understood are each somebody.
  const unique = [...new Map(records.map((owner, at) => [owner.id || `${at}`, owner])).values()];
  const signIns = isUsable(run.sources.users.state) ? facts.signIns : undefined;
  const tally: Record<OneOwner, number> = { disabled: 0, guest: 0, active: 0, stale: 0, unknown: 0 };
  for (const owner of unique) tally[stateOfOne(owner, signIns)] += 1;
  const owners: ReportOwner[] = unique
    .map(({ id, displayName, mail }) => ({ id, displayName, mail }))
    .toSorted((a, b) => byName.compare(a.displayName ?? "", b.displayName ?? "") || (a.id < b.id ? -1 : 1));
  return {
    owners,
    ownerMails: owners.map((owner) => owner.mail ?? "").join("; "),
    ownerCount: owners.length,
    activeOwnerCount: tally.unknown > 0 ? null : tally.active,
    ownerState: stateOfAll(tally, owners.length),
    tally,
  };
}
