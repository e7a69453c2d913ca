import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedTail, rutOf } from '../../../src/engine/session/rut.ts';
import type { Utterance } from '../../../src/engine/session/utterance.ts';

const SECOND = 16_000;

function utterance(ids: readonly number[], blankSamples = 0): Utterance {
  return {
    originSample: 0,
    tokens: ids.map((id, frame) => ({ id, frame, confidence: 1 })),
    isTurnOver: false,
    language: undefined,
    needSample: () => 0,
    oldestSample: () => 0,
    task: () => {
      throw new Error('nobody runs this one');
    },
    isComplete: () => false,
    text: () => ({ text: '', startSample: 0, endSample: 0, words: [] }),
    blankSamples: () => blankSamples,
  };
}

describe('repeated text', () => {
  it('[ENG-103] is one phrase of up to 16 tokens, six times and 24 tokens at least', () => {
    expect(repeatedTail(Array.from({ length: 24 }, () => 7))).toBe(24);
    expect(repeatedTail(Array.from({ length: 23 }, () => 7))).toBe(0);
    const phrase = [1, 2, 3, 4, 5];
    expect(repeatedTail([9, ...Array.from({ length: 6 }, () => phrase).flat()])).toBe(30);
    expect(repeatedTail([9, ...Array.from({ length: 5 }, () => phrase).flat()])).toBe(0);
  });

  it('[ENG-103] is not found in text whose tokens change', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (ids) => {
        const distinct = ids.map((id, i) => id * 1000 + i);
        return repeatedTail(distinct) === 0;
      }),
      { seed: 3 },
    );
  });

  it('[ENG-103] is a rut of the utterance', () => {
    expect(rutOf(utterance(Array.from({ length: 40 }, () => 3)), undefined)).toBe('repeating');
    expect(rutOf(utterance([1, 2, 3]), undefined)).toBeUndefined();
  });
});

describe('deafness', () => {
  const speech = { startSample: 0, lastSpeechEndSample: 9 * SECOND };

  it('[ENG-103] is eight seconds of blanks in as much speech', () => {
    expect(rutOf(utterance([1], 8 * SECOND), speech)).toBe('deaf');
    expect(rutOf(utterance([1], 8 * SECOND - 1), speech)).toBeUndefined();
  });

  it('[ENG-103] is no blanks where nobody was heard to speak', () => {
    expect(rutOf(utterance([], 60 * SECOND), undefined)).toBeUndefined();
    expect(
      rutOf(utterance([], 60 * SECOND), { startSample: 0, lastSpeechEndSample: SECOND }),
    ).toBeUndefined();
  });
});
