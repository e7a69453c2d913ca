import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createWhisperMel, MAX_SAMPLES, MEL_FRAMES } from '../../../../src/engine/asr/whisper/whisper-mel.ts';
import { clipSamples, float32File, WHISPER_TINY } from './fixture-clips.ts';

interface MelGolden {
  readonly audio: string;
  readonly samples: number;
  readonly frames: readonly number[];
  readonly bandMeans: readonly number[];
}

function features(samples: Float32Array, bands: number): Float32Array {
  const output = new Float32Array(bands * MEL_FRAMES);
  createWhisperMel(bands).compute(samples, output);
  return output;
}

describe.each([80, 128])('log-mel features of %i bands', (bands) => {
  const golden = JSON.parse(readFileSync(`${WHISPER_TINY}/mel-${bands}.json`, 'utf8')) as MelGolden;
  const actual = features(clipSamples(golden.audio).subarray(0, golden.samples), bands);

  it('[ENG-90] equal those of transformers within 0.0001', () => {
    const expected = float32File(`${WHISPER_TINY}/mel-${bands}.f32`);
    expect(expected).toHaveLength(golden.frames.length * bands);
    let worst = 0;
    for (const [row, frame] of golden.frames.entries()) {
      for (let band = 0; band < bands; band++) {
        const difference = expected[row * bands + band]! - actual[band * MEL_FRAMES + frame]!;
        worst = Math.max(worst, Math.abs(difference));
      }
    }
    expect(worst).toBeLessThan(1e-4);
  });

  it('[ENG-90] equal them on average over all 3000 frames, padding included', () => {
    for (const [band, mean] of golden.bandMeans.entries()) {
      const frames = actual.subarray(band * MEL_FRAMES, (band + 1) * MEL_FRAMES);
      expect(frames.reduce((sum, value) => sum + value, 0) / MEL_FRAMES).toBeCloseTo(mean, 4);
    }
  });
});

describe('the ends of the window', () => {
  it('[ENG-90] silence is the floor everywhere', () => {
    expect(new Set(features(new Float32Array(0), 80))).toEqual(new Set([-1.5]));
  });

  it('[ENG-90] audio is mirrored at both ends of the 30 s', () => {
    // A cosine about each end continues itself when mirrored, so the outer frames equal the inner ones.
    const tone = Float32Array.from({ length: MAX_SAMPLES }, (_, i) => Math.cos((2 * Math.PI * i) / 40));
    const output = features(tone, 80);
    const band = output.subarray(0, MEL_FRAMES).map((_, frame) => output[9 * MEL_FRAMES + frame]!);
    expect(band[0]).toBeCloseTo(band[1500]!, 3);
    expect(band[MEL_FRAMES - 1]).toBeCloseTo(band[1500]!, 1);
  });

  it('[ENG-90] what an earlier utterance left behind does not show', () => {
    const mel = createWhisperMel(80);
    const [noise, after] = [new Float32Array(80 * MEL_FRAMES), new Float32Array(80 * MEL_FRAMES)];
    mel.compute(
      Float32Array.from({ length: MAX_SAMPLES }, (_, i) => Math.sin(i * i)),
      noise,
    );
    const short = clipSamples('digits.wav').subarray(0, 8000);
    mel.compute(short, after);
    // As bytes: comparing 240,000 numbers one by one takes seconds.
    expect(Buffer.from(after.buffer).equals(Buffer.from(features(short, 80).buffer))).toBe(true);
  });
});
