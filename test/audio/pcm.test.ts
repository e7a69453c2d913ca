import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  averageChannels,
  f32leToFloat32,
  float32ToF32le,
  float32ToInt16,
  int16ToFloat32,
  int16ToS16le,
  s16leToInt16,
} from '../../src/audio/pcm.ts';

test('s16le bytes are little-endian whatever their offset in memory', () => {
  const bytes = Uint8Array.of(0xee, 0x01, 0x00, 0xff, 0xff, 0x00, 0x80).subarray(1);
  expect(s16leToInt16(bytes)).toEqual(Int16Array.of(1, -1, -32_768));
});

test('s16le survives both ways', () => {
  fc.assert(
    fc.property(fc.int16Array(), (samples) => {
      expect(s16leToInt16(int16ToS16le(samples))).toEqual(samples);
    }),
  );
});

test('a Buffer inside the shared pool is read like any other bytes', () => {
  const pooled = Buffer.from([7, 7, 1, 0, 2, 0]).subarray(2);
  expect(s16leToInt16(pooled)).toEqual(Int16Array.of(1, 2));
});

test('samples read from bytes do not change when the bytes do', () => {
  const bytes = Uint8Array.of(1, 0);
  const samples = s16leToInt16(bytes);
  bytes[0] = 9;
  expect(samples[0]).toBe(1);
});

test('f32le survives both ways', () => {
  fc.assert(
    fc.property(fc.float32Array(), (samples) => {
      expect(f32leToFloat32(float32ToF32le(samples))).toEqual(samples);
    }),
  );
});

test('[AUD-2] every 16-bit sample survives the way through floats', () => {
  const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
  expect(float32ToInt16(int16ToFloat32(all))).toEqual(all);
});

test('[AUD-2] floats outside of [-1, 1) are clipped and NaN is silence', () => {
  const floats = Float32Array.of(1, 1.5, -1, -7, Number.NaN, Infinity, -Infinity, 0.25);
  const expected = Int16Array.of(32_767, 32_767, -32_768, -32_768, 0, 32_767, -32_768, 8192);
  expect(float32ToInt16(floats)).toEqual(expected);
});

test('[AUD-3] interleaved channels are averaged', () => {
  const stereo = Int16Array.of(100, 300, -32_768, -32_768, 32_767, 32_767, 5, -5);
  expect(averageChannels(stereo, 2)).toEqual(Int16Array.of(200, -32_768, 32_767, 0));
  expect(averageChannels(Int16Array.of(3, 6, 9, 1), 3)).toEqual(Int16Array.of(6));
});
