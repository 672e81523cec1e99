import { writtenDay } from "../../../src/model/days";
import * as fc from "fast-check";
import type { Data } from "../../../src/web/report/data";
import { evidenceRules } from "../../../src/web/report/card-evidence";
import { resultRules } from "../../../src/web/report/card-rules";
import { isTrusted } from "../../../src/verdict/source-use";
import type { GroupFacts, RunFacts } from "../../../src/model/report";
import type { SourceName } from "../../../src/model/records";
import { anyRun, groupFacts } from "../../verdict/any-facts";
import { facts, group, groupsUsage, lastSeen, rowOf, run, teamFacts, teamsUsage, without } from "../../verdict/facts";
import { dataOf, htmlOf, judgedOf } from "../../report/html-report";
import { summaryOf } from "../../report/reports";

/** The card's rules as the page has them: of rows that went into a file and came out of it. */
async function pageOf(known: readonly GroupFacts[], of: RunFacts): Promise<Data> {
  const rows = known.map((one) => rowOf(one, of));
  const summary = summaryOf(rows);
  const sources = summary.sources.map((source) => ({ ...source, ...of.sources[source.name] }));
  return dataOf(await htmlOf(rows.map(judgedOf), { ...summary, sources }));
}

const many = fc.array(groupFacts, { minLength: 1, maxLength: 30 });

test("the first rule that holds is the result, whatever the group and however its sources ended", async () => {
  await fc.assert(
    fc.asyncProperty(many, anyRun, async (known, of) => {
      const data = await pageOf(known, of);
      for (const [at, one] of known.entries()) {
        const rules = resultRules(data, at);
        const first = rules.find(({ isMet }) => isMet);
        expect([first?.rule, first?.decides]).toEqual([rowOf(one, of).result, true]);
        expect(rules.filter(({ decides }) => decides)).toHaveLength(1);
      }
    }),
    { numRuns: 40 },
  );
});

test("a rule about inactivity that could not be asked holds for nobody", async () => {
  await fc.assert(
    fc.asyncProperty(many, anyRun, async (known, of) => {
      const data = await pageOf(known, of);
      for (const [at, one] of known.entries()) {
        const { activity } = rowOf(one, of);
        const [fail, idle] = resultRules(data, at).slice(3, 5);
        if (activity === "Unknown") expect([fail?.isMet, idle?.isMet]).toEqual([null, null]);
        else expect(idle?.isMet).toBe(activity === "Inactive");
      }
    }),
    { numRuns: 40 },
  );
});

/** What has to be there for a warning or note to be raised, beside what every row has. */
const FROM: Record<string, SourceName[]> = {
  "team-inactive": ["teamsUsage"],
  "team-quiet": ["teamsUsage"],
  "site-never-used": ["siteUsage", "groupsUsage"],
  "site-inactive": ["siteUsage"],
  "mailbox-quiet": ["groupsUsage"],
  "site-unmatched": ["siteUsage"],
};

test("a warning is raised, not raised, or not known; not known where its source, its owners or its figure are not", async () => {
  await fc.assert(
    fc.asyncProperty(many, anyRun, async (known, of) => {
      const data = await pageOf(known, of);
      for (const [at, one] of known.entries()) {
        const row = rowOf(one, of);
        const rules = evidenceRules(data, at);
        const raised: string[] = [...row.warnings, ...row.notes];
        expect(rules.filter(({ isMet }) => isMet).map(({ rule }) => rule)).toEqual(raised);
        for (const { rule, isMet } of rules) {
          const isBlind = (FROM[rule] ?? []).some((name) => !isTrusted(of.sources[name].state));
          if (isBlind) expect([rule, isMet]).toEqual([rule, null]);
          const figure = { "owner-none": row.ownerCount, "owner-single": row.activeOwnerCount, "members-none": row.members }[
            rule
          ];
          if (figure !== undefined) expect([rule, isMet === null]).toEqual([rule, figure === null]);
          if (rule === "owner-inactive") expect(isMet === null).toBe(row.ownerState === "unknown");
        }
      }
    }),
    { numRuns: 40 },
  );
});

async function figureOf(known: GroupFacts, rule: string, of = run()): Promise<string | undefined> {
  const data = await pageOf([known], of);
  return [...resultRules(data, 0), ...evidenceRules(data, 0)].find((one) => one.rule === rule)?.figure;
}

test("what a warning is not meant for says so, instead of a figure that seems to call for it", async () => {
  expect(await figureOf(facts(), "team-inactive")).toBe("not a team");
  expect(await figureOf(teamFacts({ groupsUsage: groupsUsage({ received: 3 }) }), "mailbox-quiet")).toBe("a team");
  expect(await figureOf(facts({ groupsUsage: groupsUsage({ received: 3, liked: 1 }) }), "mailbox-quiet")).toBe("a community");
  expect(await figureOf(without(facts(), "siteUsage"), "site-inactive")).toBe("no row in the site report");
  const lost = run({ siteUsage: "failed" });
  expect(await figureOf(facts(), "site-inactive", lost)).toBe("no activity known");
});

test("an active group is measured by its freshest activity, where the reports are of different days", async () => {
  const of = run({ siteUsage: { state: "stale", dataDate: "2026-08-20" } });
  const known = lastSeen(facts(), 95);
  const site = { ...known.siteUsage!, lastActivity: writtenDay("2026-08-10") };
  expect(rowOf({ ...known, siteUsage: site }, of)).toMatchObject({ activity: "Active", daysInactive: 95 });
  expect(await figureOf({ ...known, siteUsage: site }, "Issues", of)).toBe("10 days without activity");
});

test("one is written in the singular", async () => {
  const known = facts({ group: group({ owners: group().owners.slice(0, 1) }), groupsUsage: groupsUsage({ received: 1 }) });
  expect(await figureOf(known, "owner-single")).toBe("1 active owner");
  expect(await figureOf(known, "mailbox-quiet")).toBe("1 message received");
  const team = teamFacts({ teamsUsage: teamsUsage({ posts: 1, replies: 0, meetings: 0 }) });
  expect(await figureOf(team, "team-quiet")).toBe("1 message or meeting");
});
