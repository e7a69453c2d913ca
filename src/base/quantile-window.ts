/** Quantiles over the most recent values of a stream. */

export interface QuantileWindow {
  add(value: number): void;
  /** Values since the start, also those the window has forgotten. */
  readonly count: number;
  /** Value below which the share `quantile` of the window lies; 0 while it is empty. */
  quantile(quantile: number): number;
}

/** The value below which the share `quantile` of an ascending list lies, by nearest rank; undefined of none. */
export function nearestRank(sorted: ArrayLike<number>, quantile: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
}

export function createQuantileWindow(kept = 512): QuantileWindow {
  const recent = new Float64Array(kept);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(value) {
      recent[count % kept] = value;
      count++;
    },
    quantile(quantile) {
      const held = Math.min(count, kept);
      return nearestRank(recent.slice(0, held).sort(), quantile) ?? 0;
    },
  };
}
