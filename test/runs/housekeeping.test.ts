import * as fc from "fast-check";
import { chooseExpired } from "../../src/runs/housekeeping";
import type { RunStatus } from "../../src/model/run";
import type { Run } from "../../src/model/run";

const DAY = 86_400_000;
const NOW = Date.parse("2026-11-23T14:00:00Z");

function run(daysAgo: number, status: RunStatus = "Completed"): Run {
  const startedAt = new Date(NOW - daysAgo * DAY).toISOString();
  return { runId: startedAt, startedAt, status } as Run;
}

const expired = (runs: Run[], retentionDays = 30, historyMonths = 13) =>
  chooseExpired(runs, NOW, retentionDays, historyMonths).map(({ runId }) => runId);

test("runs are kept for the days of RETENTION_DAYS", () => {
  const runs = [run(31, "Failed"), run(31, "Cancelled"), run(31, "CompletedWithGaps"), run(29, "Failed"), run(2), run(1)];
  expect(expired(runs)).toEqual(runs.slice(0, 3).map(({ runId }) => runId));
});

test("the first run of a month without a gap is kept for HISTORY_MONTHS", () => {
  const gap = { ...run(60, "CompletedWithGaps"), runId: "2026-08-01", startedAt: "2026-08-01T02:00:00Z" };
  const first = { ...run(60), runId: "2026-08-02", startedAt: "2026-08-02T02:00:00Z" };
  const second = { ...run(60), runId: "2026-08-03", startedAt: "2026-08-03T02:00:00Z" };
  const ancient = { ...run(60), runId: "2025-09-01", startedAt: "2025-09-01T02:00:00Z" };
  expect(expired([ancient, gap, first, second, run(2), run(1)])).toEqual(["2025-09-01", "2026-08-01", "2026-08-03"]);
});

test("never the last two published ones, nor one in progress, whatever the settings", () => {
  const status = fc.constantFrom<RunStatus>("Running", "Completed", "CompletedWithGaps", "Failed", "Cancelled");
  const anyRuns = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2000 }), status), {
    selector: ([days]) => days,
    maxLength: 60,
  });
  fc.assert(
    fc.property(anyRuns, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 40 }), (shapes, days, months) => {
      const runs = shapes.map(([age, one]) => run(age, one));
      const gone = new Set(expired(runs, days, months));
      const published = runs.filter((one) => one.status.startsWith("Completed")).toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
      for (const one of [...published.slice(-2), ...runs.filter((going) => going.status === "Running")])
        expect(gone.has(one.runId)).toBe(false);
      for (const one of runs) if (NOW - Date.parse(one.startedAt) <= days * DAY) expect(gone.has(one.runId)).toBe(false);
    }),
  );
});
