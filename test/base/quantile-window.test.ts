import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQuantileWindow } from '../../src/base/quantile-window.ts';

function windowOf(values: readonly number[], kept?: number): ReturnType<typeof createQuantileWindow> {
  const window = createQuantileWindow(kept);
  for (const value of values) window.add(value);
  return window;
}

describe('a quantile window', () => {
  it('gives 0 while it is empty', () => {
    expect(createQuantileWindow().quantile(0.5)).toBe(0);
  });

  it('gives the least value that the share does not exceed', () => {
    const window = windowOf([50, 10, 40, 20, 30]);
    expect([0, 0.2, 0.5, 0.8, 0.81, 1].map((q) => window.quantile(q))).toEqual([10, 10, 30, 40, 50, 50]);
  });

  it('forgets all but the last values and goes on counting', () => {
    const window = windowOf([1000, 1000, 1, 2, 3], 3);
    expect(window.quantile(1)).toBe(3);
    expect(window.count).toBe(5);
  });

  it('always gives one of the values it holds', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, quantile) => {
        expect(all.slice(-8)).toContain(windowOf(all, 8).quantile(quantile));
      }),
      { seed: 5 },
    );
  });
});
