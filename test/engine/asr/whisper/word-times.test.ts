import { describe, expect, it } from 'vitest';
import type { ByteLevelVocabulary } from '../../../../src/engine/asr/whisper/byte-level-vocabulary.ts';
import type { Segment } from '../../../../src/engine/asr/whisper/segments.ts';
import { FRAME_SAMPLES, timeWords } from '../../../../src/engine/asr/whisper/word-times.ts';

const PIECES = [' one', ' two', ' thr', 'ee', '.', ' four'];
const vocabulary: ByteLevelVocabulary = {
  bytesOf: (id) => new TextEncoder().encode(PIECES[id] ?? ''),
  specialId: () => undefined,
  specials: new Map(),
};
const OPTIONS = { vocabulary, hasSpaces: true, samples: 100 * FRAME_SAMPLES };
/** Stands for any timestamp: what is not in a segment is never read. */
const MARK = 99;

function inFrames(words: ReturnType<typeof timeWords>): readonly (readonly [string, number, number])[] {
  return words.map(({ word, startSample, endSample }) => [
    word,
    startSample / FRAME_SAMPLES,
    endSample / FRAME_SAMPLES,
  ]);
}

describe('the times of words', () => {
  it('[ENG-96] go from where the token before is reached to where the last one is', () => {
    const tokens = {
      ids: [MARK, 0, 1, 2, 3, MARK],
      probabilities: [1, 0.9, 0.8, 0.6, 0.4, 1],
      reachedFrames: [5, 10, 16, 20, 24, 30],
    };
    const words = timeWords(tokens, [{ startFrame: 0, endFrame: 30, places: [1, 2, 3, 4] }], OPTIONS);
    expect(inFrames(words)).toEqual([
      ['one', 5, 10],
      ['two', 10, 16],
      ['three', 16, 24],
    ]);
    expect(words.map(({ confidence }) => confidence)).toEqual([0.9, 0.8, 0.5]);
  });

  it('[ENG-97] of a word beside a pause are cut to twice the median, at its far side', () => {
    const segment: Segment = { startFrame: 0, endFrame: 90, places: [1, 2, 3, 4, 5, 6, 7] };
    const tokens = {
      ids: [MARK, 0, 1, 1, 2, 3, 4, 5],
      probabilities: Array.from({ length: 8 }, () => 1),
      // "one" begins with the pause before it, "three." lasts until the next sentence begins.
      reachedFrames: [0, 30, 36, 42, 45, 48, 78, 84],
    };
    expect(inFrames(timeWords(tokens, [segment], OPTIONS))).toEqual([
      ['one', 18, 30],
      ['two', 30, 36],
      ['two', 36, 42],
      ['three.', 42, 54],
      ['four', 78, 84],
    ]);
  });

  it('[ENG-97] share a segment by length where nothing shows more, and end with the audio', () => {
    const tokens = { ids: [0, 1, 5], probabilities: [1, 1, 1], reachedFrames: undefined };
    const segments: readonly Segment[] = [
      { startFrame: 10, endFrame: 22, places: [0, 1] },
      { startFrame: 90, endFrame: 130, places: [2] },
    ];
    expect(inFrames(timeWords(tokens, segments, OPTIONS))).toEqual([
      ['one', 10, 16],
      ['two', 16, 22],
      ['four', 90, 100],
    ]);
  });
});
