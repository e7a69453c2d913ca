import { expect, test } from 'vitest';
import { alawToInt16, mulawToInt16 } from '../../src/audio/g711.ts';

const ALL_CODES = Uint8Array.from({ length: 256 }, (_, code) => code);

test('mu-law decodes the reference points of G.711', () => {
  const codes = Uint8Array.of(0xff, 0x7f, 0x80, 0x00, 0xfe, 0x8f, 0xf0);
  expect(mulawToInt16(codes)).toEqual(Int16Array.of(0, 0, 32_124, -32_124, 8, 16_764, 120));
});

test('A-law decodes the reference points of G.711', () => {
  const codes = Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a, 0xd4, 0x80, 0x00);
  expect(alawToInt16(codes)).toEqual(Int16Array.of(8, -8, 32_256, -32_256, 24, 5504, -5504));
});

test.each([
  ['mu-law', mulawToInt16],
  ['A-law', alawToInt16],
] as const)('%s is odd: the sign bit alone turns a sample round', (_, decode) => {
  const samples = decode(ALL_CODES);
  for (let code = 0; code < 128; code++) expect(samples[code]).toBe(0 - (samples[code + 128] ?? NaN));
});
