import { describe, expect, it } from 'vitest';
import { closest } from '../../src/config/closest.ts';

const FLAGS = ['pace', 'format', 'language', 'sample-rate', 'channels'];

describe('closest', () => {
  it.each([
    ['paec', 'pace'],
    ['Pace', 'pace'],
    ['langage', 'language'],
    ['sample_rate', 'sample-rate'],
    ['chanels', 'channels'],
  ])('takes %s for %s', (typed, meant) => {
    expect(closest(typed, FLAGS)).toBe(meant);
  });

  it.each(['', 'x', 'volume', 'rate'])('makes no guess for %j', (typed) => {
    expect(closest(typed, FLAGS)).toBeUndefined();
  });

  it('has nothing to offer without candidates', () => {
    expect(closest('pace', [])).toBeUndefined();
  });
});
