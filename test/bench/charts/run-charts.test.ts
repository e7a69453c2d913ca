import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../src/bench/charts/chart.ts';
import { runCharts } from '../../../src/bench/charts/run-charts.ts';
import { createScale } from '../../../src/bench/charts/scale.ts';
import { plotChart } from '../../../src/bench/charts/terminal-plot.ts';
import { lags, loadRun, wholeRun } from '../compare/bench-documents.ts';

const titled = (charts: readonly Chart[], title: RegExp): Chart | undefined =>
  charts.find((chart) => title.test(chart.title));

const LADDER = loadRun([
  { sessions: 1, valuesMs: lags(2000, 50, 1) },
  { sessions: 2, valuesMs: lags(2000, 80, 2) },
  { sessions: 4, valuesMs: lags(2000, 400, 3), verdict: 'fail' },
  { sessions: 8, valuesMs: lags(2000, 900, 4), verdict: 'void' },
]);

describe('the charts of a run', () => {
  it('[BEN-61] draw the spectrum of each step, up to the share of its last value', () => {
    const spectrum = titled(runCharts(LADDER), /resp_lag by share/);
    expect(spectrum?.series.map(({ name, isVoid }) => [name, isVoid])).toEqual([
      ['1 session', false],
      ['2 sessions', false],
      ['4 sessions', false],
      ['8 sessions', true],
    ]);
    expect(spectrum?.x.scale).toBe('nines');
    const points = spectrum?.series[0]?.points ?? [];
    expect(points.at(-1)).toEqual({ x: 1 - 1 / 2000, y: LADDER.steps[0]?.metrics['resp_lag']?.max });
    expect(points.every(({ y }, index) => y >= (points[index - 1]?.y ?? 0))).toBe(true);
  });

  it('[BEN-61] show the promise and the knee over the loads, without the void one', () => {
    const chart = titled(runCharts(LADDER), /as the load grows/);
    expect(chart?.marks).toEqual([
      { axis: 'y', at: 160, label: 'promise 160 ms' },
      { axis: 'x', at: 4, label: 'knee 4' },
    ]);
    expect(chart?.series.map(({ points }) => points.map(({ x }) => x))).toEqual([
      [1, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    expect(titled(runCharts(LADDER), /CPU/)?.series.map(({ name }) => name)).toEqual(['generator', 'node']);
    expect(titled(runCharts(LADDER), /Goodput/)?.series[0]?.points).toHaveLength(3);
  });

  it('[BEN-61] draw memory of a soak, seconds after an overload, and each fault of a failover', () => {
    const samples = [0, 60_000].map((atMs) => ({ at_ms: atMs, bytes: 2 ** 20 * (1 + atMs) }));
    const soak = wholeRun({ details: { processes: [{ name: 'gateway', pid: 7, rss_samples: samples }] } });
    expect(titled(runCharts(soak), /Memory/)?.series[0]).toMatchObject({
      name: 'gateway (7)',
      points: [
        { x: 0, y: 1 },
        { x: 1, y: 60_001 },
      ],
    });
    const overload = wholeRun({ details: { after_resp_lag_p95_by_second: [900, null, 100], slo_ms: 160 } });
    expect(titled(runCharts(overload), /After/)?.series[0]?.points).toEqual([
      { x: 0, y: 900 },
      { x: 2, y: 100 },
    ]);
    const trials = [
      { scenario: 'worker-kill', trial: 0, gap_max_ms: 400 },
      { scenario: 'worker-kill', trial: 1, gap_max_ms: null },
      { scenario: 'gateway-kill', trial: 0, gap_max_ms: 900 },
    ];
    const failover = titled(runCharts(wholeRun({ details: { trials } })), /Longest gap/);
    expect(failover?.series.map(({ name, points }) => [name, points])).toEqual([
      ['worker-kill', [{ x: 1, y: 400 }]],
      ['gateway-kill', [{ x: 3, y: 900 }]],
    ]);
  });

  it('are none for a run without any value', () => {
    expect(runCharts(wholeRun({ metrics: {} }))).toEqual([]);
  });
});

describe('an axis', () => {
  it('has round ticks, and every value within it', () => {
    const scale = createScale('linear', [3, 47]);
    expect(scale.ticks.map(({ label }) => label)).toEqual(['0', '10', '20', '30', '40', '50']);
    expect(scale.position(25)).toBe(0.5);
    expect(createScale('span', [100, 104]).position(100)).toBe(0);
  });

  it('has a decade, or a nine, as wide as the one before', () => {
    const decades = createScale('log', [1, 1000]);
    expect(decades.ticks.map(({ label }) => label)).toEqual(['1', '10', '100', '1000']);
    expect(createScale('log', [3, 90]).ticks.map(({ label }) => label)).toEqual([
      '2',
      '5',
      '10',
      '20',
      '50',
      '100',
    ]);
    expect([1, 10, 100, 1000].map((value) => decades.position(value).toFixed(3))).toEqual([
      ...['0.000', '0.333', '0.667', '1.000'],
    ]);
    const nines = createScale('nines', [0, 0.999]);
    expect(nines.ticks.map(({ label }) => label)).toEqual(['0 %', '90 %', '99 %', '99.9 %']);
    expect(nines.position(0.9)).toBeCloseTo(1 / 3);
  });

  it.each(['linear', 'span', 'log', 'nines'] as const)('%s survives one value, none, and zeros', (kind) => {
    for (const values of [[5], [0], [0, 0], []]) {
      const { ticks, position } = createScale(kind, values);
      expect(ticks.every((tick) => Number.isFinite(tick.position))).toBe(true);
      expect(values.every((value) => position(value) >= 0 && position(value) <= 1)).toBe(true);
    }
  });
});

describe('a plot of a terminal', () => {
  const [chart] = runCharts(LADDER);
  const plot = (columns: number, ascii: boolean): readonly string[] =>
    chart === undefined ? [] : plotChart(chart, { columns, rows: 10, ascii });

  it('[BEN-63] is as wide as it may be, and each line ends in its letter', () => {
    const lines = plot(70, false);
    expect(lines.slice(0, 12).every((line) => line.length <= 70)).toBe(true);
    const drawing = lines.slice(1, 11).join('\n');
    for (const letter of 'abcd') expect(drawing).toContain(letter);
    expect(drawing).toMatch(/[\u2801-\u28ff]{5}/);
    expect(lines.at(-1)).toContain('d 8 sessions (void)');
  });

  it('[BEN-63] is made of letters where there is no braille', () => {
    const lines = plot(60, true);
    expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    expect(lines.slice(1, 11).join('').match(/a/g)?.length).toBeGreaterThan(10);
  });
});
