import type { Dice, Span } from "../random";
import type { SiteShape, TeamsShape, UsageShape } from "./scenario";
import type { GroupsUsageRow, SiteUsageRow, TeamsUsageRow } from "./types";

/** A usage row's counts are of the period (180 days): a group not seen in it has none, whatever else it holds. */
const PERIOD = 180;

function inPeriod(age: number | null): boolean {
  return age !== null && age <= PERIOD;
}

export function groupsUsageRow(dice: Dice, shape: UsageShape, age: number | null): GroupsUsageRow {
  const seen = inPeriod(age);
  const files = dice.span(shape.files ?? skewed(dice, 4000));
  const members = dice.span(shape.members ?? skewed(dice, 140) + 2);
  const mailboxItems = age === null ? 0 : skewed(dice, 6000);
  const viva = shape.viva === true;
  return {
    age,
    members,
    guests: members > 0 && dice.chance(0.25) ? dice.int(1, 14) : 0,
    received: dice.span(shape.received ?? (seen ? [25, 900] : 0)),
    mailboxItems,
    mailboxBytes: mailboxItems * dice.int(9_000, 90_000),
    files,
    activeFiles: seen ? Math.min(files, dice.int(0, 60)) : 0,
    siteBytes: files === 0 ? dice.int(900_000, 2_400_000) : files * dice.int(40_000, 900_000),
    posted: viva ? dice.int(1, 80) : 0,
    read: viva ? dice.int(30, 2400) : 0,
    liked: viva ? dice.int(0, 190) : 0,
  };
}

export function teamsUsageRow(dice: Dice, shape: TeamsShape, age: number | null): TeamsUsageRow {
  const seen = inPeriod(age);
  const messages = seen ? dice.span(shape.messages ?? [30, 900]) : 0;
  const replies = Math.floor(messages * dice.next());
  return {
    age,
    activeUsers: seen ? dice.int(1, 40) : 0,
    activeChannels: seen ? dice.int(1, 9) : 0,
    guests: dice.chance(0.2) ? dice.int(1, 9) : 0,
    reactions: seen ? dice.int(0, 300) : 0,
    meetings: seen ? dice.span(shape.meetings ?? [2, 60]) : 0,
    posts: messages - replies,
    replies,
  };
}

export interface SiteFacts {
  ownerName: string;
  mail: string;
  oldAddress: string;
  url: string;
  /** Files according to the groups usage report, which lags differently. Null without a row there. */
  files: number | null;
}

export function siteUsageRow(dice: Dice, shape: SiteShape, age: number | null, facts: SiteFacts): SiteUsageRow {
  const files = dice.span(shape.files ?? (facts.files ?? skewed(dice, 4000)) + dice.int(0, 3));
  return {
    siteId: dice.guid(),
    url: facts.url,
    ownerName: facts.ownerName,
    ownerPrincipal: shape.address === "oldInCapitals" ? facts.oldAddress.toUpperCase() : facts.mail,
    template: shape.template ?? "Group",
    deleted: shape.deleted === true,
    age,
    files,
    activeFiles: inPeriod(age) ? Math.min(files, dice.int(0, 60)) : 0,
    bytes: dice.span((shape.bytes as Span | undefined) ?? (files === 0 ? 1_400_000 : files * dice.int(40_000, 900_000))),
    urlHidden: shape.urlHidden === true,
  };
}

/** Many small, few large: at least 1, below the limit. */
export function skewed(dice: Dice, limit: number): number {
  return 1 + Math.floor(dice.next() ** 3 * limit);
}
