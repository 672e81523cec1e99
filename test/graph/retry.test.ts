import * as fc from "fast-check";
import { backoffSeconds, requestedWaitSeconds } from "../../src/graph/retry";
import { START } from "./world";

const headers =
  (all: Record<string, string>) =>
  (name: string): string | null =>
    all[name] ?? null;
const wait = (all: Record<string, string>) => requestedWaitSeconds(headers(all), START);

test("a Retry-After in seconds is the wait", () => {
  expect(wait({ "retry-after": "17" })).toBe(17);
  expect(wait({ "retry-after": "0" })).toBe(0);
});

test("a Retry-After as an HTTP date is the time from now until then", () => {
  expect(wait({ "retry-after": "Mon, 23 Nov 2026 02:00:42 GMT" })).toBe(42);
});

test("a date that has passed and a negative number ask for no wait", () => {
  expect(wait({ "retry-after": "Mon, 23 Nov 2026 01:00:00 GMT" })).toBe(0);
  expect(wait({ "retry-after": "-5" })).toBe(0);
});

test("no header and a header that says nothing are no wish at all", () => {
  expect(wait({})).toBeUndefined();
  expect(wait({ "retry-after": "" })).toBeUndefined();
  expect(wait({ "retry-after": "soon" })).toBeUndefined();
});

test("a wait is never longer than a day", () => {
  expect(wait({ "retry-after": "999999999" })).toBe(86_400);
  expect(wait({ "retry-after": "Tue, 23 Nov 2027 02:00:00 GMT" })).toBe(86_400);
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
