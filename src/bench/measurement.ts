/** What a run that is one whole has measured, and its JSON document `rt.bench/v1` (docs/bench.md). Pure. */
import type { Environment } from './environment.ts';
import type { HistogramFigures } from './histogram.ts';
import { histogramFigure } from './load-document.ts';
import { isKept, type Threshold } from './threshold.ts';

export type BenchKind = 'connect' | 'overload' | 'failover' | 'soak' | 'intrinsic' | 'captions';

export interface Measurement {
  readonly kind: BenchKind;
  readonly startedAt: Date;
  readonly model: string | undefined;
  /** Why the figures say nothing about the server; empty when they do. */
  readonly whyVoid: readonly string[];
  /** Single values by the names that thresholds have; null for what was not measured. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly metrics: Readonly<Record<string, HistogramFigures>>;
  /** What belongs to this kind alone. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface BenchDocument {
  readonly schema: 'rt.bench/v1';
  readonly kind: BenchKind;
  readonly at: string;
  readonly environment: Environment;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  readonly verdict: 'measured' | 'void';
  readonly reasons: readonly string[];
  readonly figures: Measurement['figures'];
  readonly metrics: Measurement['metrics'];
  readonly details: Measurement['details'];
  readonly thresholds: readonly {
    readonly threshold: string;
    readonly value: number | null;
    readonly kept: boolean;
  }[];
}

export function benchDocument(
  measured: Measurement,
  context: {
    readonly environment: Environment;
    readonly settings: BenchDocument['settings'];
    readonly thresholds: readonly Threshold[];
  },
): BenchDocument {
  const { kind, startedAt, model, whyVoid, figures, metrics, details } = measured;
  const isVoid = whyVoid.length > 0;
  return {
    schema: 'rt.bench/v1',
    kind,
    at: startedAt.toISOString(),
    environment: context.environment,
    settings: context.settings,
    model: model ?? null,
    verdict: isVoid ? 'void' : 'measured',
    reasons: whyVoid,
    figures,
    metrics,
    details,
    thresholds: context.thresholds.map((threshold) => {
      const value = isVoid ? null : valueOf(measured, threshold.metric);
      return { threshold: threshold.text, value, kept: isKept(threshold, value) };
    }),
  };
}

function valueOf({ figures, metrics }: Measurement, metric: string): number | null {
  return figures[metric] ?? histogramFigure(metrics, metric);
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
