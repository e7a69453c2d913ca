import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rtBasicOh } from '../../src/bench/normalise.ts';
import { alignWords, wordErrorRate } from '../../src/bench/wer.ts';

describe('worked by hand', () => {
  test.each([
    ['the cat sat', 'the cat sat', { wer: 0, sub: 0, ins: 0, del: 0 }],
    ['the cat sat', 'the bat sat', { wer: 1 / 3, sub: 1, ins: 0, del: 0 }],
    ['the cat sat', 'the cat', { wer: 1 / 3, sub: 0, ins: 0, del: 1 }],
    ['the cat sat', 'oh the cat sat down', { wer: 2 / 3, sub: 0, ins: 2, del: 0 }],
    ['a b c d', 'a x c', { wer: 0.5, sub: 1, ins: 0, del: 1 }],
    ['a b', 'c d e f', { wer: 2, sub: 2, ins: 2, del: 0 }],
    ['a b', '', { wer: 1, sub: 0, ins: 0, del: 2 }],
    ['', '', { wer: 0, sub: 0, ins: 0, del: 0 }],
    ['', 'ghost words', { wer: 2, sub: 0, ins: 2, del: 0 }],
    ['Call me at nine.', 'call me at 9', { wer: 0, sub: 0, ins: 0, del: 0 }],
  ])('%j heard as %j', (reference, hypothesis, expected) => {
    const result = wordErrorRate(reference, hypothesis);
    expect(result).toMatchObject({ ...expected, normaliser: 'rt-basic-1' });
  });

  test('the alignment says which word became which', () => {
    expect(wordErrorRate('turn on the light', 'uh turn the night').steps).toEqual([
      { kind: 'ins', hyp: 'uh' },
      { kind: 'match', ref: 'turn', hyp: 'turn' },
      { kind: 'del', ref: 'on' },
      { kind: 'match', ref: 'the', hyp: 'the' },
      { kind: 'sub', ref: 'light', hyp: 'night' },
    ]);
  });

  test('the normaliser can be chosen and is named', () => {
    expect(wordErrorRate('one oh five', '105', rtBasicOh)).toMatchObject({
      wer: 0,
      normaliser: 'rt-basic-1+oh',
    });
  });
});

describe('for any words', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  const edits = (a: readonly string[], b: readonly string[]): number =>
    alignWords(a, b).filter(({ kind }) => kind !== 'match').length;

  test('the distance is zero for equal texts only, symmetric, and obeys the triangle', () => {
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        expect(edits(a, b) === 0).toBe(a.join() === b.join());
        expect(edits(a, b)).toBe(edits(b, a));
        expect(edits(a, c)).toBeLessThanOrEqual(edits(a, b) + edits(b, c));
      }),
      { numRuns: 500 },
    );
  });

  test('the distance lies between the difference in length and the longer length', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(edits(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(edits(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  test('the alignment holds both texts in order', () => {
    fc.assert(
      fc.property(words, words, (ref, hyp) => {
        const steps = alignWords(ref, hyp);
        expect(steps.flatMap((step) => (step.kind === 'ins' ? [] : [step.ref]))).toEqual(ref);
        expect(steps.flatMap((step) => (step.kind === 'del' ? [] : [step.hyp]))).toEqual(hyp);
        for (const step of steps) {
          if (step.kind === 'match') expect(step.ref).toBe(step.hyp);
          if (step.kind === 'sub') expect(step.ref).not.toBe(step.hyp);
        }
      }),
    );
  });
});
