import type { Dice, Span } from "../random";
import type { OwnerProfileName } from "./owner-profiles";
import type { Activity, ActivitySource, Kind, Result, SimGroup } from "./types";

/**
 * When something was last used, in days before the data's day: `lead` is the group's newest activity, `plus` is so many
 * days before that one, a span stands for itself, `blank` is an empty date in a row that exists.
 */
export type Age = "lead" | "blank" | { plus: Span } | Span;

export interface TeamsShape {
  age: Age;
  /** Posts and replies together. */
  messages?: Span;
  meetings?: Span;
}

export interface UsageShape {
  age: Age;
  received?: Span;
  files?: Span;
  members?: Span;
  /** Viva Engage figures above 0. */
  viva?: true;
}

export interface SiteShape {
  age: Age;
  files?: Span;
  bytes?: Span;
  /** What `Owner Principal Name` says of the group; `mail` where not given. */
  address?: "mail" | "oldInCapitals";
  template?: string;
  deleted?: true;
  urlHidden?: true;
  /** This row decides; the first row where none says so. */
  counts?: false;
}

/** A case of the contract: how such a group looks, and what a correct report says of it, stated here and not computed. */
export interface Scenario {
  name: string;
  /** Its share among the groups that fill the tenant, in parts of the sum of all weights. */
  weight: number;
  kind: Kind;
  /** Days since it was created; 240 to 3000 where not given. */
  created?: Span;
  lead?: Span;
  /** No entry: no row in that report. */
  teams?: TeamsShape;
  usage?: UsageShape;
  sites?: SiteShape[];
  owners: OwnerProfileName | readonly OwnerProfileName[];
  archived?: true;
  /** The Team flag is set, `/teams/{id}` answers 404. */
  teamMissing?: true;
  expandDropsOwners?: true;
  /** What else is odd in the directory. */
  shape?: (group: SimGroup, now: Date, dice: Dice) => void;
  expect: {
    result: Result;
    activity: Activity;
    source: ActivitySource | null;
    /** Warnings and notes other than those that the owners bring along. */
    warnings?: string[];
    notes?: string[];
  };
  /** Result with FEATURES empty, where it differs. */
  withoutFeatures?: Result;
  /** Result with sign-ins, where it differs. */
  withSignIns?: Result;
}

/** How the groups that nobody looks at twice are owned. */
export const USUAL_OWNERS: readonly OwnerProfileName[] = ["one", "two", "two", "two", "three", "three", "four"];
