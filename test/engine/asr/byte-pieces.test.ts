import fc from 'fast-check';
import { expect, it } from 'vitest';
import { carryBytePiece, decodeCarriedBytes } from '../../../src/engine/asr/byte-pieces.ts';
import { createVocabulary, joinPieces } from '../../../src/engine/asr/vocabulary.ts';

function bytePieces(text: string): readonly string[] {
  return [...Buffer.from(text)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
}

function text(unit: 'grapheme' | 'binary'): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength: 8 });
}

it('[ENG-66] byte pieces spell any text, among other pieces', () => {
  fc.assert(
    fc.property(text('grapheme'), text('binary'), (spelled, whole) => {
      const carried = bytePieces(spelled).map(carryBytePiece).join('');
      expect(decodeCarriedBytes(`${whole}a${carried}b`)).toBe(`${whole}a${spelled}b`);
    }),
    { seed: 66, numRuns: 50 },
  );
});

it('[ENG-66] a character comes with its last byte, so text only grows', () => {
  const vocabulary = createVocabulary(['\u2581a', ...bytePieces('\u20ac\u{1f600}')]);
  const texts = Array.from({ length: vocabulary.size }, (_, n) =>
    joinPieces(Array.from({ length: n + 1 }, (_, id) => vocabulary.piece(id))),
  );
  expect(texts).toEqual(['a', 'a', 'a', 'a\u20ac', 'a\u20ac', 'a\u20ac', 'a\u20ac', 'a\u20ac\u{1f600}']);
});
