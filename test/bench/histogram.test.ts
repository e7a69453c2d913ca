import fc from 'fast-check';
import hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { createLatencyHistogram } from '../../src/bench/histogram.ts';
import { nearestRank } from '../../src/base/quantile-window.ts';

describe('a histogram of latencies', () => {
  it('has no figures without values', () => {
    expect(createLatencyHistogram().figures()).toMatchObject({
      n: 0,
      min: null,
      mean: null,
      p99: null,
      max: null,
    });
    expect(createLatencyHistogram().percentileMs(95)).toBeUndefined();
  });

  it('holds the ends of its range exactly and clips what lies outside', () => {
    const histogram = createLatencyHistogram();
    for (const value of [-3, 0, 0.001, 60_000, 90_000, Number.POSITIVE_INFINITY]) histogram.recordMs(value);
    expect(histogram.count).toBe(6);
    expect(histogram.figures()).toMatchObject({ n: 6, min: 0, max: 60_000 });
  });

  it('never answers a percentile above the longest value', () => {
    const histogram = createLatencyHistogram();
    histogram.recordMs(12_345.678);
    expect(histogram.figures()).toMatchObject({ p50: 12_345.678, p99_9: 12_345.678, max: 12_345.678 });
  });

  it('agrees with the nearest rank to three digits', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 59_999, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(50, 90, 95, 99), (list, percent) => {
        const histogram = createLatencyHistogram();
        for (const value of list) histogram.recordMs(value);
        const exact =
          nearestRank(
            list.toSorted((a, b) => a - b),
            percent / 100,
          ) ?? Number.NaN;
        expect(Math.abs((histogram.percentileMs(percent) ?? 0) - exact)).toBeLessThanOrEqual(
          exact / 1000 + 0.001,
        );
      }),
    );
  });

  it('is encoded so that others can add it up', () => {
    const histogram = createLatencyHistogram();
    for (let i = 1; i <= 1000; i++) histogram.recordMs(i);
    const decoded = hdr.decodeFromCompressedBase64(histogram.figures().hdr);
    decoded.add(hdr.decodeFromCompressedBase64(histogram.figures().hdr));
    expect(decoded.totalCount).toBe(2000);
    expect(decoded.getValueAtPercentile(50) / 1000).toBeCloseTo(500, 0);
  });
});
