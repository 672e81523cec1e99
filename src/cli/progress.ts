import { MultiBar, type SingleBar } from "cli-progress";
import { withoutControls } from "../model/errors";
import type { SourceProgress } from "../model/run";
import { barStream, isWatched, say } from "../telemetry/terminal";

export interface ProgressDisplay {
  show: (sources: SourceProgress[]) => void;
  end: () => void;
}

/** A bar a source on stderr where that is a terminal, else plain lines on stdout, one a change. */
export function createProgressDisplay(): ProgressDisplay {
  return isWatched() ? bars() : lines();
}

/** What a source is about, in words. */
export function describe({ state, waitingUntil, message }: SourceProgress, now = Date.now()): string {
  if (state !== "reading") return state;
  const why = message === null ? "" : ` (${message})`;
  if (waitingUntil !== null && Date.parse(waitingUntil) > now) return `waits for Graph until ${timeOf(waitingUntil, now)}${why}`;
  return `reading${why}`;
}

/** `14:05:00 UTC`, and the date where it is not today's. */
function timeOf(dateTime: string, now: number): string {
  const isToday = dateTime.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return `${isToday ? "" : `${dateTime.slice(0, 10)} `}${dateTime.slice(11, 19)} UTC`;
}

function bars(): ProgressDisplay {
  const multi = new MultiBar({
    format: "{name} [{bar}] {value}/{total} {state}",
    hideCursor: true,
    clearOnComplete: false,
    forceRedraw: true,
    stream: barStream(),
  });
  const byName = new Map<string, SingleBar>();
  return {
    show: (sources) => {
      for (const source of sources.filter(({ state }) => state !== "off")) {
        const bar = byName.get(source.name) ?? multi.create(0, 0, {}, {});
        byName.set(source.name, bar);
        // How many rows there will be is known for the groups alone; the others fill when they are done.
        bar.setTotal(
          source.state === "reading" ? Math.max(source.expected ?? source.rows * 2, source.rows, 1) : Math.max(source.rows, 1),
        );
        bar.update(source.state === "reading" || source.rows > 0 ? source.rows : 1, {
          name: source.name.padEnd(11),
          state: withoutControls(describe(source)),
        });
      }
    },
    end: () => multi.stop(),
  };
}

function lines(): ProgressDisplay {
  const shown = new Map<string, string>();
  return {
    show: (sources) => {
      for (const source of sources) {
        if (source.state === "off" || (source.pages === 0 && source.state === "reading" && source.message === null)) continue;
        const line = `${source.name}: ${source.rows} rows, ${source.pages} pages, ${source.requests} requests, ${describe(source)}`;
        if (shown.get(source.name) !== line) say(line);
        shown.set(source.name, line);
      }
    },
    end: () => undefined,
  };
}
