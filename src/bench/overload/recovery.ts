/** How soon after an overload the promise is kept again. */
import { nearestRank } from '../../base/quantile-window.ts';

const WINDOW_MS = 1000;

export interface LagWindows {
  /** `receivedAtMs` and `lagMs` of one result. */
  add(receivedAtMs: number, lagMs: number): void;
  /** 95th percentile of each second from the first on; undefined for one without results. */
  p95s(): readonly (number | undefined)[];
}

/** Seconds counted from `fromMs`; what was received before it is left out. */
export function createLagWindows(fromMs: number): LagWindows {
  const windows: number[][] = [];
  return {
    add(receivedAtMs, lagMs) {
      const index = Math.floor((receivedAtMs - fromMs) / WINDOW_MS);
      if (index < 0) return;
      (windows[index] ??= []).push(lagMs);
    },
    p95s: () =>
      Array.from(windows, (lags: number[] | undefined) =>
        nearestRank(
          (lags ?? []).toSorted((a, b) => a - b),
          0.95,
        ),
      ),
  };
}

/**
 * Seconds until every later window keeps `sloMs` and nobody is refused any more; null when that was not seen. A second
 * without results says nothing. Pure.
 */
export function recoverySeconds(seen: {
  readonly p95s: readonly (number | undefined)[];
  /** Since the load dropped. */
  readonly refusalsAtMs: readonly number[];
  readonly sloMs: number;
  /** How many seconds were looked at. */
  readonly seconds: number;
}): number | null {
  const { sloMs, seconds } = seen;
  const p95s = seen.p95s.slice(0, seconds);
  const lastLate = p95s.findLastIndex((p95) => p95 !== undefined && p95 > sloMs) + 1;
  const lastRefused = Math.ceil(Math.max(0, ...seen.refusalsAtMs) / WINDOW_MS);
  const recovered = Math.max(lastLate, lastRefused);
  return p95s.slice(recovered).some((p95) => p95 !== undefined) ? recovered : null;
}
