import type { Dice } from "../random";
import { daysBefore } from "./dates";
import type { AssignedLabel, SimGroup } from "./types";

/** What can be odd about a group without changing its verdict: its texts, labels, and what hinders its deletion. */
interface Text {
  trait: string;
  displayName?: string;
  description?: string | null;
}

/** Names that break a CSV, a spreadsheet, a page or a sort. Each stands once in a tenant that is large enough. */
const TEXTS: Text[] = [
  { trait: "quotes", displayName: 'The "Blue" Room', description: 'She said "no", he said ""yes""' },
  { trait: "commas", displayName: "Sales, Nordic, and Baltic", description: "one,two,,three" },
  { trait: "newline", displayName: "Line one\nline two", description: "First paragraph.\r\n\r\nSecond, after CRLF.\nThird." },
  { trait: "script", displayName: "<script>alert(1)</script>", description: '"><img src=x onerror=alert(2)></script>' },
  { trait: "formula =", displayName: "=1+1", description: "=cmd|' /C calc'!A0" },
  { trait: "formula +", displayName: "+49 30 Hotline", description: "+1" },
  { trait: "formula -", displayName: "-- closed --", description: "-2+3" },
  { trait: "formula @", displayName: "@Home", description: "@SUM(A1:A9)" },
  { trait: "tab", displayName: "\tIndented", description: "tab\there" },
  { trait: "carriage return", displayName: "\rReturned" },
  { trait: "emoji", displayName: "🚀 Launch 👩‍🚀 Crew 🇳🇴", description: "Zero-width joiners and flags: 👨‍👩‍👧‍👦" },
  { trait: "right to left", displayName: "مشروع الجسر – Phase 2", description: "צוות הבטיחות \u202Eabc" },
  { trait: "long name", displayName: "Long ".repeat(52).slice(0, 256), description: "x".repeat(1024) },
  { trait: "empty description", description: "" },
  { trait: "null description", description: null },
  { trait: "same name", displayName: "Project Falcon", description: "The first of three." },
  { trait: "same name", displayName: "Project Falcon", description: "The second of three." },
  { trait: "same name in other case", displayName: "PROJECT FALCON", description: "The third of three." },
  { trait: "accents", displayName: "Ärzte & Öffentlichkeit", description: "naïve façade – “quoted” ‘single’" },
  { trait: "markup", displayName: "R&D &amp; <b>bold</b>", description: "</td></tr></table>]]>&#0;" },
  { trait: "semicolons", displayName: "A; B; C", description: "owners; and; mails" },
  { trait: "control characters", displayName: "Bell\u0007 and null-like \u0001", description: "\u000B vertical tab, \uFFFF" },
  { trait: "spaces", displayName: "   padded   ", description: " " },
  { trait: "number", displayName: "0042", description: "1e5" },
  { trait: "date", displayName: "2026-01-01", description: "01/02/03" },
  { trait: "true", displayName: "TRUE", description: "null" },
];

/** Kinds of `blockers`, each with the property that tells it (docs/report.md, column Check Before Deleting). */
const BLOCKERS: { code: string; apply: (group: SimGroup, dice: Dice) => void }[] = [
  { code: "licences", apply: (group, dice) => (group.assignedLicenses = [{ skuId: dice.guid(), disabledPlans: [] }]) },
  { code: "role", apply: (group) => (group.isAssignableToRole = true) },
  { code: "synced", apply: (group) => (group.onPremisesSyncEnabled = true) },
  { code: "restricted", apply: (group) => (group.isManagementRestricted = true) },
  { code: "security", apply: (group) => (group.securityEnabled = true) },
];

export class Traits {
  readonly #labels: AssignedLabel[];
  readonly #dice: Dice;
  readonly #now: Date;

  constructor(dice: Dice, now: Date) {
    this.#dice = dice;
    this.#now = now;
    this.#labels = ["Public", "General", "Confidential", "Highly Confidential"].map((displayName) => ({
      labelId: dice.guid(),
      displayName,
    }));
  }

  /** The nth group of the tenant gets the nth oddity; the rest get what is usual. */
  apply(group: SimGroup, n: number): void {
    const dice = this.#dice;
    const text = TEXTS[n];
    if (text) {
      group.traits = [`text: ${text.trait}`];
      if (text.displayName !== undefined) group.displayName = text.displayName;
      if (text.description !== undefined) group.description = text.description;
    }
    this.#label(group, n);
    this.#block(group, n);
    if (group.expirationDateTime === null && dice.chance(0.3))
      group.expirationDateTime = daysBefore(this.#now, -dice.int(40, 365));
  }

  #label(group: SimGroup, n: number): void {
    const dice = this.#dice;
    // graph.md#groups: a deleted label keeps its id and loses its name.
    if (n === 2) group.assignedLabels = [{ labelId: dice.guid(), displayName: null }];
    else if (n === 3) group.assignedLabels = [{ labelId: dice.guid(), displayName: "" }, ...this.#labels.slice(0, 1)];
    else if (n === 4) group.assignedLabels = this.#labels.slice(1, 3);
    else if (dice.chance(0.35)) group.assignedLabels = [dice.pick(this.#labels)];
    else return;
    if (group.assignedLabels.some((label) => !label.displayName)) group.traits = [...group.traits, "label without a name"];
  }

  #block(group: SimGroup, n: number): void {
    for (const [i, { code, apply }] of BLOCKERS.entries()) {
      // Group 5 + i has this blocker alone, group 10 has all of them, the rest by chance.
      if (n !== 5 + i && n !== 10 && (n < 11 || !this.#dice.chance(0.006))) continue;
      apply(group, this.#dice);
      group.traits = [...group.traits, `blocker: ${code}`];
      group.expected.blockers = [...group.expected.blockers, code];
    }
  }
}
