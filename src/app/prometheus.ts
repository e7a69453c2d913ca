/** The metrics of a process as Prometheus reads them (docs/metrics.md). */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics, MetricText } from '../base/metrics.ts';

export interface Exporter {
  readonly metrics: Metrics;
  readonly contentType: string;
  /** Calls `refresh` before each exposition: for figures that are read rather than counted. */
  onScrape(refresh: () => void | Promise<void>): void;
  /** The text exposition. */
  text(): Promise<string>;
}

/** An exporter of its own, with figures of the process itself under `rt_process_` and `rt_nodejs_`. */
export function createExporter(): Exporter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'rt_' });
  const refreshes: (() => void | Promise<void>)[] = [];
  return {
    metrics: createMetrics(registry),
    contentType: registry.contentType,
    onScrape: (refresh) => void refreshes.push(refresh),
    async text() {
      for (const refresh of refreshes) await refresh();
      return registry.metrics();
    },
  };
}

/** A name that is asked for twice is one metric: several parts of a process may count the same thing. */
function createMetrics(registry: Registry): Metrics {
  const describe = ({ name, help }: MetricText, labelNames: readonly string[] = []) => ({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  const once = <T>(name: string, create: () => T): T =>
    (registry.getSingleMetric(name) as T | undefined) ?? create();
  return {
    counter(text, labelNames) {
      const counter = once(text.name, () => new Counter(describe(text, labelNames)));
      return { add: (amount = 1, labels = {}) => counter.inc(labels, amount) };
    },
    gauge(text, labelNames) {
      const gauge = once(text.name, () => new Gauge(describe(text, labelNames)));
      return { set: (value, labels = {}) => gauge.set(labels, value) };
    },
    histogram(text, bucketsS) {
      const histogram = once(text.name, () => new Histogram({ ...describe(text), buckets: [...bucketsS] }));
      return { observe: (valueS) => histogram.observe(valueS) };
    },
  };
}
