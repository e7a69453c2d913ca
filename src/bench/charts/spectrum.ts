/** The latency spectrum: how long each share of the values took at most, every further nine as wide as the last. Pure. */
import { type Distribution, valueAtRank } from '../compare/distribution.ts';
import type { Axis, Point } from './chart.ts';

export const SHARE_AXIS: Axis = { label: 'share of results', scale: 'nines' };

const POINTS_PER_NINE = 20;

/** Up to the share that the last value stands for; of at least one value. */
export function spectrumOf(values: Distribution): readonly Point[] {
  const nines = Math.log10(values.count);
  const points = Array.from({ length: Math.floor(nines * POINTS_PER_NINE) + 1 }, (_, index) => {
    const share = 1 - 10 ** (-index / POINTS_PER_NINE);
    return { x: share, y: valueAtRank(values, share) };
  });
  return [...points, { x: 1 - 1 / values.count, y: valueAtRank(values, 1) }];
}

/** Milliseconds; in decades where the tail is far above the middle. */
export function timeAxis(points: readonly Point[]): Axis {
  const positive = points.map(({ y }) => y).filter((y) => y > 0);
  const isWide = positive.length > 0 && Math.max(...positive) > 30 * Math.min(...positive);
  return { label: 'milliseconds', scale: isWide ? 'log' : 'linear' };
}
