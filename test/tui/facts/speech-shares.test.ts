import { describe, expect, it } from 'vitest';
import { speechShares } from '../../../src/tui/facts/speech-shares.ts';

describe('shares of speech', () => {
  const speeches = [
    { startS: 0.5, endS: 2 },
    { startS: 3.75, endS: undefined },
  ];

  it('are those of each stretch, the one that goes on to the end', () => {
    expect(speechShares(speeches, { endS: 5, lengthS: 1, count: 5 })).toEqual([0.5, 1, 0, 0.25, 1]);
  });

  it('are of the last stretches, and of none before the audio began', () => {
    expect(speechShares(speeches, { endS: 5, lengthS: 1, count: 2 })).toEqual([0.25, 1]);
    expect(speechShares(speeches, { endS: 2, lengthS: 1, count: 5 })).toEqual([0.5, 1]);
    expect(speechShares([], { endS: 0, lengthS: 1, count: 5 })).toEqual([]);
  });

  it('never exceed one where speech was told twice', () => {
    const twice = [...speeches, { startS: 0, endS: 2 }];
    expect(speechShares(twice, { endS: 2, lengthS: 1, count: 2 })).toEqual([1, 1]);
  });
});
