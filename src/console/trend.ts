import type { RunLine } from "../api/shapes";
import { drawing, element } from "./element";
import { dayOf, figure } from "./format";
import { SHOWN_RESULTS } from "./results";

/** Runs that are drawn at most. */
const MOST = 30;
const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 52;
const TOP = 10;
const BOTTOM = 24;

/** A round number at or above the value, for the top of the scale. */
function ceiling(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].map((factor) => factor * step).find((round) => round >= value) ?? value;
}

/** Groups by result over the published runs, oldest first, as stacked bars. The table of runs has the same figures. */
export function trend(runs: readonly RunLine[]): HTMLElement {
  const drawn = runs
    .filter(({ byResult }) => byResult !== null)
    .slice(0, MOST)
    .toReversed();
  if (drawn.length < 2)
    return element("p", { class: "soft" }, "Two published reports make a trend. The next run will show what has changed.");
  const top = ceiling(Math.max(...drawn.map(({ groups }) => groups ?? 0)));
  const slot = (WIDTH - LEFT) / drawn.length;
  const plot = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + plot - (value / top) * plot;

  const lines = [0, top / 2, top].flatMap((value) => [
    drawing("line", { class: "rule", x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
    drawing("text", { class: "tick", x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, figure(value)),
  ]);
  const labelEvery = Math.ceil(drawn.length / 6);
  const bars = drawn.map((run, at) => {
    const width = Math.min(44, slot * 0.72);
    const x = LEFT + slot * at + (slot - width) / 2;
    let below = 0;
    const parts = SHOWN_RESULTS.toReversed().map((result) => {
      const value = run.byResult?.[result] ?? 0;
      below += value;
      return drawing("rect", { class: result, x, width, y: y(below), height: Math.max(0, y(below - value) - y(below)) });
    });
    const told = SHOWN_RESULTS.map((result) => `${result} ${figure(run.byResult?.[result])}`).join("\n");
    // Counted from the newest, so that the last bar has its date.
    const label = (drawn.length - 1 - at) % labelEvery === 0;
    return drawing(
      "g",
      {},
      drawing("title", {}, `${dayOf(run.startedAt)}\n${told}`),
      drawing("rect", { class: "hit", x: LEFT + slot * at, width: slot, y: TOP, height: plot }),
      ...parts,
      label &&
        drawing(
          "text",
          {
            class: "tick",
            x: x + width / 2,
            y: HEIGHT - 6,
            "text-anchor": at === drawn.length - 1 && slot < 90 ? "end" : "middle",
          },
          new Date(run.startedAt).toLocaleDateString(undefined, { day: "numeric", month: "short" }),
        ),
    );
  });
  const [first, last] = [drawn[0], drawn.at(-1)];
  const told = SHOWN_RESULTS.map(
    (result) => `${result} from ${first?.byResult?.[result] ?? 0} to ${last?.byResult?.[result] ?? 0}`,
  );
  const label = `Groups by result in ${drawn.length} reports: ${told.join(", ")}. The table of runs has every figure.`;
  return element(
    "figure",
    {},
    element(
      "figcaption",
      { class: "legend" },
      ...SHOWN_RESULTS.map((result) => element("span", {}, element("i", { class: `swatch ${result}` }), result)),
    ),
    drawing("svg", { class: "trend", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, ...lines, ...bars),
  );
}
