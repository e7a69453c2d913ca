import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAudioRing } from '../../src/audio/lookback.ts';

/** Samples whose value tells their position. */
function ramp(start: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => start + i);
}

test('[AUD-10] every sample held is found at its absolute position', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 12 });
  const capacities = fc.integer({ min: 1, max: 40_000 });
  const starts = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(lengths, capacities, starts, (appends, capacitySamples, startSample) => {
      const ring = createAudioRing({ capacitySamples, startSample });
      let end = startSample;
      for (const length of appends) {
        ring.append(ramp(end, length));
        end += length;
        expect(ring.endSample).toBe(end);
        expect(ring.firstSample).toBe(Math.max(startSample, end - capacitySamples));
        const held = ring.read(ring.firstSample, ring.endSample);
        expect(held.every((value, i) => value === ring.firstSample + i)).toBe(true);
        expect(held).toHaveLength(ring.endSample - ring.firstSample);
      }
    }),
    { numRuns: 60 },
  );
});

test('16-bit samples are scaled to [-1, 1)', () => {
  const ring = createAudioRing({ capacitySamples: 10 });
  ring.append(Int16Array.of(-32_768, 16_384, 32_767));
  expect(ring.read(0, 3)).toEqual(Float32Array.of(-1, 0.5, 32_767 / 32_768));
});

test('[AUD-10] trimming forgets what lies before and never more than there is', () => {
  const ring = createAudioRing({ capacitySamples: 100 });
  ring.append(ramp(0, 50));
  ring.trimTo(20);
  expect(ring.firstSample).toBe(20);
  ring.trimTo(5);
  expect(ring.firstSample).toBe(20);
  ring.trimTo(80);
  expect([ring.firstSample, ring.endSample]).toEqual([50, 50]);
  ring.append(ramp(50, 10));
  expect(ring.read(50, 60)).toEqual(ramp(50, 10));
});

test('[AUD-10] reading what is gone or not yet there is a fault, never silence', () => {
  const ring = createAudioRing({ capacitySamples: 10 });
  ring.append(ramp(0, 25));
  expect(() => ring.read(14, 20)).toThrow('audio [14, 20) was asked for, [15, 25) is held');
  expect(() => ring.read(20, 26)).toThrow();
  expect(() => ring.read(20, 19)).toThrow();
  expect(ring.read(15, 15)).toHaveLength(0);
});

test('what was read does not change when the ring moves on', () => {
  const ring = createAudioRing({ capacitySamples: 4 });
  ring.append(ramp(0, 4));
  const read = ring.read(0, 4);
  ring.append(ramp(4, 4));
  expect(read).toEqual(ramp(0, 4));
});
