/**
 * Metrics as a port without an exporter. Names start with `rt_` and stand in docs/metrics.md; labels
 * never hold ids.
 */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount?: number, labels?: Labels): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

export interface Histogram {
  /** Values in seconds. */
  observe(valueS: number): void;
}

export interface MetricText {
  readonly name: `rt_${string}`;
  readonly help: string;
}

export interface Metrics {
  counter(text: MetricText, labelNames?: readonly string[]): Counter;
  gauge(text: MetricText, labelNames?: readonly string[]): Gauge;
  /** `bucketsS`: upper bounds in seconds, ascending. */
  histogram(text: MetricText, bucketsS: readonly number[]): Histogram;
}

/** Counts nothing; for tests and embedded parts without an exporter. */
export const noMetrics: Metrics = {
  counter: () => ({ add() {} }),
  gauge: () => ({ set() {} }),
  histogram: () => ({ observe() {} }),
};
