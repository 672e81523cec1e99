import * as fc from "fast-check";
import { backoffSeconds, longWaitInWords, requestedWaitSeconds } from "../../src/graph/retry";
import { START } from "./world";

const headers =
  (all: Record<string, string>) =>
  (name: string): string | null =>
    all[name] ?? null;
const wait = (all: Record<string, string>) => requestedWaitSeconds(headers(all), START);

test.each<[string, number]>([
  ["17", 17],
  [" 17 ", 17],
  ["3600", 3600],
  ["Mon, 23 Nov 2026 02:00:42 GMT", 42],
])("a Retry-After of %j is a wait of %d seconds", (value, seconds) => {
  expect(wait({ "retry-after": value })).toBe(seconds);
});

test.each([
  "",
  "0",
  "0.0",
  "0.5",
  "-5",
  "-0.1",
  "soon",
  "NaN",
  "Infinity",
  "1e3",
  "0x10",
  "12 13",
  "Mon, 23 Nov 2026 01:00:00 GMT",
  "Mon, 23 Nov 2026 02:00:00 GMT",
  "Mon, 99 Nov 2026 99:00:00 GMT",
  "1" + "0".repeat(400) + "x",
])("a Retry-After of %j is no wait: the back-off decides", (value) => {
  expect(wait({ "retry-after": value })).toBeUndefined();
});

test("no header is no wish at all", () => {
  expect(wait({})).toBeUndefined();
});

test.each(["3601", "86400", "999999999", "9".repeat(400), "Fri, 27 Nov 2026 03:10:00 GMT", "Tue, 23 Nov 2027 02:00:00 GMT"])(
  "of %s an hour is waited at most, and the date that was asked for is told",
  (value) => {
    expect(wait({ "retry-after": value })).toBe(3600);
    expect(longWaitInWords(headers({ "retry-after": value }), START)).toMatch(
      /^ It asked to wait until 202\d-\d\d-\d\d \d\d:\d\d UTC; .*\.$/,
    );
  },
);

test("the date of a long wait is the one that was asked for", () => {
  const asked = (value: string) => longWaitInWords(headers({ "retry-after": value }), START);
  expect(asked("Fri, 27 Nov 2026 03:10:00 GMT")).toContain("until 2026-11-27 03:10 UTC");
  expect(asked("7200")).toContain("until 2026-11-23 04:00 UTC");
  expect([asked("3600"), asked("-5"), asked("soon")]).toEqual(["", "", ""]);
});

test("whatever a header says, a wait is more than nothing and an hour at most, or none", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  const isSane = (value: string) => {
    const seconds = wait({ "retry-after": value });
    return seconds === undefined || (seconds > 0 && seconds <= 3600);
  };
  expect(() => fc.assert(fc.property(texts, isSane))).not.toThrow();
});

test("of Retry-After and an exhausted RateLimit-Reset the larger counts", () => {
  expect(wait({ "retry-after": "5", "ratelimit-remaining": "0", "ratelimit-reset": "30" })).toBe(30);
  expect(wait({ "retry-after": "50", "ratelimit-remaining": "0", "ratelimit-reset": "30" })).toBe(50);
  expect(wait({ "ratelimit-remaining": "0", "ratelimit-reset": "30" })).toBe(30);
});

test("RateLimit-Reset says nothing while something remains", () => {
  expect(wait({ "ratelimit-remaining": "12", "ratelimit-reset": "30" })).toBeUndefined();
});

const longest = (attempt: number) => backoffSeconds(attempt, false, () => 1);

test("the back-off doubles from half a second up to thirty", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map(longest)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
});

test("a throttled request without Retry-After starts at two seconds", () => {
  expect([1, 2, 3, 4, 5].map((attempt) => backoffSeconds(attempt, true, () => 1))).toEqual([2, 4, 8, 16, 30]);
});

test("chance spreads the back-off over four fifths of its ceiling, never down to nothing", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, throttled, chance) => {
        const ceiling = backoffSeconds(attempt, throttled, () => 1);
        const seconds = backoffSeconds(attempt, throttled, () => chance);
        expect(ceiling).toBeLessThanOrEqual(30);
        expect(seconds).toBeLessThanOrEqual(ceiling);
        expect(seconds).toBeGreaterThanOrEqual(0.2 * ceiling - 1e-9);
      },
    ),
  );
  expect(backoffSeconds(3, false, () => 0)).toBeCloseTo(0.4);
  expect(backoffSeconds(3, false, () => 0.5)).toBeCloseTo(1.2);
});
