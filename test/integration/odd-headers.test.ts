import { makeReport, openWorld, type World } from "./world";

/** Whole runs under headers that lie: of the time, and of the wait. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ groups: 40 });
});
afterAll(() => world.close());
afterEach(() => {
  world.simulator.tamper = undefined;
});

const LATER = new Date("2036-01-01T00:00:00Z").toUTCString();
const EARLIER = new Date("2016-01-01T00:00:00Z").toUTCString();

test.each<[string, (answer: number) => string | undefined]>([
  ["one answer is dated 2036", (answer) => (answer === 2 ? LATER : undefined)],
  ["all answers are dated 2036", () => LATER],
  ["all answers are dated 2016", () => EARLIER],
  ["answers are dated now this way, now that", (answer) => (answer % 6 < 3 ? LATER : EARLIER)],
  ["dates are none", () => "yesterday"],
])("where %s, a run completes, and few tokens are asked for", async (_, dateOf) => {
  const { simulator } = world;
  let answers = 0;
  simulator.tamper = (host, _incoming, honest) => {
    const date = host === "graph" ? dateOf(++answers) : undefined;
    return date === undefined ? undefined : { ...honest, headers: { ...honest.headers, Date: date } };
  };
  const before = simulator.requests.length;
  const { summary, rows } = await makeReport(world);
  expect([summary.status, rows.length]).toEqual(["Completed", 40]);
  expect(simulator.requests.slice(before).filter(({ host }) => host === "identity").length).toBeLessThanOrEqual(2);
});

test.each(["-5", "0", "soon", EARLIER])("a Retry-After of %s is waited for no shorter than a back-off", async (wait) => {
  const { simulator } = world;
  let refusals = 3;
  simulator.tamper = (_host, { url }, honest) =>
    url.startsWith("/v1.0/groups?") && refusals-- > 0
      ? { ...honest, status: 429, headers: { ...honest.headers, "Retry-After": wait }, body: "" }
      : undefined;
  const before = simulator.requests.length;
  const { summary } = await makeReport(world);
  expect(summary.status).toBe("Completed");
  const tries = simulator.requests.slice(before).filter(({ path }) => path.startsWith("/v1.0/groups?"));
  const gaps = tries.slice(1, 4).map(({ at }, n) => (at - (tries[n]?.at ?? 0)) / 1000);
  // A fifth of 2, 4 and 8 seconds, less a timer's rounding.
  expect(gaps).toHaveLength(3);
  gaps.forEach((gap, n) => expect(gap).toBeGreaterThanOrEqual(0.39 * 2 ** n));
});
