import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../../src/bench/compare/alike.ts';
import { type Comparison, compareRuns } from '../../../src/bench/compare/compare-runs.ts';
import type { ComparedFigure } from '../../../src/bench/compare/compared-figure.ts';
import type { RunDocument } from '../../../src/bench/compare/run-document.ts';
import { lags, loadRun, wholeRun } from './bench-documents.ts';

const OPTIONS = { maxRegress: 0.1, metrics: [], seed: 1 };

function compare(a: readonly RunDocument[], b: readonly RunDocument[], changes: object = {}): Comparison {
  return compareRuns({ a, b, ...OPTIONS, ...changes });
}

function figure({ figures }: Comparison, metric: string): ComparedFigure | undefined {
  return figures.find((one) => one.metric === metric);
}

const oneLoad = (count: number, scale: number, seed: number): RunDocument =>
  loadRun([{ sessions: 1, valuesMs: lags(count, scale, seed) }]);

describe('two runs', () => {
  it('[BEN-57] tells values that are a third longer as worse, with the interval around the truth', () => {
    const p95 = figure(compare([oneLoad(4000, 100, 1)], [oneLoad(4000, 133, 2)]), 'resp_lag_p95');
    expect(p95).toMatchObject({ verdict: 'worse', isRegression: true });
    expect(p95?.changeWithin95?.low).toBeLessThan(0.33);
    expect(p95?.changeWithin95?.high).toBeGreaterThan(0.33);
    expect(p95?.a.within95?.low).toBeLessThan(p95?.a.value ?? 0);
    // Of an exponential tail: 100 * (1 + ln 20 / 3).
    expect(p95?.a.value).toBeCloseTo(199.9, -1);
  });

  it('[BEN-57] says nothing of other values of the same distribution in 19 of 20 cases', () => {
    const verdicts = Array.from({ length: 40 }, (_, index) => {
      const [a, b] = [oneLoad(300, 100, 2 * index), oneLoad(300, 100, 2 * index + 1)];
      const compared = compare([a], [b], { metrics: ['resp_lag_p95'] });
      return figure(compared, 'resp_lag_p95')?.verdict;
    });
    const wrong = verdicts.filter((verdict) => verdict !== 'not distinguishable').length;
    // 2 of 40 are expected; more than 6 would be a matter of 1 in 200, and the seeds are fixed.
    expect(wrong).toBeLessThanOrEqual(6);
    expect(verdicts).not.toContain('too few');
  }, 20_000);

  it('[BEN-57] is the same for the same seed, and calls a tail of a few values too few', () => {
    const [a, b] = [oneLoad(200, 100, 1), oneLoad(200, 300, 2)];
    expect(compare([a], [b])).toEqual(compare([a], [b]));
    expect(figure(compare([a], [b]), 'resp_lag_p99')).toMatchObject({
      ...{ verdict: 'too few', isRegression: false, changeWithin95: undefined },
      a: { n: 200, within95: undefined },
    });
    expect(figure(compare([a], [b]), 'resp_lag_p50')?.verdict).toBe('worse');
  });

  it('[BEN-57] lets what differs from run to run widen the interval', () => {
    const steady = [1, 2, 3].map((seed) => oneLoad(2000, 100, seed));
    const wild = [90, 100, 130].map((scale, seed) => oneLoad(2000, scale, seed));
    const higher = [4, 5, 6].map((seed) => oneLoad(2000, 112, seed));
    expect(figure(compare(steady, higher), 'resp_lag_p50')?.verdict).toBe('worse');
    expect(figure(compare(wild, higher), 'resp_lag_p50')?.verdict).toBe('not distinguishable');
  });

  it('[BEN-59] lets a change within the bound pass, however certain it is', () => {
    const [a, b] = [oneLoad(9000, 100, 1), oneLoad(9000, 108, 2)];
    expect(figure(compare([a], [b]), 'resp_lag_p50')).toMatchObject({
      verdict: 'worse',
      isRegression: false,
    });
    expect(figure(compare([a], [b], { maxRegress: 0.03 }), 'resp_lag_p50')?.isRegression).toBe(true);
    expect(figure(compare([b], [a]), 'resp_lag_p50')).toMatchObject({
      verdict: 'better',
      isRegression: false,
    });
  });

  it('[BEN-58] [BEN-59] takes eight errors where there were none for more, and two for chance', () => {
    const values = lags(100, 100, 1);
    const run = (errors: number): RunDocument => loadRun([{ sessions: 1, valuesMs: values, errors }]);
    expect(figure(compare([run(0)], [run(8)]), 'errors')).toMatchObject({
      verdict: 'worse',
      isRegression: true,
    });
    expect(figure(compare([run(0)], [run(2)]), 'errors')?.verdict).toBe('not distinguishable');
    expect(figure(compare([run(8)], [run(0)]), 'errors')).toMatchObject({
      verdict: 'better',
      isRegression: false,
    });
  });

  it('[BEN-58] needs four runs of each side to judge a single value', () => {
    const slopes = (values: readonly number[]): readonly RunDocument[] =>
      values.map((value) => wholeRun({ figures: { rss_slope_mb_h: value } }));
    const slope = (a: readonly number[], b: readonly number[]): ComparedFigure | undefined =>
      figure(compare(slopes(a), slopes(b)), 'rss_slope_mb_h');
    expect(slope([1, 2, 3], [10, 11, 12])?.verdict).toBe('too few');
    expect(slope([1, 2, 3, 4], [10, 11, 12, 13])).toMatchObject({ verdict: 'worse', isRegression: true });
    expect(slope([1, 2, 3, 12], [2, 3, 4, 11])?.verdict).toBe('not distinguishable');
  });

  it('[BEN-55] compares loads one by one, and names those of one side', () => {
    const step = (sessions: number): { sessions: number; valuesMs: readonly number[] } => ({
      sessions,
      valuesMs: lags(100, 100, sessions),
    });
    const compared = compare([loadRun([step(1), step(2)])], [loadRun([step(2), step(4)])]);
    expect(compared.figures.every(({ sessions }) => sessions === 2)).toBe(true);
    expect(compared.unmatched).toEqual(['1 session only in A', '4 sessions only in B']);
    expect(() => compare([loadRun([step(1)])], [loadRun([step(2)])])).toThrow(/nothing in common/);
  });

  it('[BEN-55] names a metric that only one side has values of', () => {
    const [with2, without] = [oneLoad(50, 100, 1), loadRun([{ sessions: 1, valuesMs: [] }])];
    const { figures, unmatched } = compare([with2], [without]);
    expect(unmatched).toEqual(['resp_lag at 1 session only in A']);
    expect(figures.map(({ metric }) => metric)).toEqual(['errors', 'goodput']);
  });

  it('compares the metrics that were asked for, and never the generator', () => {
    const run = oneLoad(100, 100, 1);
    const names = (metrics: readonly string[]): readonly string[] =>
      compare([run], [run], { metrics }).figures.map(({ metric }) => metric);
    expect(names(['resp_lag_p95'])).toEqual(['resp_lag_p95']);
    expect(names(['resp_lag'])).toEqual(['resp_lag_p50', 'resp_lag_p95', 'resp_lag_p99']);
    expect(names([]).some((name) => name.startsWith('lateness'))).toBe(false);
    expect(() => names(['resp_lag', 'lateness'])).toThrow(/no "lateness" in common/);
  });

  it('[BEN-56] refuses a void run, unless the load was measured then', () => {
    const valuesMs = lags(100, 100, 1);
    const isVoid = { sessions: 1, valuesMs, verdict: 'void' as const };
    const fine = loadRun([{ sessions: 1, valuesMs }]);
    expect(() => compare([fine], [loadRun([isVoid])])).toThrow(
      /run\.json is void at 1 session: the generator/,
    );
    expect(() => compare([wholeRun({ verdict: 'void' })], [wholeRun()])).toThrow(/is void/);
    const again = compare([fine], [loadRun([isVoid, { sessions: 1, valuesMs }])]);
    expect(figure(again, 'resp_lag_p50')?.b.n).toBe(100);
  });
});

describe('runs that may be compared', () => {
  const run = (changes: object = {}): RunDocument => loadRun([{ sessions: 1, valuesMs: [1] }], changes);
  const settings = { wire: 'rt', target: 'ws://a', seconds: 10, sessions: [1] };

  it('[BEN-55] are of one kind, model, machine and way of measuring', () => {
    const fieldsOf = (changes: object): readonly string[] =>
      differencesOf([run(), run(changes)]).map(({ field }) => field);
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ model: 'other' })).toEqual(['model']);
    expect(fieldsOf({ kind: 'latency' })).toEqual(['kind']);
    expect(fieldsOf({ environment: { cores: 2 } })).toEqual([
      ...['environment.cpu', 'environment.memory_bytes', 'environment.platform', 'environment.node'],
    ]);
    expect(fieldsOf({ settings: { ...settings, seconds: 60 } })).toEqual(['settings.seconds']);
  });

  it('[BEN-55] may have been made elsewhere, kept elsewhere, of another commit and other loads', () => {
    const changed = {
      ...settings,
      target: 'ws://b',
      out: 'x',
      seed: 9,
      pid: [7],
      sessions: [1, 2],
      threshold: ['errors==0'],
    };
    expect(differencesOf([run(), run({ settings: changed, at: 'later' })])).toEqual([]);
  });
});
