import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNemoMel } from '../../../../src/engine/asr/mel/nemo-mel.ts';
import {
  computeFeatures,
  featureFrames,
  normalisePerFeature,
} from '../../../../src/engine/asr/mel/utterance-features.ts';

const BANDS = 8;
const mel = createNemoMel(BANDS);

function noise(samples: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: samples }, () => {
    seed = (seed * 48_271) % 0x7fffffff;
    return seed / 0x7fffffff - 0.5;
  });
}

describe('the features of an utterance', () => {
  it('[ENG-69] are one frame for every whole 10 ms', () => {
    expect([0, 159, 160, 319, 320, 16_000].map(featureFrames)).toEqual([0, 0, 1, 1, 2, 100]);
    expect(computeFeatures(noise(1600), mel)).toHaveLength(10 * BANDS);
  });

  it('[ENG-69] are those of a longer recording, but where that goes on', () => {
    const long = noise(4000);
    const whole = computeFeatures(long, mel);
    const part = computeFeatures(long.subarray(0, 1930), mel);
    // The last frames of the part look into what follows.
    expect(part.subarray(0, 10 * BANDS)).toEqual(whole.subarray(0, 10 * BANDS));
    expect(part.subarray(11 * BANDS)).not.toEqual(whole.subarray(11 * BANDS, 12 * BANDS));
  });

  it('[ENG-69] have mean 0 and deviation 1 in every band', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 24 }), (values) => {
        const frames = Math.floor(values.length / BANDS);
        const features = Float32Array.from(values.slice(0, frames * BANDS));
        const before = bands(features);
        normalisePerFeature(features, BANDS);
        for (const [band, after] of bands(features).entries()) {
          const { mean, deviation } = momentsOf(before[band]!);
          expect(after).toEqual(
            after.map((_, f) => expect.closeTo((before[band]![f]! - mean) / (deviation + 1e-5), 3) as number),
          );
        }
      }),
      { seed: 69 },
    );
  });

  it('[ENG-69] of a single frame are zero, and so are those of digital silence', () => {
    const single = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    normalisePerFeature(single, BANDS);
    expect([...single]).toEqual(Array.from(single, () => 0));
    const silent = computeFeatures(new Float32Array(1600), mel);
    normalisePerFeature(silent, BANDS);
    expect(silent.every((value) => Math.abs(value) < 1e-3)).toBe(true);
  });
});

function bands(features: Float32Array): readonly (readonly number[])[] {
  return Array.from({ length: BANDS }, (_, band) => [...features].filter((__, i) => i % BANDS === band));
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}
