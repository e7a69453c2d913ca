/** How far one set of values lies above another, without an assumption of how values are distributed. Pure. */
import type { Interval } from './bootstrap.ts';
import { medianOf } from './bootstrap.ts';

/** Left over on each side of the interval: 95 % together. */
const CHANCE = 0.025;

export interface Shift {
  /** Median of all differences of two. */
  readonly estimate: number;
  /** Undefined where there are too few values for 95 %: below 4 and 4, 3 and 5, or 2 and 8. */
  readonly within95: Interval | undefined;
}

/**
 * The shift from `a` to `b` (J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34, 1963), with the
 * interval that the exact distribution of Mann and Whitney's U gives (M. Hollander and D. A. Wolfe, Nonparametric
 * Statistical Methods, §4.3).
 */
export function shiftOf(a: readonly number[], b: readonly number[]): Shift {
  const differences = b.flatMap((one) => a.map((other) => one - other)).sort((x, y) => x - y);
  const left = ranksLeftOut(a.length, b.length);
  const [low, high] = [differences[left - 1], differences[differences.length - left]];
  return {
    estimate: medianOf(differences),
    within95: left === 0 || low === undefined || high === undefined ? undefined : { low, high },
  };
}

/** The most differences that may be left out at each end, plus one; 0 where even the widest interval is too narrow. */
function ranksLeftOut(m: number, n: number): number {
  const ways = waysOfU(m, n);
  const all = ways.reduce((sum, count) => sum + count, 0);
  let below = 0;
  let left = 0;
  for (const count of ways) {
    below += count;
    if (below / all > CHANCE) return left;
    left += 1;
  }
  return left;
}

/** In how many orders of m and n values U is 0, 1, 2 …: the coefficients of the Gaussian binomial. */
function waysOfU(m: number, n: number): readonly number[] {
  let ways = [1];
  for (let i = 1; i <= m; i++) {
    // Times (1 - x^(n + i)), then divided by (1 - x^i).
    const grown = Array.from({ length: i * n + 1 }, (_, at) => (ways[at] ?? 0) - (ways[at - n - i] ?? 0));
    for (let at = i; at < grown.length; at++) grown[at] = (grown[at] ?? 0) + (grown[at - i] ?? 0);
    ways = grown;
  }
  return ways;
}
