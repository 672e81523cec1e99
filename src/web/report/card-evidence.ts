import type { SourceName } from "../../model/records";
import { NOTE_LEGEND, warningLegend } from "../../verdict/code-definitions";
import { figure } from "../../verdict/figure";
import { isTrusted } from "../../verdict/source-use";
import type { Note, Warning } from "../../model/report";
import { idleText, type Reading, readingsOf, type Rule } from "./card-rules";
import { codedText, codesOf, type Data, dayOf, numberOf } from "./data";

type Code = Warning | Note;

/** Sources without which nobody can say whether the code applies. */
const NEEDED: Partial<Record<Code, readonly SourceName[]>> = {
  "team-inactive": ["teamsUsage"],
  "team-quiet": ["teamsUsage"],
  "site-never-used": ["siteUsage", "groupsUsage"],
  "site-inactive": ["siteUsage"],
  "mailbox-quiet": ["groupsUsage"],
  "site-unmatched": ["siteUsage"],
};

function isRead(data: Data, name: SourceName): boolean {
  return data.facts.sources.some((source) => source.name === name && isTrusted(source.state));
}

/** What a code was judged by in this group. */
interface Evidence {
  figure: string;
  /** False: nobody can say whether the code applies. */
  isKnown: boolean;
}

function ofCount(value: number | null, one: string, many = `${one}s`): Evidence {
  if (value === null) return { figure: `${many}: not known`, isKnown: false };
  return said(`${figure(value)} ${value === 1 ? one : many}`);
}

const said = (figureText: string): Evidence => ({ figure: figureText, isKnown: true });

/** What each code was judged by; what a code is not meant for says so. */
function evidenceOf(data: Data, row: number, raised: readonly string[]): Record<Code, Evidence> {
  const number = (key: Parameters<typeof numberOf>[1]) => numberOf(data, key, row);
  const kind = codedText(data, "kind", row);
  const isTeam = kind === "Team";
  const lastSeen = (title: Reading["title"]) =>
    said(idleText(readingsOf(data, row).find((reading) => reading.title === title)?.days ?? null));
  const [messages, meetings] = [number("teamMessages"), number("teamMeetings")];
  const posted = messages === null || meetings === null ? null : messages + meetings;
  // In a report that was read, a site's row without activity has a warning: without either there is no row.
  const isWithoutSiteRow =
    isRead(data, "siteUsage") &&
    dayOf(data, "siteLastActivity", row) === null &&
    !raised.some((code) => code === "site-inactive" || code === "site-never-used");
  const files = ofCount(number("siteFiles"), "file");
  const active = ofCount(number("activeOwnerCount"), "active owner");
  return {
    "owner-none": ofCount(number("ownerCount"), "owner"),
    "owner-inactive": { ...active, isKnown: codedText(data, "ownerState", row) !== "unknown" },
    "team-inactive": isTeam ? lastSeen("Teams") : said("not a team"),
    "team-quiet": isTeam ? ofCount(posted, "message or meeting", "messages and meetings") : said("not a team"),
    "site-never-used": files,
    "site-inactive": isWithoutSiteRow ? said("no row in the site report") : lastSeen("SharePoint"),
    "mailbox-quiet":
      kind === "Group"
        ? ofCount(number("mailboxReceived"), "message received", "messages received")
        : said(isTeam ? "a team" : "a community"),
    "owner-single": active,
    "expires-soon": said(dayOf(data, "expires", row) ?? "no date"),
    "members-none": ofCount(number("members"), "member"),
    "site-unmatched": files,
  };
}

/** Every warning and note with its figure; those that are raised come first. */
export function evidenceRules(data: Data, row: number): Rule[] {
  const raised = [...codesOf(data, "warnings", row), ...codesOf(data, "notes", row)];
  const evidence = evidenceOf(data, row, raised);
  const all = Object.entries({ ...warningLegend(data.facts.thresholds), ...NOTE_LEGEND }).map(([rule, threshold]): Rule => {
    const { figure: text, isKnown } = evidence[rule as Code];
    const isJudged = isKnown && (NEEDED[rule as Code] ?? []).every((name) => isRead(data, name));
    return { rule, figure: text, threshold, isMet: raised.includes(rule) ? true : isJudged ? false : null };
  });
  return [...all.filter(({ isMet }) => isMet), ...all.filter(({ isMet }) => !isMet)];
}
