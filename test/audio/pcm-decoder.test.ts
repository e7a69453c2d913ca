import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteCarry } from '../../src/audio/byte-carry.ts';
import { bytesPerSample, createPcmDecoder, isPcmEncoding } from '../../src/audio/pcm-decoder.ts';
import { float32ToF32le, int16ToS16le } from '../../src/audio/pcm.ts';

/** `bytes` cut at `cuts`, empty pieces included. */
function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bounds = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((end, i) => bytes.slice(bounds[i], end));
}

const anyCuts = fc.array(fc.nat({ max: 10_000 }), { maxLength: 20 });

test('[AUD-1] a carry hands out whole frames and loses nothing', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      anyCuts,
      fc.integer({ min: 1, max: 8 }),
      (bytes, cuts, size) => {
        const carry = createByteCarry(size);
        const outputs = split(bytes, cuts).map((part) => Buffer.from(carry.push(part)));
        for (const output of outputs) expect(output.length % size).toBe(0);
        expect(carry.leftoverBytes).toBe(bytes.length % size);
        expect(Buffer.concat(outputs)).toEqual(
          Buffer.from(bytes.subarray(0, bytes.length - carry.leftoverBytes)),
        );
      },
    ),
  );
});

describe.each(['pcm_s16le', 'pcm_f32le', 'mulaw', 'alaw'] as const)('%s', (encoding) => {
  test.each([1, 2])('[AUD-1] any split of %i-channel bytes gives the same samples', (channels) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), anyCuts, (bytes, cuts) => {
        const whole = createPcmDecoder({ encoding, channels });
        const expected = [...whole.push(bytes)];
        const decoder = createPcmDecoder({ encoding, channels });
        expect(split(bytes, cuts).flatMap((part) => [...decoder.push(part)])).toEqual(expected);
        expect(decoder.leftoverBytes).toBe(bytes.length % (bytesPerSample(encoding) * channels));
      }),
    );
  });
});

test('[AUD-3] stereo becomes the mean of its channels', () => {
  const decoder = createPcmDecoder({ encoding: 'pcm_s16le', channels: 2 });
  expect(decoder.push(int16ToS16le(Int16Array.of(10, 20, -4, -8)))).toEqual(Int16Array.of(15, -6));
});

test('[AUD-2] floats are scaled to 16 bits', () => {
  const decoder = createPcmDecoder({ encoding: 'pcm_f32le', channels: 1 });
  expect(decoder.push(float32ToF32le(Float32Array.of(0.5, -1, 2)))).toEqual(
    Int16Array.of(16_384, -32_768, 32_767),
  );
});

test('names of encodings are told from other words', () => {
  expect(isPcmEncoding('mulaw')).toBe(true);
  expect(isPcmEncoding('opus')).toBe(false);
  expect(isPcmEncoding('toString')).toBe(false);
});
