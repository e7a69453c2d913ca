import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeBytes,
  parseByteLevelVocabulary,
} from '../../../../src/engine/asr/whisper/byte-level-vocabulary.ts';
import { parseJsonFile } from '../../../../src/engine/asr/whisper/json-fields.ts';
import { WHISPER_TINY, WHISPER_TINY_EN } from './fixture-clips.ts';

function parse(fields: unknown) {
  return parseByteLevelVocabulary(parseJsonFile('tokenizer.json', JSON.stringify(fields)));
}

describe('a byte-level vocabulary', () => {
  it.each([WHISPER_TINY, WHISPER_TINY_EN])('[ENG-89] of %s decodes what transformers decodes', (folder) => {
    const vocabulary = parseByteLevelVocabulary(
      parseJsonFile('tokenizer.json', readFileSync(`${folder}/tokenizer.json`, 'utf8')),
    );
    const { runs } = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as {
      runs: { plainTokens: number[]; text: string }[];
    };
    for (const run of runs) {
      expect(decodeBytes(run.plainTokens.map((id) => vocabulary.bytesOf(id)!))).toBe(run.text);
    }
  });

  it('[ENG-89] has every byte, and none for special tokens', () => {
    const { bytesOf, specials } = parseByteLevelVocabulary(
      parseJsonFile('tokenizer.json', readFileSync(`${WHISPER_TINY}/tokenizer.json`, 'utf8')),
    );
    const single = Array.from({ length: 400 }, (_, id) => bytesOf(id)).filter((bytes) => bytes?.length === 1);
    expect(new Set(single.map((bytes) => bytes![0]))).toHaveProperty('size', 256);
    for (const id of specials.values()) expect(bytesOf(id)).toBeUndefined();
  });

  it.each([
    ['no added_tokens', { model: { vocab: {} } }, /added_tokens/],
    [
      'an added token without id',
      { added_tokens: [{ content: '<|x|>' }], model: { vocab: {} } },
      /added_tokens/,
    ],
    ['no vocabulary', { added_tokens: [], model: { type: 'Unigram' } }, /model\.vocab/],
    ['a piece that is not bytes', { added_tokens: [], model: { vocab: { '▁the': 0 } } }, /▁the/],
    ['a piece without id', { added_tokens: [], model: { vocab: { a: 'b' } } }, /piece a /],
  ])('[ENG-91] with %s is refused', (_, fields, message) => {
    expect(() => parse(fields)).toThrow(message);
  });
});
