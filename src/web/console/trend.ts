import type { RunLine } from "../../model/api";
import { drawing, element } from "./element";
import { dayOf, figure } from "./format";
import { SHOWN_RESULTS } from "./results";

/** Runs that are drawn at most. */
const MOST = 30;
const HEIGHT = 210;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 24;

/** A round number at or above the value, for the top of the scale. */
function ceiling(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 1.5, 2, 3, 4, 5, 7.5, 10].map((factor) => factor * step).find((round) => round >= value) ?? value;
}

/** Groups by result over the published runs, oldest first, as stacked bars: what has to be looked at stands on the ground, where its change is seen. The table of runs has the same figures. */
export function trend(runs: readonly RunLine[]): HTMLElement {
  const drawn = runs
    .filter(({ byResult }) => byResult !== null)
    .slice(0, MOST)
    .toReversed();
  if (drawn.length < 2)
    return element("p", { class: "soft" }, "Two published reports make a trend. The next run will show what has changed.");
  const top = ceiling(Math.max(...drawn.map(({ groups }) => groups ?? 0)));
  // A unit is a pixel, or nearly, so that the text is as large as the rest of the page's.
  const width = Math.min(1100, Math.max(280, document.documentElement.clientWidth - 62));
  const slot = (width - LEFT) / drawn.length;
  const plot = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + plot - (value / top) * plot;

  const lines = [0, top / 2, top].flatMap((value) => [
    drawing("line", { class: "rule", x1: LEFT, x2: width, y1: y(value), y2: y(value) }),
    drawing("text", { class: "tick", x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, figure(value)),
  ]);
  const labelEvery = Math.ceil(56 / slot);
  const bars = drawn.map((run, at) => {
    const broad = Math.min(48, slot * 0.72);
    const x = LEFT + slot * at + (slot - broad) / 2;
    let below = 0;
    const parts = SHOWN_RESULTS.map((result) => {
      const value = run.byResult?.[result] ?? 0;
      below += value;
      return drawing("rect", { class: result, x, width: broad, y: y(below), height: Math.max(0, y(below - value) - y(below)) });
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
            x: x + broad / 2,
            y: HEIGHT - 6,
            "text-anchor": at === drawn.length - 1 && slot < 60 ? "end" : "middle",
          },
          new Date(run.startedAt).toLocaleDateString(undefined, { day: "numeric", month: "short" }),
        ),
    );
  });
  const [first, last] = [drawn[0], drawn.at(-1)];
  const told = SHOWN_RESULTS.map(
    (result) => `${result} from ${figure(first?.byResult?.[result])} to ${figure(last?.byResult?.[result])}`,
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
    drawing("svg", { class: "trend", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label }, ...lines, ...bars),
  );
}
