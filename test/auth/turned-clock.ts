const REAL: FakeableAPI[] = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setInterval",
  "clearInterval",
  "setTimeout",
  "clearTimeout",
];
type FakeableAPI =
  NonNullable<Parameters<typeof jest.useFakeTimers>[0]> extends infer O
    ? O extends { doNotFake?: (infer N)[] }
      ? N
      : never
    : never;

/** Turns the clock of this process to this time, for MSAL too, while HTTP and timers go on by themselves. */
export function turnClock(time: number): void {
  jest.useFakeTimers({ now: time, doNotFake: REAL });
}
