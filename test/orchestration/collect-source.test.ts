import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PageInput, PageOutcome } from "../../src/orchestration/activities";
import { drive } from "./scripted-run";

const START = { runId: "r", source: "groups", epoch: 0, page: 0, failures: 0, patience: [60, 300, 900, 1800] };

/** Answers a source's pages one after another. */
function pages(...outcomes: (PageOutcome | Error)[]) {
  const asked: PageInput[] = [];
  const script = (name: string, input: PageInput) => {
    if (name === "stillGoing") return { going: true };
    if (name !== "collectPage") return null;
    asked.push(input);
    const outcome = outcomes.shift() ?? { kind: "end" };
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { asked, script: script as never };
}

const retry: PageOutcome = { kind: "retry", epoch: 0, page: 0 };

test("a source is followed from page to page to its end, over many histories", async () => {
  const { asked, script } = pages(
    ...Array.from({ length: 180 }, (_, n): PageOutcome => ({ kind: "page", epoch: 0, page: n + 1 })),
  );
  const { output, histories } = await drive("collectSource", START, script);
  expect(output).toBe("end");
  expect(asked.map(({ page }) => page)).toEqual(Array.from({ length: 181 }, (_, n) => n));
  expect(histories).toBe(4);
});

test("where the cursor stands is where it goes on, also in a new epoch", async () => {
  const { asked, script } = pages({ kind: "page", epoch: 0, page: 7 }, { kind: "page", epoch: 1, page: 0 });
  await drive("collectSource", START, script);
  expect(asked.map(({ epoch, page }) => [epoch, page])).toEqual([
    [0, 0],
    [0, 7],
    [1, 0],
  ]);
});

test("a page that keeps failing is tried again after 1, 5, 15 and 30 minutes, then its source is given up", async () => {
  const { asked, script } = pages(retry, new Error("thrown"), retry, retry, retry);
  const { output, timers, log } = await drive("collectSource", START, script);
  expect([output, asked.length, Math.max(...timers), timers.length]).toEqual(["end", 5, 60, 1 + 5 + 15 + 30]);
  expect(log.at(-1)).toBe("< failSource groups");
});

test("a page that succeeds makes the failures before it forgotten", async () => {
  const { script } = pages(retry, retry, { kind: "page", epoch: 0, page: 1 }, retry, { kind: "page", epoch: 0, page: 2 });
  const { timers, log } = await drive("collectSource", START, script);
  expect(timers).toEqual(Array(1 + 5 + 1).fill(60));
  expect(log.some((line) => line.includes("failSource"))).toBe(false);
});

test("a run that is cancelled between two tries does not sit the wait out", async () => {
  const script = (name: string) => (name === "stillGoing" ? { going: false } : retry);
  const { output, timers } = await drive("collectSource", START, script);
  expect([output, timers]).toEqual(["cancelled", [60, 60]]);
});

test("failures are counted on where a new history begins between them", async () => {
  const before = Array.from({ length: 48 }, (_, n): PageOutcome => ({ kind: "page", epoch: 0, page: n + 1 }));
  const { script } = pages(...before, ...Array.from({ length: 5 }, (): PageOutcome => ({ kind: "retry", epoch: 0, page: 48 })));
  const { timers, histories, log } = await drive("collectSource", START, script);
  const waited = timers.reduce((sum, seconds) => sum + seconds, 0);
  expect([waited, histories, log.at(-1)]).toEqual([60 + 300 + 900 + 1800, 2, "< failSource groups"]);
});

test("a long wait is slept in timers of eight seconds at most, so that a cancel is noticed within ten", async () => {
  const until = new Date(Date.now() + 150_000).toISOString();
  const wait: PageOutcome = { kind: "wait", epoch: 0, page: 0, until };
  const { asked, script } = pages(wait, wait, wait, { kind: "cancelled" });
  const { output, timers } = await drive("collectSource", START, script);
  expect([output, timers, asked.length]).toEqual(["cancelled", [8, 8, 8], 4]);
});

test("replayed code takes nothing but types from outside, and neither time nor chance from the machine", () => {
  const folder = path.join(__dirname, "../../src/orchestration");
  for (const file of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, file), "utf8");
    for (const line of text.match(/^import[^;]*from "\.\.[^;]*;/gms) ?? [])
      expect([file, line]).toEqual([file, expect.stringMatching(/^import type/)]);
    expect([file, text.match(/^import (?!type)[^;]*from "(?!\.)/gm)]).toEqual([file, null]);
    expect([
      file,
      text
        .replace(/`new Date\(\)`|\/\*\*[\s\S]*?\*\//g, "")
        .match(/Date\.now|new Date\(\)|Math\.random|process\.|\bfetch\(|setTimeout|setInterval|randomUUID/g),
    ]).toEqual([file, null]);
  }
});
