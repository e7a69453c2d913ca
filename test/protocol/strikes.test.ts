import { describe, expect, it } from 'vitest';
import { addStrike, NO_STRIKES, type Strikes } from '../../src/protocol/strikes.ts';

/** The strikes after broken messages at `timesMs`, and whether each one was the last straw. */
function strike(timesMs: readonly number[]): { strikes: Strikes; verdicts: boolean[] } {
  let strikes = NO_STRIKES;
  const verdicts = timesMs.map((nowMs) => {
    const next = addStrike(strikes, nowMs);
    strikes = next.strikes;
    return next.isOut;
  });
  return { strikes, verdicts };
}

const every = (stepMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => i * stepMs);

describe('addStrike', () => {
  it('[WIRE-23] is out at the twentieth within a minute', () => {
    const { verdicts } = strike(every(3_000, 20));
    expect(verdicts.indexOf(true)).toBe(19);
  });

  it('[WIRE-23] forgives what is a minute old', () => {
    expect(strike(every(3_158, 200)).verdicts).not.toContain(true);
  });

  it('[WIRE-23] remembers no more than it needs', () => {
    expect(strike(every(1, 5_000)).strikes).toHaveLength(20);
  });

  it('[WIRE-23] leaves the strikes it was given alone', () => {
    addStrike(NO_STRIKES, 0);
    expect(NO_STRIKES).toEqual([]);
  });
});
