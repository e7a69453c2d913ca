import { describe, expect, it } from 'vitest';
import { readLanguagePrompts } from '../../../../src/engine/asr/streaming/language-prompts.ts';

function read(dictionary: string | undefined, auto?: string): ReturnType<typeof readLanguagePrompts> {
  const metadata = new Map<string, string>();
  if (dictionary !== undefined) metadata.set('prompt_dictionary', dictionary);
  if (auto !== undefined) metadata.set('auto_prompt_id', auto);
  return readLanguagePrompts(metadata);
}

const DICTIONARY = '{"en-US": 0, "en-GB": 1, "de": 9, "ja-JP": 14, "auto": 101}';

describe('the languages a model can be told', () => {
  it.each([
    ['en-US', 0],
    ['EN-gb', 1],
    ['en', 0],
    ['en-AU', 0],
    ['de-AT', 9],
    ['ja', 14],
    ['auto', 101],
  ])('[ENG-68] %s has an index', (language, index) => {
    expect(read(DICTIONARY).index(language)).toBe(index);
  });

  it('[ENG-68] are listed by their codes, and no others are taken', () => {
    const prompts = read(DICTIONARY);
    expect(prompts.languages).toEqual(['en', 'de', 'ja']);
    expect(() => prompts.index('fr-FR')).toThrow('The model cannot be told to expect "fr-FR"');
    expect(read('{"en": 3}', '0').index('auto')).toBe(0);
  });

  it.each<[string | undefined, string | undefined, string]>([
    [undefined, '101', 'metadata key prompt_dictionary is missing'],
    ['{', '101', 'metadata key prompt_dictionary is not a JSON object'],
    ['{"en": "3"}', '101', 'metadata key prompt_dictionary["en"] is "3", an index is due'],
    ['{"en": 3}', 'x', 'metadata key auto_prompt_id is null, an index is due'],
    ['{"en": 3}', undefined, 'metadata key auto_prompt_id is missing'],
  ])('[ENG-68] %s with %s is refused', (dictionary, auto, message) => {
    expect(() => read(dictionary, auto)).toThrow(message);
  });
});
