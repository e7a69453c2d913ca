import { describe, expect, it } from 'vitest';
import type { Token } from '../../../src/engine/asr/hypothesis.ts';
import { parseVocabulary } from '../../../src/engine/asr/vocabulary.ts';
import {
  assembleUtterance,
  assembleWords,
  codePoints,
  meanConfidence,
} from '../../../src/engine/session/assembler.ts';

const PIECES = ['<unk>', '\u2581the', '\u2581ca', 't', '.', '\u2581', '\u{1F408}'];
const vocabulary = parseVocabulary([...PIECES, '<blk>'].map((piece, id) => `${piece} ${id}\n`).join(''));

function token(piece: string, frame: number, confidence = 0.5): Token {
  return { id: PIECES.indexOf(piece), frame, confidence };
}

const FRAME = 1280;
const times = { originSample: 10_000, frameSamples: FRAME, startSample: 0, endSample: 1_000_000 };

describe('words', () => {
  it('[ENG-6] begin at a mark, start with their first token and end with their last', () => {
    const tokens = [token('\u2581the', 2), token('\u2581ca', 6, 0.4), token('t', 8, 0.8)];
    expect(assembleWords(tokens, vocabulary, times)).toEqual([
      { word: 'the', startSample: 10_000 + 2 * FRAME, endSample: 10_000 + 3 * FRAME, confidence: 0.5 },
      {
        word: 'cat',
        startSample: 10_000 + 6 * FRAME,
        endSample: 10_000 + 9 * FRAME,
        confidence: 0.6000000000000001,
      },
    ]);
  });

  it('[ENG-81] end with the frames the model gives their last token, but where the next one starts', () => {
    const tokens = [
      { ...token('\u2581ca', 2), frames: 0 },
      { ...token('t', 2), frames: 3 },
      { ...token('\u2581the', 4), frames: 4 },
    ];
    expect(assembleWords(tokens, vocabulary, times).map((w) => [w.startSample, w.endSample])).toEqual([
      [10_000 + 2 * FRAME, 10_000 + 4 * FRAME],
      [10_000 + 4 * FRAME, 10_000 + 8 * FRAME],
    ]);
  });

  it('[ENG-6] may begin without a mark, where speech was cut', () => {
    expect(assembleWords([token('t', 0)], vocabulary, times)[0]?.word).toBe('t');
  });

  it('[ENG-6] are not stretched by punctuation, and special tokens and lone marks make none', () => {
    const tokens = [token('\u2581', 0), token('<unk>', 1), token('\u2581the', 2), token('.', 30)];
    expect(assembleWords(tokens, vocabulary, times)).toMatchObject([
      { word: 'the.', startSample: 10_000 + 2 * FRAME, endSample: 10_000 + 3 * FRAME },
    ]);
  });

  it('[ENG-6] are cut to the speech they belong to', () => {
    const tokens = [token('\u2581the', 0), token('\u2581the', 3), token('\u2581ca', 9)];
    const bounds = { ...times, startSample: 11_000, endSample: 15_000 };
    expect(assembleWords(tokens, vocabulary, bounds).map((w) => [w.startSample, w.endSample])).toEqual([
      [11_000, 11_280],
      [13_840, 15_000],
      [15_000, 15_000],
    ]);
  });
});

describe('the text of an utterance', () => {
  const speech = { startSample: 12_000, lastSpeechEndSample: 20_000 };
  const place = { originSample: 10_000, earliestSample: 10_000, frameSamples: FRAME, limitSample: 30_000 };

  it('[ENG-15] lies from the first speech window to the end of speech or of the last word', () => {
    const text = (frame: number): unknown =>
      assembleUtterance([token('\u2581the', frame)], vocabulary, { ...place, speech });
    expect(text(3)).toMatchObject({ text: 'the', startSample: 12_000, endSample: 20_000 });
    expect(text(9)).toMatchObject({ text: 'the', startSample: 12_000, endSample: 10_000 + 10 * FRAME });
    expect(text(40)).toMatchObject({ text: 'the', startSample: 12_000, endSample: 30_000 });
  });

  it('[ENG-21] lies where its words lie when there is no detector', () => {
    const tokens = [token('\u2581the', 1), token('\u2581ca', 4)];
    expect(assembleUtterance(tokens, vocabulary, { ...place, speech: undefined })).toMatchObject({
      startSample: 10_000 + FRAME,
      endSample: 10_000 + 5 * FRAME,
    });
    expect(assembleUtterance([], vocabulary, { ...place, speech: undefined })).toEqual({
      ...{ text: '', words: [] },
      ...{ startSample: 30_000, endSample: 30_000 },
    });
  });
});

it('counts code points, not units of UTF-16', () => {
  expect(['', 'cat', 'the \u{1F408}'].map((text) => codePoints(text))).toEqual([0, 3, 5]);
});

it('[ENG-6] the confidence of a text is the mean of its words', () => {
  const word = { word: 'a', startSample: 0, endSample: 0 };
  expect(meanConfidence([])).toBe(0);
  expect(
    meanConfidence([
      { ...word, confidence: 0.5 },
      { ...word, confidence: 1 },
    ]),
  ).toBe(0.75);
});
