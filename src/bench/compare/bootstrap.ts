/**
 * How far a percentile may be off, from the histograms of the runs alone. Pure: the same seed gives the same interval.
 *
 * The k-th smallest of n values drawn anew from n measured ones is the measured value at a rank that is distributed
 * Beta(k, n + 1 - k); so one draw from Beta stands for a whole resample, whatever n is (the theoretical bootstrap of an
 * order statistic: B. Efron, Annals of Statistics 7, 1979, §4; for Beta ranks David & Nagaraja, Order Statistics, §2.1).
 * Of several runs the median of their percentiles is told, and runs are drawn first, then ranks within them (nested
 * bootstrap: Davison & Hinkley, Bootstrap Methods and their Application, 1997, §3.8): what differs from run to run then
 * widens the interval. One run alone cannot know that.
 */
import type { Distribution } from './distribution.ts';
import { valueAtRank } from './distribution.ts';

export const REPLICATES = 2000;
const CONFIDENCE = 0.95;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The percentile of each run's values; `percent` in 0..100. */
export function medianOfRuns(runs: readonly Distribution[], percent: number): number {
  return medianOf(runs.map((run) => valueAtRank(run, percent / 100)));
}

/** So many draws of what `medianOfRuns` might as well have been. */
export function replicatesOf(
  runs: readonly Distribution[],
  percent: number,
  random: () => number,
): readonly number[] {
  return Array.from({ length: REPLICATES }, () => {
    const drawn = runs.map(() => runs[Math.floor(random() * runs.length)]);
    return medianOf(
      drawn.flatMap((run) => (run === undefined ? [] : [percentileAgain(run, percent, random)])),
    );
  });
}

/** The middle 95 % of `values`; at least one. */
export function intervalOf(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at((1 - CONFIDENCE) / 2), high: at((1 + CONFIDENCE) / 2) };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function percentileAgain(run: Distribution, percent: number, random: () => number): number {
  const k = Math.min(run.count, Math.max(1, Math.ceil((percent / 100) * run.count)));
  const above = gamma(run.count + 1 - k, random);
  const below = gamma(k, random);
  return valueAtRank(run, below / (below + above));
}

/** Gamma(shape >= 1, 1) by G. Marsaglia and W. W. Tsang, ACM TOMS 26, 2000. */
function gamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Standard normal by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
