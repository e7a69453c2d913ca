import { describe, expect, it } from 'vitest';
import { compressionRatio, lengthWithoutLoop } from '../../../../src/engine/asr/whisper/repetition.ts';

function repeat(phrase: readonly number[], copies: number): readonly number[] {
  return Array.from({ length: copies }, () => phrase).flat();
}

describe('a loop at the end of a text', () => {
  const said = [1, 2, 3, 4, 5];

  it.each([
    ['a word', [7], 12],
    ['two words', [7, 8], 6],
    ['five words', [7, 8, 9, 7, 6], 3],
    ['a long phrase', Array.from({ length: 24 }, (_, i) => i), 3],
  ] as const)('[ENG-99] of %s is found at its last copy and cut to one', (_, phrase, copies) => {
    const loop = [...said, ...repeat(phrase, copies)];
    expect(lengthWithoutLoop(loop)).toBe(said.length + phrase.length);
    expect(lengthWithoutLoop(loop.slice(0, -1))).toBeUndefined();
  });

  it('[ENG-99] is not what people say twice, or a few times', () => {
    expect(lengthWithoutLoop([])).toBeUndefined();
    expect(lengthWithoutLoop([...said, ...said])).toBeUndefined();
    expect(lengthWithoutLoop([...said, ...repeat([7], 8)])).toBeUndefined();
    expect(lengthWithoutLoop([...repeat([7], 12), 1])).toBeUndefined();
  });
});

it('[ENG-98] the compression ratio tells monotony from language', () => {
  expect(compressionRatio('thank you '.repeat(30))).toBeGreaterThan(2.4);
  expect(
    compressionRatio('the quick brown fox jumps over the lazy dog while it rains in Vienna'),
  ).toBeLessThan(1.5);
  expect(compressionRatio('')).toBe(0);
});
