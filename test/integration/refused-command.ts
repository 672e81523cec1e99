import type { Finished } from "./command-line";

/** One line on stderr, nothing on stdout, no stack trace. */
export function expectRefused({ code, stdout, stderr }: Finished, said: RegExp): void {
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
  expect(stderr.trimEnd()).not.toMatch(/[\r\n]|\bat .*\.js:\d+/);
}
