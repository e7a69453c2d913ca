import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/client/resume/backoff.ts';

const longest = (tried: number, adviceMs?: number): number => backoffMs(tried, { random: () => 1, adviceMs });
const shortest = (tried: number, adviceMs?: number): number =>
  backoffMs(tried, { random: () => 0, adviceMs });

describe('the time before a try', () => {
  it('[CLI-7] is nearly nothing, then anywhere up to a bound that doubles to 5 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((tried) => longest(tried))).toEqual([
      100, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
    ]);
    expect([0, 1, 9].map((tried) => shortest(tried))).toEqual([0, 0, 0]);
  });

  it('[CLI-7] is what the gateway has named, and at most 100 ms more', () => {
    expect([shortest(0, 700), shortest(5, 9_000)]).toEqual([700, 9_000]);
    expect([longest(0, 700), longest(5, 9_000)]).toEqual([800, 9_100]);
  });
});
