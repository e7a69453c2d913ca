import { describe, expect, it } from 'vitest';
import {
  hasSpaces,
  languageTokens,
  primaryLanguage,
} from '../../../../src/engine/asr/whisper/whisper-languages.ts';

describe('languages', () => {
  it.each([
    ['en-US', 'en'],
    ['zh_Hant', 'zh'],
    ['jw', 'jv'],
    ['iw', 'he'],
    ['nb-NO', 'no'],
    ['cmn', 'zh'],
    ['tl', 'fil'],
    ['yue', 'yue'],
  ])('[ENG-93] %s is asked for as %s', (tag, language) => {
    expect(primaryLanguage(tag)).toBe(language);
  });

  it('[ENG-93] what is no tag has no language', () => {
    expect(primaryLanguage('not a language')).toBeUndefined();
    expect(primaryLanguage('')).toBeUndefined();
  });

  it('[ENG-93] tokens are found by what they are called, whatever else there is', () => {
    const specials = new Map([
      ['<|en|>', 7],
      ['<|jw|>', 8],
      ['<|haw|>', 9],
      ['<|transcribe|>', 10],
      ['<|0.00|>', 11],
    ]);
    expect([...languageTokens(specials)]).toEqual([
      ['en', 7],
      ['jv', 8],
      ['haw', 9],
    ]);
  });

  it('[ENG-97] some are written without spaces', () => {
    expect(['ja', 'zh', 'yue', 'th', 'lo', 'my'].some(hasSpaces)).toBe(false);
    expect(['en', 'de', 'ko', 'jv'].every(hasSpaces)).toBe(true);
  });
});
