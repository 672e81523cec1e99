import { flowInWords } from "../../verdict/moves";
import { type Figure, type Move, RESULTS, type Result } from "../../model/report";
import { chart } from "./charts";
import { figure, figureOr } from "../../verdict/figure";
import { escapeHtml, time, viewLink } from "./markup";

/** A published run's figures. */
export interface TrendPoint {
  runId: string;
  startedAt: string;
  groups: Figure;
  /** A result that a run of another version did not count is not known. */
  byResult: Partial<Record<Result, Figure>>;
}

export const TREND_LENGTH = 12;

const HEIGHT = 120;
const STEP = 100;
const COLUMN = 84;

/** From the bottom up: what is well first, so that what is not stands against the top. */
const ORDER: readonly Result[] = ["Pass", "New", "Archived", "Unknown", "Issues", "Fail"];

function column({ startedAt, groups, byResult }: TrendPoint, at: number, most: number): string {
  let top = HEIGHT;
  const counts = RESULTS.map((result) => `${result} ${figureOr(byResult[result] ?? null)}`);
  const rects = ORDER.filter((result) => (byResult[result] ?? 0) > 0).map((result) => {
    const height = ((byResult[result] ?? 0) / most) * HEIGHT;
    top -= height;
    return `<rect class="${result}" x="${at * STEP + (STEP - COLUMN) / 2}" y="${top.toFixed(2)}" width="${COLUMN}" height="${Math.max(height - 0.8, 0.4).toFixed(2)}"/>`;
  });
  return `<g><title>${escapeHtml(`${startedAt.slice(0, 10)}: ${figureOr(groups)} groups. ${counts.join(", ")}`)}</title>${rects.join("")}</g>`;
}

function signed(now: Figure, before: Figure): string {
  if (now === null || before === null) return "–";
  const change = now - before;
  return change === 0 ? "±0" : change > 0 ? `+${figure(change)}` : `−${figure(-change)}`;
}

/** What came to each result and what left it, since the last of the runs before. */
function flows(moves: readonly Move[]): string {
  const moved = ORDER.toReversed().filter((result) => moves.some(({ from, to }) => from === result || to === result));
  if (moved.length === 0) return "<p>No group's result has changed since the last report.</p>";
  return `<p>Since the last report:</p><ul>${moved.map((result) => `<li>${flowInWords(moves, result)}</li>`).join("")}</ul>`;
}

/** Results of the last published runs, the newest last; what a result gained or lost, and where it came from and went, stands beside it. */
export function trendChart(points: readonly TrendPoint[], moves: readonly Move[] | null | undefined): string {
  const last = points.at(-1);
  const first = points[0];
  const before = points.at(-2);
  if (!last || !first || !before) {
    return chart("chart-trend", "Trend", "The trend begins with the next run: this is the first that was published.", "", "wide");
  }
  const most = Math.max(1, ...points.map(({ groups }) => groups ?? 0));
  const columns = points.map((point, at) => column(point, at, most));
  const svg = `<svg class="trend" viewBox="0 0 ${TREND_LENGTH * STEP} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${columns.join("")}</svg>`;
  const lines = ["Fail", "Issues", "Unknown", "Archived", "New", "Pass"].map((name) => {
    const result = name as Result;
    const [now = null, then = null, atFirst = null] = [last, before, first].map(({ byResult }) => byResult[result]);
    const cells = [figureOr(now), signed(now, then), signed(now, atFirst)];
    return `<tr><th scope="row"><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="${result}" width="10" height="10" rx="2"/></svg>${viewLink({ view: "groups", result }, result)}</th>${cells.map((cell) => `<td class="figure">${cell}</td>`).join("")}</tr>`;
  });
  const body = `<div class="split"><div>${svg}<p class="ends">${time(first.startedAt.slice(0, 10))} to ${time(last.startedAt.slice(0, 10))}</p></div>
<table class="figures"><caption class="unseen">Results now, and their change</caption><thead><tr><th scope="col"><span class="unseen">Result</span></th><th scope="col" class="figure">Now</th><th scope="col" class="figure">Last run</th><th scope="col" class="figure">Since first</th></tr></thead><tbody>${lines.join("")}</tbody></table></div>${moves ? `<div class="flows">${flows(moves)}</div>` : ""}`;
  return chart("chart-trend", "Trend", `Groups by result in the last ${points.length} published runs.`, body, "wide");
}
