import { expect, it } from 'vitest';
import { halvesFromSingles, singlesFromHalves } from '../../../../src/engine/asr/whisper/half-float.ts';

it('[ENG-91] every half-precision number survives the way to single precision and back', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const back = halvesFromSingles(singlesFromHalves(all));
  const isNaNPattern = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
  expect(all.filter((bits) => !isNaNPattern(bits) && back[bits] !== bits)).toEqual(Uint16Array.of());
  expect(singlesFromHalves(back.filter((_, bits) => isNaNPattern(bits))).every(Number.isNaN)).toBe(true);
});

it.each([
  ['one', 1, 0x3c00],
  ['a third, to nearest', 1 / 3, 0x3555],
  ['a tie, to even below', 1 + 2 ** -11, 0x3c00],
  ['a tie, to even above', 1 + 3 * 2 ** -11, 0x3c02],
  ['just below a power of two', 2 - 2 ** -20, 0x4000],
  ['the greatest', 65_519, 0x7bff],
  ['too large', 65_520, 0x7c00],
  ['the smallest', 2 ** -24, 0x0001],
  ['smaller than the smallest', 2 ** -26, 0x0000],
  ['the greatest below normal, rounded up', 2 ** -14 - 2 ** -26, 0x0400],
  ['negative zero', -0, 0x8000],
  ['negative', -2.5, 0xc100],
] as const)('[ENG-91] %s rounds as IEEE 754 says', (_, value, bits) => {
  expect(halvesFromSingles(Float32Array.of(value))[0]).toBe(bits);
});
