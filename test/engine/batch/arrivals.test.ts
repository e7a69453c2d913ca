import { expect, it } from 'vitest';
import { createArrivals } from '../../../src/engine/batch/arrivals.ts';

it('[ENG-101] knows when the audio before a sample was complete', () => {
  const arrivals = createArrivals();
  expect(arrivals.of(100)).toBeUndefined();
  arrivals.note(100, 1);
  arrivals.note(200, 2);
  arrivals.note(300, 3);
  expect([100, 101, 200, 250].map((sample) => arrivals.of(sample))).toEqual([1, 2, 2, 3]);
});

it('[ENG-101] forgets the oldest when a session is hopelessly behind, and never answers too early', () => {
  const arrivals = createArrivals();
  for (let i = 1; i <= 5000; i++) arrivals.note(i, i);
  expect(arrivals.of(10)).toBe(5000 - 4096 + 1);
  expect(arrivals.of(4999)).toBe(4999);
});
