import { figure } from "./figure";
import type { Move, Result } from "../model/report";

/** Counts groups by their result in the last published run and their result now; those that stayed are left out. */
export function countMoves(): { add(from: Result | null, to: Result | null): void; moves(): Move[] } {
  const counts = new Map<string, Move>();
  return {
    add(from, to) {
      if (from === to) return;
      const key = `${from} ${to}`;
      const move = counts.get(key) ?? { from, to, groups: 0 };
      move.groups++;
      counts.set(key, move);
    },
    moves: () =>
      [...counts.values()].toSorted((a, b) => b.groups - a.groups || (`${a.from}${a.to}` < `${b.from}${b.to}` ? -1 : 1)),
  };
}

export interface Flow {
  came: number;
  left: number;
  /** `2 from New, 1 newly listed`, or `from New` where all did; empty where none came. */
  from: string;
  /** `1 to Pass, 1 no longer listed`; empty where none left. */
  to: string;
}

/** Who came to a result since the last published run, and who left it. */
export function flowOf(moves: readonly Move[], result: Result): Flow {
  const into = moves.filter(({ to }) => to === result);
  const out = moves.filter(({ from }) => from === result);
  const sum = (some: readonly Move[]) => some.reduce((total, { groups }) => total + groups, 0);
  const told = (some: readonly Move[], name: (move: Move) => string) =>
    some.map((move) => (some.length === 1 ? name(move) : `${figure(move.groups)} ${name(move)}`)).join(", ");
  return {
    came: sum(into),
    left: sum(out),
    from: told(into, ({ from }) => (from === null ? "newly listed" : `from ${from}`)),
    to: told(out, ({ to }) => (to === null ? "no longer listed" : `to ${to}`)),
  };
}

/** `3 came into Fail (2 from New, 1 from Unknown), 1 left it (to Pass)`. */
export function flowInWords(moves: readonly Move[], result: Result): string {
  const { came, left, from, to } = flowOf(moves, result);
  const arrived = `${figure(came)} came into ${result} (${from})`;
  if (came === 0) return left === 0 ? `none came into ${result} or left it` : `${figure(left)} left ${result} (${to})`;
  return left === 0 ? arrived : `${arrived}, ${figure(left)} left it (${to})`;
}

/** One line on Fail and Issues for whoever shows no table of it. */
export function movesInWords(moves: readonly Move[] | null | undefined): string | undefined {
  if (!moves) return undefined;
  return `Since the last report: ${flowInWords(moves, "Fail")}; ${flowInWords(moves, "Issues")}.`;
}
