import { describe, expect, it } from 'vitest';
import { createArrivals } from '../../src/gateway/arrivals.ts';

describe('arrivals', () => {
  it('knows when the message came that brought a sample', () => {
    const arrivals = createArrivals();
    arrivals.add(1600, 100);
    arrivals.add(3200, 200);
    expect([1, 1600, 1601, 3200].map(arrivals.arrivalOf)).toEqual([100, 100, 200, 200]);
  });

  it('knows nothing of what is still to come', () => {
    const arrivals = createArrivals();
    expect(arrivals.arrivalOf(1)).toBeUndefined();
    arrivals.add(1600, 100);
    expect(arrivals.arrivalOf(1601)).toBeUndefined();
  });

  it('forgets the oldest in a long session and never answers for them', () => {
    const arrivals = createArrivals();
    for (let index = 1; index <= 10_000; index++) arrivals.add(index * 160, index * 10);
    expect(arrivals.arrivalOf(160)).toBeUndefined();
    expect(arrivals.arrivalOf(10_000 * 160)).toBe(100_000);
    expect(arrivals.arrivalOf(9_500 * 160)).toBe(95_000);
  });

  it('answers for the very first message of a short session', () => {
    const arrivals = createArrivals();
    for (let index = 1; index <= 1000; index++) arrivals.add(index * 160, index * 10);
    expect(arrivals.arrivalOf(1)).toBe(10);
  });
});
