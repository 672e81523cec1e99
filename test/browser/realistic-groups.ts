import { compareRows } from "../../src/verdict/sort";
import { summarise } from "../../src/verdict/summary";
import { RESULTS, type JudgedGroup, type Result, type Summary } from "../../src/model/report";
import { judgeGroup } from "../../src/verdict/verdict";
import { Dice } from "../../simulator/random";
import { statesOf } from "../../src/verdict/source-use";
import { type OwnerRecord, SOURCE_NAMES } from "../../src/model/records";
import { daysBeforeData, groupsUsage, previous, run, siteUsage, STARTED, teamsUsage } from "../verdict/facts";
import { summaryOf } from "../report/reports";

const SYLLABLES =
  "ba ce di fo gu ka le mi no pu ra se ti vo wu xa ye zi bro cla dre fri gle kno plu sta tre vin mer ler ten gan".split(" ");
const LABELS = ["General", "Confidential", "Highly Confidential \\ Project", "Public"];
const NIGHTS = 11;

export interface RealisticGroups {
  summary: Summary;
  groups: JudgedGroup[];
}

/**
 * Groups as unlike each other as those of a real tenant, or more: random GUIDs, 20,000 words, an owner for every two
 * groups, descriptions of up to 16 words, figures over their whole range. Judged by the software's own rules.
 */
export function realisticGroups(count: number, seed = 7): RealisticGroups {
  const dice = new Dice(seed);
  const words = Array.from({ length: 20_000 }, () => Array.from({ length: dice.int(2, 4) }, () => dice.pick(SYLLABLES)).join(""));
  const phrase = (least: number, most: number) => Array.from({ length: dice.int(least, most) }, () => dice.pick(words)).join(" ");
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const people = Array.from({ length: Math.ceil(count / 2) }, (): OwnerRecord => {
    const [first, last] = [capital(dice.pick(words)), capital(dice.pick(words))];
    const mail = `${first}.${last}${dice.int(1, 99)}@contoso.example`.toLowerCase();
    return { id: dice.guid(), displayName: `${first} ${last}`, mail, isUser: true, accountEnabled: true, userType: "Member" };
  });
  const signIns = new Map(people.map(({ id }) => [id, dice.chance(0.9) ? "active" : "stale"] as const));
  const facts = run({}, { hasPrevious: true });
  const bytes = () => Math.floor(10 ** (dice.next() * 11));
  const day = () => (dice.chance(0.05) ? null : daysBeforeData(Math.floor(dice.next() ** 3 * 1200)));

  const groups = Array.from({ length: count }, (): JudgedGroup => {
    const id = dice.guid();
    const displayName = capital(phrase(2, 5));
    const nick = displayName.replaceAll(" ", "").slice(0, 40) + dice.int(1, 99_999);
    const mail = `${nick}@contoso.example`;
    const isTeam = dice.chance(0.55);
    const created = Date.parse(STARTED) - Math.floor(dice.next() * 3000 * 86_400_000);
    const history = Array.from({ length: NIGHTS }, (_, night) => ({
      date: daysBeforeData(NIGHTS - night - 2),
      result: (dice.chance(0.98) ? "Pass" : dice.pick(RESULTS)) as Result,
    }));
    return judgeGroup(
      {
        group: {
          id,
          displayName,
          mail,
          addresses: [mail.toLowerCase()],
          description: dice.chance(0.8) ? phrase(3, 16) : null,
          visibility: dice.pick(["Private", "Public"]),
          membership: dice.chance(0.05) ? "Dynamic" : "Assigned",
          isTeam,
          labels: dice.chance(0.3) ? [dice.pick(LABELS)] : [],
          createdDateTime: new Date(created).toISOString(),
          renewedDateTime: new Date(created).toISOString(),
          expirationDateTime: dice.chance(0.2)
            ? new Date(Date.parse(STARTED) + dice.int(1, 400) * 86_400_000).toISOString()
            : null,
          blockers: dice.chance(0.05) ? ["security"] : [],
          owners: Array.from({ length: dice.int(0, 4) }, () => dice.pick(people)),
        },
        groupsUsage: groupsUsage({
          id,
          lastActivity: day(),
          members: dice.int(0, 900),
          guests: dice.chance(0.4) ? dice.int(1, 90) : 0,
          received: dice.int(0, 5000),
          mailboxItems: dice.int(0, 90_000),
          mailboxBytes: bytes(),
          files: dice.int(0, 40_000),
          activeFiles: dice.int(0, 900),
        }),
        ...(isTeam
          ? { teamsUsage: teamsUsage({ id, lastActivity: day(), activeUsers: dice.int(0, 300), posts: dice.int(0, 4000) }) }
          : {}),
        siteUsage: siteUsage({
          id,
          siteId: dice.guid(),
          url: `https://contoso.sharepoint.com/sites/${nick}`,
          lastActivity: day(),
          files: dice.int(0, 40_000),
          activeFiles: dice.int(0, 900),
          bytes: bytes(),
        }),
        ...(isTeam ? { team: { id, archived: dice.chance(0.03) } } : {}),
        previous: previous({ history, result: history.at(-1)?.result ?? "Pass" }),
        signIns,
      },
      facts,
    );
  }).toSorted((a, b) => compareRows(a.row, b.row));

  const counter = summarise(statesOf(SOURCE_NAMES.map((name) => ({ name, state: "complete" }))));
  for (const judged of groups) counter.add(judged);
  return { summary: summaryOf([], {}, counter.figures()), groups };
}
