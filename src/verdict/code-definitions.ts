import type { Thresholds } from "../model/run";
import { NOT_VISIBLE } from "./wording";
import type { Note, OwnerState, Result, Warning } from "../model/report";

/** One line of the legends in HTML and XLSX. */
export type Legend<Code extends string> = Record<Code, string>;

/** The results with the thresholds of the run. */
export function resultLegend({ inactiveDays, failDays, newGroupDays }: Thresholds): Legend<Result> {
  return {
    Pass: "Used and owned: activity was seen, and nothing says that nobody answers for the group.",
    Issues: `No activity seen for more than ${inactiveDays} days, or nobody answers for the group.`,
    Fail: `No activity seen for more than ${failDays} days, or none on record. ${NOT_VISIBLE}`,
    Unknown:
      "No activity was seen, but a source that could show it was not complete, lacks the group or was not understood, or the group may be new or an archived team.",
    New: `Younger than ${newGroupDays} days, not judged.`,
    Archived: "The team is archived: its owners have already decided.",
  };
}

export function warningLegend({ inactiveDays, teamMinMessages, mailboxMinReceived }: Thresholds): Legend<Warning> {
  return {
    "owner-none": "The group has no owner.",
    "owner-inactive": "It has owners, but none is active: disabled, guests, or without a recent sign-in.",
    "team-inactive": `A team without activity in Teams for more than ${inactiveDays} days, or without any on record.`,
    "team-quiet": `A team with activity, but with fewer than ${teamMinMessages} messages and meetings in 180 days.`,
    "site-never-used": "The site has no activity on record and no files.",
    "site-inactive": `The site has had no activity for more than ${inactiveDays} days, or none on record.`,
    "mailbox-quiet": `A group that is neither team nor community, whose mailbox received fewer than ${mailboxMinReceived} messages in 180 days.`,
  };
}

export const NOTE_LEGEND: Legend<Note> = {
  "owner-single": "Only one owner is active.",
  "expires-soon": "The expiration policy ends the group within 30 days.",
  "members-none": "The group has no members.",
  "site-unmatched": "The group has files, but no row of the site usage report could be matched to it by its mail address.",
};

export const OWNER_STATE_LEGEND: Legend<OwnerState> = {
  ok: "At least one owner is active.",
  none: "The group has no owner.",
  disabled: "The accounts of all owners are disabled.",
  inactive: "No owner is active: disabled, guests, or without a recent sign-in.",
  guest: "All owners are guests.",
  unknown: "The owners could not be read, or their sign-ins were not.",
};

/** What makes deleting dangerous, and what to look at. */
export const BLOCKER_LEGEND: Legend<string> = {
  licences:
    "Licences are assigned through the group: its members would lose them. Look at the group's licences in the admin center.",
  role: "The group can hold directory roles: its members may be administrators through it. Look at its role assignments in Entra.",
  synced: "The group comes from on-premises: it has to be deleted there.",
  restricted: "The group is under restricted management: only administrators of its administrative unit may change it.",
  security: "The group grants access: look for applications, policies and resources that name it.",
};

/** What the downloads as CSV do to text (csv-cell.ts). */
export const CSV_LEGEND =
  "In CSV files a ' stands in front of text that a spreadsheet would take for a formula: before = + - @ and their full-width forms, a tab or a carriage return, where a cell begins, or a part of it after a line end or a separator (, ; | tab). The ' is no part of the text; where the text itself has one in such a place, the file has one more.";
