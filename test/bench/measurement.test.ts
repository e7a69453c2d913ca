import { describe, expect, it } from 'vitest';
import { arrivalsAtRate, CONNECT_METRICS } from '../../src/bench/connect-run.ts';
import type { Environment } from '../../src/bench/environment.ts';
import { createLatencyHistogram } from '../../src/bench/histogram.ts';
import { benchDocument, type BenchDocument, type Measurement } from '../../src/bench/measurement.ts';
import { reportLines, reportReadme, reportRows } from '../../src/bench/report.ts';
import { parseThresholdOf } from '../../src/bench/threshold.ts';

const environment: Environment = {
  ...{ cpu: 'c', cores: 1, memory_bytes: 1, platform: 'p', node: 'v', rt: '0', commit: null },
};

function documentOf(texts: readonly string[], changes: Partial<Measurement> = {}): BenchDocument {
  const connect = createLatencyHistogram();
  for (const ms of [10, 20, 30]) connect.recordMs(ms);
  const measured: Measurement = {
    kind: 'connect',
    startedAt: new Date(0),
    model: undefined,
    whyVoid: [],
    figures: { refused: 2, admitted_per_s: null },
    metrics: { connect: connect.figures(), refusal: createLatencyHistogram().figures() },
    details: {},
    ...changes,
  };
  const thresholds = texts.map((text) => parseThresholdOf(CONNECT_METRICS, text));
  return benchDocument(measured, { environment, settings: { rate: 2 }, thresholds });
}

const TEXTS = ['connect_p50<=21', 'connect_max<25', 'refused==2', 'refusal_p99<=1', 'admitted_per_s>=0'];

describe('a measurement that is one whole', () => {
  it('[BEN-21] holds thresholds against histograms and figures; what was not measured keeps none', () => {
    const { thresholds, verdict } = documentOf(TEXTS);
    expect(verdict).toBe('measured');
    expect(thresholds.map(({ kept }) => kept)).toEqual([true, false, true, false, false]);
    expect(thresholds[1]?.value).toBeCloseTo(30, 1);
  });

  it('[BEN-21] keeps no threshold when it is void', () => {
    const document = documentOf(TEXTS, { whyVoid: ['the generator was late'] });
    expect(document).toMatchObject({ verdict: 'void', reasons: ['the generator was late'] });
    expect(document.thresholds.map(({ value, kept }) => [value, kept])).toEqual(
      TEXTS.map(() => [null, false]),
    );
    expect(reportLines(document)).toContain('void: the generator was late');
  });

  it('names the metrics that a threshold may be about', () => {
    const parse = (): unknown => parseThresholdOf(CONNECT_METRICS, 'recover_s<=1');
    expect(parse).toThrow('no metric "recover_s"');
    try {
      parse();
    } catch (error) {
      expect((error as { hint?: string }).hint).toMatch(
        /resp_lag, .*lateness, each with _min.*; sessions, .*admitted_per_s/,
      );
    }
  });

  it('is told as a table of what has values, its figures, and its settings', () => {
    const document = documentOf(['connect_p50<=21']);
    expect(reportRows(document)).toEqual([['connect', '3', '20.0', '30.0', '30.0', '30.0', '30.0']]);
    expect(reportLines(document)).toEqual([
      'refused: 2',
      'admitted_per_s: -',
      expect.stringMatching(/^threshold connect_p50<=21: kept \(20(\.\d+)?\)$/),
    ]);
    const readme = reportReadme(document);
    expect(readme).toContain('| connect | 3 | 20.0 |');
    expect(readme).toContain('| rate | 2 |');
  });
});

describe('arrivals at a rate', () => {
  it('[BEN-19] are all planned beforehand, evenly', () => {
    const speakers = arrivalsAtRate({ rate: 4, seconds: 2, holdMs: 1000 });
    expect(speakers.map(({ arriveAtMs }) => arriveAtMs)).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750]);
    expect(speakers.every(({ returns }) => !returns)).toBe(true);
  });
});
