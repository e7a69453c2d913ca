import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinPieces, parseVocabulary, WORD_MARK } from '../../../src/engine/asr/vocabulary.ts';
import { RtError } from '../../../src/base/errors.ts';

describe('a vocabulary', () => {
  it('[ENG-5] is one piece and its number a line, the blank last', () => {
    const vocabulary = parseVocabulary('<unk> 0\n\u2581the 1\nre 2\n<blk> 3\n');
    expect(vocabulary).toMatchObject({ size: 3, blankId: 3 });
    expect([0, 1, 2, 3, 4].map((id) => vocabulary.piece(id))).toEqual(['', '\u2581the', 're', '', '']);
  });

  it('[ENG-5] of the bundled model has 256 tokens, also with the line ends of Windows', () => {
    const text = readFileSync('models/rt-tiny-en/tokens.txt', 'utf8');
    expect(parseVocabulary(text).size).toBe(256);
    expect(parseVocabulary(text.replaceAll('\n', '\r\n')).piece(6)).toBe(`${WORD_MARK}the`);
  });

  it.each([
    ['a 0\nb 2\n<blk> 3\n', 'Line 2 of the vocabulary is not "piece 1"'],
    ['a 0\nb\n<blk> 2\n', 'Line 2 of the vocabulary is not "piece 1"'],
    ['a 0\nb 1\n', 'The vocabulary does not end with <blk>'],
    ['', 'The vocabulary does not end with <blk>'],
  ])('[ENG-5] %j is refused', (text, message) => {
    const parse = (): unknown => parseVocabulary(text);
    expect(parse).toThrow(RtError);
    expect(parse).toThrow(message);
  });
});

it('[ENG-5] pieces become words at their marks', () => {
  expect(joinPieces(['\u2581o', "'", 'clock', '\u2581is'])).toBe("o'clock is");
  expect(joinPieces([])).toBe('');
});
