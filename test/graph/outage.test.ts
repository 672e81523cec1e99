import { createOutage } from "../../src/graph/outage";

function make() {
  const clock = { now: 0 };
  return { clock, outage: createOutage(() => clock.now) };
}

test("two minutes of nothing but failures are an outage, a second less is none", () => {
  const { clock, outage } = make();
  outage.onAnswer(false);
  clock.now = 119_000;
  outage.onAnswer(false);
  expect(outage.isOver()).toBe(false);
  clock.now = 120_000;
  expect(outage.isOver()).toBe(true);
});

test("one answer in between starts the two minutes anew", () => {
  const { clock, outage } = make();
  outage.onAnswer(false);
  clock.now = 100_000;
  outage.onAnswer(true);
  clock.now = 110_000;
  outage.onAnswer(false);
  clock.now = 220_000;
  expect(outage.isOver()).toBe(false);
  clock.now = 230_000;
  expect(outage.isOver()).toBe(true);
});

test("silence without a failure is no outage", () => {
  const { clock, outage } = make();
  clock.now = 10_000_000;
  expect(outage.isOver()).toBe(false);
  outage.onAnswer(true);
  clock.now = 20_000_000;
  expect(outage.isOver()).toBe(false);
});
