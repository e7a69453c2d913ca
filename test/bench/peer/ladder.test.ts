import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capacityOf, nextStreams } from '../../../bench/peer/ladder.mjs';

interface Step {
  readonly streams: number;
  readonly isHeld: boolean;
}

/** Climbs against a server that holds up to `limit`. */
function climb(limit: number, search: { start: number; max?: number }): Step[] {
  const steps: Step[] = [];
  for (let next = nextStreams(steps, search); next !== undefined; next = nextStreams(steps, search)) {
    steps.push({ streams: next, isHeld: next <= limit });
    expect(steps.length).toBeLessThan(40);
  }
  return steps;
}

test('the knee is found to 5 % from below and from above, without measuring a load twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 500 }), (limit, start) => {
      const steps = climb(limit, { start });
      const found = capacityOf(steps);
      expect(found).toBeLessThanOrEqual(limit);
      expect(limit - found).toBeLessThanOrEqual(Math.max(1, limit * 0.05));
      expect(new Set(steps.map(({ streams }) => streams)).size).toBe(steps.length);
    }),
  );
});

test('a server that holds nothing has capacity 0 and is asked for one stream last', () => {
  const steps = climb(0, { start: 16 });
  expect(capacityOf(steps)).toBe(0);
  expect(steps.at(-1)).toEqual({ streams: 1, isHeld: false });
});

test('the ladder ends at the most it may offer', () => {
  const steps = climb(10_000, { start: 16, max: 64 });
  expect(capacityOf(steps)).toBe(64);
});

test('a load that held above one that failed is not believed', () => {
  const steps = [
    { streams: 10, isHeld: true },
    { streams: 20, isHeld: false },
    { streams: 30, isHeld: true },
  ];
  expect(capacityOf(steps)).toBe(10);
});
