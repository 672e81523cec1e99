import type { SourceName } from "../model/records";
import { isTrusted, type SourceStates } from "./source-use";
import type { Figure, FigureName, JudgedGroup, NotKnown } from "../model/report";

/** What one group adds to a figure: null where nobody knows, undefined where the figure is not about such a group. */
type Part = number | null | undefined;
type Judged = Pick<JudgedGroup, "row" | "siteBytes">;

interface FigureRule {
  /** What it is read from. */
  sources: readonly SourceName[];
  /** `isBlind`: one of the sources is lost, so that what it does not show may be there all the same. */
  part(judged: Judged, isBlind: boolean): Part;
}

const VERDICT = ["groupsUsage", "siteUsage", "teamsUsage", "teams"] as const satisfies readonly SourceName[];

/** Was a code raised? `isKnown`: could it have been? A source that is not complete raises none. */
function raised(judged: Judged, code: FigureName, isKnown: boolean): Part {
  const { warnings, notes } = judged.row;
  if ([...warnings, ...notes].some((one) => one === code)) return 1;
  return isKnown ? 0 : null;
}

/**
 * The one place that says of each figure what it is read from, and what is known of it group by group. Whoever counts, shows
 * or explains a figure goes by this.
 */
export const FIGURE_RULES: Record<FigureName, FigureRule> = {
  communities: {
    sources: ["groupsUsage"],
    part: ({ row }) => {
      if (row.kind === "Team") return undefined;
      if (row.kind === "Community") return 1;
      return [row.vivaPosted, row.vivaRead, row.vivaLiked].includes(null) ? null : 0;
    },
  },
  archivedTeams: {
    sources: ["teams"],
    part: ({ row }) => (row.kind !== "Team" ? undefined : row.archived === null ? null : Number(row.archived)),
  },
  guestMemberships: { sources: ["groupsUsage"], part: ({ row }) => row.guests },
  withoutActiveOwner: {
    sources: ["owners", "users"],
    part: ({ row }) => (row.ownerState === "unknown" ? null : Number(row.warnings.some((code) => code.startsWith("owner-")))),
  },
  expiresSoon: { sources: ["groups"], part: (judged) => raised(judged, "expires-soon", true) },
  storageGB: { sources: ["siteUsage", "groupsUsage"], part: ({ siteBytes }) => siteBytes },
  failStorageGB: {
    sources: VERDICT,
    // Whoever could not be judged for lack of a source may be a Fail.
    part: ({ row, siteBytes }, isBlind) =>
      row.result === "Fail" ? siteBytes : row.result === "Unknown" && isBlind ? null : undefined,
  },
  "owner-none": { sources: ["owners"], part: (judged) => raised(judged, "owner-none", judged.row.ownerCount !== null) },
  "owner-inactive": {
    sources: ["owners", "users"],
    part: (judged) => raised(judged, "owner-inactive", judged.row.ownerState !== "unknown"),
  },
  "team-inactive": {
    sources: ["teamsUsage"],
    part: (judged, isBlind) =>
      judged.row.kind === "Team" ? raised(judged, "team-inactive", !isBlind && judged.row.teamLastActivity !== null) : undefined,
  },
  "team-quiet": {
    sources: ["teamsUsage"],
    part: (judged, isBlind) => {
      const { kind, teamMessages, teamMeetings, warnings } = judged.row;
      if (kind !== "Team") return undefined;
      const isKnown = warnings.includes("team-inactive") || (teamMessages !== null && teamMeetings !== null);
      return raised(judged, "team-quiet", !isBlind && isKnown);
    },
  },
  "site-never-used": {
    sources: ["siteUsage", "groupsUsage"],
    part: (judged, isBlind) => raised(judged, "site-never-used", !isBlind && judged.row.siteFiles !== null),
  },
  "site-inactive": {
    sources: ["siteUsage"],
    // In a report that was read, whoever has no row in it has no site that could be idle.
    part: (judged, isBlind) => raised(judged, "site-inactive", !isBlind),
  },
  "mailbox-quiet": {
    sources: ["groupsUsage"],
    part: (judged, isBlind) =>
      judged.row.kind === "Group" ? raised(judged, "mailbox-quiet", !isBlind && judged.row.mailboxReceived !== null) : undefined,
  },
  "owner-single": {
    sources: ["owners", "users"],
    part: (judged) => raised(judged, "owner-single", judged.row.activeOwnerCount !== null),
  },
  "expires-soon": { sources: ["groups"], part: (judged) => raised(judged, "expires-soon", true) },
  "members-none": { sources: ["groupsUsage"], part: (judged) => raised(judged, "members-none", judged.row.members !== null) },
  "site-unmatched": {
    sources: ["siteUsage", "groupsUsage"],
    part: (judged, isBlind) => raised(judged, "site-unmatched", !isBlind && judged.row.siteFiles !== null),
  },
};

/** Adds up what is known, and how much is not. */
export interface Tally {
  /** `isExpected`: not of a group that its source need not know yet. */
  add(part: Part, isExpected?: boolean): void;
  /** Null where nothing is known of any group that the figure is about. */
  sum(): Figure;
  notKnown(): NotKnown | undefined;
}

export function createTally(): Tally {
  let sum = 0;
  let known = 0;
  let unknown = 0;
  let missed = 0;
  return {
    add(part, isExpected = true) {
      if (part === undefined) return;
      if (part === null) {
        unknown++;
        if (isExpected) missed++;
      } else {
        known++;
        sum += part;
      }
    },
    sum: () => (known === 0 && unknown > 0 ? null : sum),
    notKnown: () => {
      const groups = known === 0 ? unknown : missed;
      return groups > 0 ? { groups, of: known + groups } : undefined;
    },
  };
}

export interface FigureTally {
  add(judged: Judged): void;
  tally: Tally;
}

/** Counts one figure group by group, by its rule. */
export function tallyFigure(name: FigureName, states: SourceStates): FigureTally {
  const { sources, part } = FIGURE_RULES[name];
  const isBlind = isBlindTo(sources, states);
  const tally = createTally();
  return {
    tally,
    // A usage report that is complete need not know the youngest groups yet.
    add: (judged) => tally.add(part(judged, isBlind), isBlind || judged.row.result !== "New"),
  };
}

/** Is one of the sources lost, wholly or in part? Where nothing had to be read of it, it is not. */
export function isBlindTo(sources: readonly SourceName[], states: SourceStates): boolean {
  return sources.some((name) => {
    const state = states[name] ?? "failed";
    return !isTrusted(state) && state !== "skipped";
  });
}
