/** A load run as the JSON document `rt.bench/v1` (docs/bench.md). Times in milliseconds unless the name says other. */
import type { Environment } from './environment.ts';
import type { HistogramFigures } from './histogram.ts';
import type { JudgedStep, LoadResult } from './load-run.ts';
import type { MetricName } from './recorder.ts';
import { isKept, RUN_FIGURE, type Threshold } from './threshold.ts';

export interface StepDocument {
  readonly sessions: number;
  readonly started_at: string;
  readonly measured_s: number;
  readonly verdict: 'pass' | 'fail' | 'void';
  readonly reasons: readonly string[];
  readonly admitted: number;
  readonly refused: number;
  readonly errors: number;
  readonly incomplete: number;
  readonly timeouts: number;
  readonly refusals_by_code: Readonly<Record<string, number>>;
  readonly errors_by_code: Readonly<Record<string, number>>;
  readonly warnings_by_code: Readonly<Record<string, number>>;
  readonly retry_after_ms: { readonly min: number; readonly max: number } | null;
  /** Seconds of audio answered per second. */
  readonly goodput: number;
  readonly metrics: Readonly<Record<MetricName, HistogramFigures>>;
  readonly wer: {
    readonly normaliser: string;
    readonly wer: number | null;
    readonly sub: number;
    readonly ins: number;
    readonly del: number;
    readonly ref_words: number;
  } | null;
  readonly generator: {
    readonly cpu_share: number;
    readonly loop_delay_p99_ms: number;
    readonly rss_bytes: number;
  };
  readonly servers: readonly {
    readonly pid: number;
    readonly name: string;
    readonly cpu_share: number;
    readonly rss_bytes: number;
  }[];
}

export interface LoadDocument {
  readonly schema: 'rt.bench/v1';
  readonly kind: 'load';
  readonly at: string;
  readonly environment: Environment;
  /** Everything that decides the run, so that it can be repeated. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  readonly slo_ms: number;
  readonly steps: readonly StepDocument[];
  /** Sessions; null where none were held, or never broke. */
  readonly capacity: number | null;
  readonly knee: number | null;
  readonly stopped: LoadResult['stopped'];
  /** Each threshold for each step, or once where it is about the run. */
  readonly thresholds: readonly ThresholdDocument[];
}

export interface ThresholdDocument {
  readonly threshold: string;
  /** Null where it is about the run. */
  readonly sessions: number | null;
  readonly value: number | null;
  readonly kept: boolean;
}

export function loadDocument(
  result: LoadResult,
  context: {
    readonly environment: Environment;
    readonly settings: LoadDocument['settings'];
    readonly thresholds: readonly Threshold[];
  },
): LoadDocument {
  const steps = result.steps.map(stepDocument);
  const capacity = result.capacity.sessions;
  return {
    schema: 'rt.bench/v1',
    kind: 'load',
    at: result.startedAt.toISOString(),
    environment: context.environment,
    settings: context.settings,
    model: result.model ?? null,
    slo_ms: result.sloMs,
    steps,
    capacity,
    knee: result.capacity.knee,
    stopped: result.stopped,
    thresholds: context.thresholds.flatMap((threshold) => {
      if (threshold.metric === RUN_FIGURE) {
        return [thresholdDocument(threshold, { sessions: null, value: capacity })];
      }
      return steps.map((step) =>
        thresholdDocument(threshold, { sessions: step.sessions, value: figureOf(step, threshold.metric) }),
      );
    }),
  };
}

function thresholdDocument(
  threshold: Threshold,
  measured: Pick<ThresholdDocument, 'sessions' | 'value'>,
): ThresholdDocument {
  return { threshold: threshold.text, ...measured, kept: isKept(threshold, measured.value) };
}

/** Everything one step has measured. */
export function stepDocument({ outcome, verdict, score }: JudgedStep): StepDocument {
  const { generator } = outcome;
  return {
    sessions: outcome.sessions,
    started_at: outcome.startedAt.toISOString(),
    measured_s: outcome.measuredMs / 1000,
    verdict: verdict.type,
    reasons: verdict.reasons,
    admitted: outcome.admitted,
    refused: outcome.refused,
    errors: outcome.failed,
    incomplete: outcome.incomplete,
    timeouts: outcome.recorder.counts.timeouts,
    refusals_by_code: outcome.refusals,
    errors_by_code: outcome.failures,
    warnings_by_code: outcome.warnings,
    retry_after_ms: outcome.retryAfterMs ?? null,
    goodput: rounded(outcome.goodput),
    metrics: outcome.recorder.figures(),
    wer: score === undefined ? null : werDocument(score),
    generator: {
      cpu_share: rounded(generator.cpuShare),
      loop_delay_p99_ms: rounded(generator.loopDelayP99Ms),
      rss_bytes: generator.rssBytes,
    },
    servers: outcome.servers.map(({ pid, name, cpuShare, rssBytes }) => ({
      pid,
      name,
      cpu_share: rounded(cpuShare),
      rss_bytes: rssBytes,
    })),
  };
}

function werDocument(score: NonNullable<JudgedStep['score']>): StepDocument['wer'] {
  const { normaliser, wer, sub, ins, del, refWords } = score;
  return { normaliser, wer, sub, ins, del, ref_words: refWords };
}

/** The value a threshold is about; null for one that was not measured or may not be believed. */
function figureOf(step: StepDocument, metric: string): number | null {
  if (step.verdict === 'void') return null;
  const { refused, errors, timeouts, incomplete, goodput } = step;
  const counts: Readonly<Record<string, number | null>> = {
    ...{ refused, errors, timeouts, incomplete, goodput },
    wer: step.wer?.wer ?? null,
  };
  const count = counts[metric];
  if (count !== undefined) return count;
  return histogramFigure(step.metrics, metric);
}

/** The figure `NAME_FIGURE` of a histogram; null where there is no such one, or no value. */
export function histogramFigure(
  metrics: Readonly<Record<string, HistogramFigures>>,
  metric: string,
): number | null {
  for (const [name, figures] of Object.entries(metrics)) {
    const named: readonly [string, unknown][] = Object.entries(figures);
    const value = named.find(([figure]) => `${name}_${figure}` === metric)?.[1];
    if (value !== undefined) return typeof value === 'number' ? value : null;
  }
  return null;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
