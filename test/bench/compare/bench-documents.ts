/** Documents as `rt bench` writes them, of values that a test chooses. */
import { createLatencyHistogram, type HistogramFigures } from '../../../src/bench/histogram.ts';
import { parseRun, type RunDocument } from '../../../src/bench/compare/run-document.ts';
import { randomFrom } from '../../../src/base/random.ts';

export const ENVIRONMENT = {
  ...{ cpu: 'Test CPU', cores: 2, memory_bytes: 1e9, platform: 'linux', node: 'v20.0.0' },
  ...{ rt: '0.1.0', commit: 'abc' },
};

export function histogramOf(valuesMs: readonly number[]): HistogramFigures {
  const histogram = createLatencyHistogram();
  for (const value of valuesMs) histogram.recordMs(value);
  return histogram.figures();
}

/** Lags with a tail: `scale` of them are usual. */
export function lags(count: number, scale: number, seed: number): readonly number[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => scale * (1 - Math.log(1 - random()) / 3));
}

export interface StepChoice {
  readonly sessions: number;
  readonly valuesMs: readonly number[];
  readonly verdict?: 'pass' | 'fail' | 'void';
  readonly errors?: number;
}

/** A load run of these steps; `changes` replace fields of the document. */
export function loadText(steps: readonly StepChoice[], changes: object = {}): string {
  return JSON.stringify({
    ...{ schema: 'rt.bench/v1', kind: 'load', at: '2026-01-01T00:00:00.000Z', environment: ENVIRONMENT },
    settings: { wire: 'rt', target: 'ws://a', seconds: 10, sessions: steps.map(({ sessions }) => sessions) },
    ...{ model: 'tiny-160ms', slo_ms: 160, capacity: 2, knee: 4 },
    steps: steps.map(({ sessions, valuesMs, verdict = 'pass', errors = 0 }) => ({
      ...{ sessions, verdict, errors, goodput: sessions, admitted: sessions, refused: 0 },
      reasons: verdict === 'void' ? ['the generator was late'] : [],
      metrics: { resp_lag: histogramOf(valuesMs), lateness: histogramOf([0.1, 0.2]) },
      generator: { cpu_share: 0.1, rss_bytes: 5e7, loop_delay_p99_ms: 1 },
      servers: [{ pid: 7, name: 'node', cpu_share: 0.1 * sessions, rss_bytes: 1e8 }],
    })),
    thresholds: [{ threshold: 'errors==0', sessions: 1, value: 0, kept: true }],
    ...changes,
  });
}

export function loadRun(steps: readonly StepChoice[], changes: object = {}): RunDocument {
  return parseRun('run.json', loadText(steps, changes));
}

/** A run that is one whole. */
export function wholeRun(changes: object = {}): RunDocument {
  const whole = {
    ...{ schema: 'rt.bench/v1', kind: 'soak', at: '2026-01-01T00:00:00.000Z', environment: ENVIRONMENT },
    ...{
      settings: {},
      model: null,
      verdict: 'measured',
      reasons: [],
      figures: { errors: 0, rss_slope_mb_h: 3 },
    },
    ...{ metrics: { connect: histogramOf([1, 2, 3]) }, details: {}, thresholds: [], ...changes },
  };
  return parseRun('whole.json', JSON.stringify(whole));
}
