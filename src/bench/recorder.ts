/** What one step of a load run measures. Times before or after the measured window are not taken. */
import { createLatencyHistogram, type HistogramFigures, type LatencyHistogram } from './histogram.ts';
import type { Schedule } from './schedule.ts';

/** Names of the histograms; docs/bench.md defines each. */
export const METRICS = [
  'resp_lag',
  'final_lag',
  'flush_lag',
  'end_lag',
  'connect',
  'refusal',
  'lateness',
] as const;
export type MetricName = (typeof METRICS)[number];

export interface StepRecorder {
  readonly histograms: Readonly<Record<MetricName, LatencyHistogram>>;
  /** Whether something due at `atMs` of the step counts. */
  isMeasured(atMs: number): boolean;
  /** Records `lagMs` if what it belongs to was due in the measured window. */
  lag(name: MetricName, dueAtMs: number, lagMs: number): void;
  /** The same for a result that never came: `lagMs` is how long it was waited for. */
  missing(name: MetricName, dueAtMs: number, lagMs: number): void;
  /** Results that came before the audio they need was due. */
  early(): void;
  readonly counts: { readonly timeouts: number; readonly early: number };
  figures(): Readonly<Record<MetricName, HistogramFigures>>;
}

function forEachMetric<T>(make: (name: MetricName) => T): Readonly<Record<MetricName, T>> {
  // Object.fromEntries forgets the keys; METRICS is all of them.
  return Object.fromEntries(METRICS.map((name) => [name, make(name)])) as Record<MetricName, T>;
}

export function createStepRecorder(window: Pick<Schedule, 'measureFromMs' | 'measureUntilMs'>): StepRecorder {
  const histograms = forEachMetric(createLatencyHistogram);
  const counts = { timeouts: 0, early: 0 };
  const isMeasured = (atMs: number): boolean => atMs >= window.measureFromMs && atMs < window.measureUntilMs;
  const lag = (name: MetricName, dueAtMs: number, lagMs: number): void => {
    if (isMeasured(dueAtMs)) histograms[name].recordMs(lagMs);
  };
  return {
    histograms,
    counts,
    isMeasured,
    lag,
    missing(name, dueAtMs, lagMs) {
      lag(name, dueAtMs, lagMs);
      if (isMeasured(dueAtMs)) counts.timeouts += 1;
    },
    early: () => {
      counts.early += 1;
    },
    figures: () => forEachMetric((name) => histograms[name].figures()),
  };
}

/** Tells all of them what is recorded by its due time; everything else is the first one's. */
export function tee(
  first: StepRecorder,
  ...others: readonly Pick<StepRecorder, 'lag' | 'missing'>[]
): StepRecorder {
  const all = [first, ...others];
  return {
    ...first,
    lag: (name, dueAtMs, lagMs) => {
      for (const recorder of all) recorder.lag(name, dueAtMs, lagMs);
    },
    missing: (name, dueAtMs, lagMs) => {
      for (const recorder of all) recorder.missing(name, dueAtMs, lagMs);
    },
  };
}
