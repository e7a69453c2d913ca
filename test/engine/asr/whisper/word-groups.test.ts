import { describe, expect, it } from 'vitest';
import type { ByteLevelVocabulary } from '../../../../src/engine/asr/whisper/byte-level-vocabulary.ts';
import { groupWords } from '../../../../src/engine/asr/whisper/word-groups.ts';

/** A vocabulary of the pieces given: strings are text, arrays raw bytes. */
function vocabularyOf(pieces: readonly (string | readonly number[])[]): ByteLevelVocabulary {
  const bytes = pieces.map((piece) =>
    typeof piece === 'string' ? new TextEncoder().encode(piece) : Uint8Array.from(piece),
  );
  return { bytesOf: (id) => bytes[id], specialId: () => undefined, specials: new Map() };
}

function words(pieces: readonly (string | readonly number[])[], hasSpaces = true): readonly string[] {
  const ids = [...pieces.keys()];
  const groups = groupWords(ids, vocabularyOf(pieces), hasSpaces);
  const members = groups.flatMap((group) => group.members);
  expect(members).toEqual(members.toSorted((a, b) => a - b));
  return groups.map(({ text }) => text);
}

describe('words', () => {
  it('[ENG-97] begin with a space where the language has them', () => {
    expect(words([' Good', ' mor', 'ning', ',', ' all', '.'])).toEqual([' Good', ' morning,', ' all.']);
  });

  it('[ENG-97] keep what is written together: numbers, hyphens, quotes and brackets', () => {
    expect(words([' 30', '%', ' off', ' (', 'or', ' not', ')', ' well', '-', 'known'])).toEqual([
      ' 30%',
      ' off',
      ' (or',
      ' not)',
      ' well-known',
    ]);
    expect(words([' "', ' quoted', '"', ' word'])).toEqual([' " quoted"', ' word']);
  });

  it('[ENG-97] are single characters with their punctuation where it has none', () => {
    expect(words(['こん', 'に', 'ち', 'は', '。'], false)).toEqual(['こん', 'に', 'ち', 'は。']);
  });

  it('[ENG-97] wait for the last byte of a character cut into several tokens', () => {
    // U+96F6 零 is E9 9B B6; ü is C3 BC.
    expect(words([[0xe9], [0x9b, 0xb6], '。'], false)).toEqual(['零。']);
    expect(words([' f', [0xc3], [0xbc], 'nf', ' x'])).toEqual([' fünf', ' x']);
  });

  it('[ENG-97] show bytes that are no text as U+FFFD and go on', () => {
    expect(words([' a', [0xff], ' b'])).toEqual([' a\ufffd', ' b']);
    expect(words([' a', [0xc3]])).toEqual([' a\ufffd']);
  });

  it('[ENG-97] are none where there is only space', () => {
    expect(words([' ', ' '])).toEqual([]);
    expect(words([])).toEqual([]);
  });
});
