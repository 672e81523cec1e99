import { describe as describeSource } from "../../src/cli/progress";
import type { SourceProgress } from "../../src/model/run";

const NOW = Date.parse("2026-11-26T23:40:00Z");
const teams: SourceProgress = {
  name: "teams",
  state: "reading",
  rows: 3,
  expected: null,
  pages: 1,
  requests: 2,
  message: null,
  waitingUntil: null,
};

test.each<[Partial<SourceProgress>, string]>([
  [{}, "reading"],
  [{ message: "It broke." }, "reading (It broke.)"],
  [{ state: "complete", message: "It broke." }, "complete"],
  [{ waitingUntil: "2026-11-26T23:00:00.000Z" }, "reading"],
  [{ waitingUntil: "2026-11-26T23:50:10.000Z" }, "waits for Graph until 23:50:10 UTC"],
  [{ waitingUntil: "2026-11-27T00:10:00.000Z" }, "waits for Graph until 2026-11-27 00:10:00 UTC"],
  [
    { waitingUntil: "2026-11-27T00:40:00.000Z", message: "It asked to wait until 2026-11-27 03:10 UTC." },
    "waits for Graph until 2026-11-27 00:40:00 UTC (It asked to wait until 2026-11-27 03:10 UTC.)",
  ],
])("%j: %s", (change, words) => {
  expect(describeSource({ ...teams, ...change }, NOW)).toBe(words);
});
