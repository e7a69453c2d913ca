import { describe, expect, it } from 'vitest';
import { rtBasic } from '../../src/bench/normalise.ts';
import type { Spoken } from '../../src/bench/program.ts';
import { scoreTranscripts } from '../../src/bench/score.ts';

const whole = (text: string): Spoken => ({ text, isCutAtStart: false, isCutAtEnd: false });
const cutAtStart = (text: string): Spoken => ({ text, isCutAtStart: true, isCutAtEnd: false });
const cutAtEnd = (text: string): Spoken => ({ text, isCutAtStart: false, isCutAtEnd: true });

describe('the word error rate of a step', () => {
  it('[BEN-17] counts over all sessions and names its normaliser', () => {
    const score = scoreTranscripts(
      [
        { spoken: [whole('the cat sat')], texts: ['the cat', 'sat'] },
        { spoken: [whole('the cat sat')], texts: ['the bat sat down'] },
      ],
      rtBasic,
    );
    expect(score).toEqual({ normaliser: 'rt-basic-1', wer: 2 / 6, sub: 1, ins: 1, del: 0, refWords: 6 });
  });

  it('has no rate without words', () => {
    expect(scoreTranscripts([], rtBasic)).toMatchObject({ wer: null, refWords: 0 });
  });

  it.each<[string, readonly Spoken[], string, Record<string, number>]>([
    [
      'what was said before the stream began',
      [cutAtStart('a b c d'), whole('e f')],
      'c d e f',
      { refWords: 4 },
    ],
    ['a word that was cut at the start', [cutAtStart('a b c d'), whole('e f')], 'x c d e f', { refWords: 4 }],
    ['what was said after it ended', [whole('e f'), cutAtEnd('a b c d')], 'e f a b', { refWords: 4 }],
    ['a word that was cut at the end', [whole('e f'), cutAtEnd('a b c d')], 'e f a x', { refWords: 3 }],
    [
      'words that would also fit further on',
      [whole('e f'), cutAtEnd('this is a test now that is all')],
      'e f this is it',
      { refWords: 4 },
    ],
    ['a clip cut away altogether', [cutAtStart('a b'), whole('c d')], 'c d', { refWords: 2 }],
  ])('[BEN-18] leaves out %s', (_title, ...[spoken, heard, expected]) => {
    const score = scoreTranscripts([{ spoken, texts: [heard] }], rtBasic);
    expect(score).toMatchObject({ wer: 0, sub: 0, ins: 0, del: 0, ...expected });
  });

  it('[BEN-18] forgives nothing in a clip that was said whole, nor within what was heard of a cut one', () => {
    const spoken = [cutAtStart('a b c d'), whole('e f'), cutAtEnd('g h i j')];
    const score = scoreTranscripts([{ spoken, texts: ['b x d', 'e', 'g h'] }], rtBasic);
    expect(score).toMatchObject({ sub: 1, del: 1, ins: 0, refWords: 7 });
  });

  it('[BEN-18] counts a stream in which nothing of a whole clip was heard', () => {
    const score = scoreTranscripts([{ spoken: [whole('a b')], texts: [] }], rtBasic);
    expect(score).toMatchObject({ wer: 1, del: 2 });
  });
});
