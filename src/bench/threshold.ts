/** `resp_lag_p95<=160`: what a run must keep to be a success, for use in CI. Pure. */
import { RtError } from '../base/errors.ts';
import { METRICS } from './recorder.ts';

export type Comparison = '<=' | '<' | '>=' | '>' | '==';

export interface Threshold {
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly comparison: Comparison;
  readonly limit: number;
}

const FIGURES = ['min', 'mean', 'stddev', 'p50', 'p90', 'p95', 'p99', 'p99_9', 'max'] as const;
const COUNTS = ['refused', 'errors', 'timeouts', 'incomplete', 'wer', 'goodput'] as const;
/** The one figure that belongs to the run and not to a step. */
export const RUN_FIGURE = 'capacity';

export const THRESHOLD_METRICS: readonly string[] = [...histogramFigures(METRICS), ...COUNTS, RUN_FIGURE];

/** Names of histograms with each of their figures. */
export function histogramFigures(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => FIGURES.map((figure) => `${name}_${figure}`));
}

const SHAPE = /^\s*([a-z0-9_]+)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*$/;

/** One of a load run. @throws RtError usage naming what is wrong with it */
export function parseThreshold(text: string): Threshold {
  return parseThresholdOf(THRESHOLD_METRICS, text);
}

/** One about any of `metrics`. @throws RtError usage naming what is wrong with it */
export function parseThresholdOf(metrics: readonly string[], text: string): Threshold {
  const [, metric = '', comparison = '', limit = ''] = SHAPE.exec(text) ?? [];
  if (metric === '') {
    throw new RtError('usage', `"${text}" is not a threshold`, {
      hint: 'Write METRIC<=NUMBER, for example resp_lag_p95<=160 (milliseconds) or wer<=0.1.',
    });
  }
  if (!metrics.includes(metric)) {
    throw new RtError('usage', `There is no metric "${metric}" to hold against a threshold`, {
      hint: `Metrics: ${hintOf(metrics)}.`,
    });
  }
  return { text: text.trim(), metric, comparison: comparison as Comparison, limit: Number(limit) };
}

/** Whether a value keeps it; null, what was not measured or may not be believed, keeps nothing. */
export function isKept({ comparison, limit }: Threshold, value: number | null): boolean {
  if (value === null) return false;
  switch (comparison) {
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '==':
      return value === limit;
  }
}

/** Histograms by their name alone: each has the same figures. */
function hintOf(metrics: readonly string[]): string {
  const whole = metrics
    .filter((metric) => metric.endsWith('_p99_9'))
    .map((metric) => metric.slice(0, -'_p99_9'.length))
    .filter((name) => metrics.includes(`${name}_stddev`));
  const single = metrics.filter((metric) => !histogramFigures(whole).includes(metric));
  const histograms = `${whole.join(', ')}, each with _${FIGURES.join(', _')}`;
  return [...(whole.length === 0 ? [] : [histograms]), single.join(', ')].join('; ');
}
