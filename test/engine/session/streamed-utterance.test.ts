import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAudioRing } from '../../../src/audio/lookback.ts';
import { MEL_LEFT_SAMPLES, MEL_SPAN_SAMPLES } from '../../../src/engine/asr/mel/nemo-mel.ts';
import { openStreamedUtterance } from '../../../src/engine/session/streamed-utterance.ts';
import { createScriptedRecogniser } from '../../support/scripted-recogniser.ts';

const recogniser = createScriptedRecogniser();
const { mel } = recogniser;
const { bands, windowFrames, shiftFrames, cacheFrames } = recogniser.shape;
const ORIGIN = 700;

/** Noise that is the same every time. */
const audio = Int16Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 20_011) - 10_000);

/** Mel frames of the whole recording at once, the first one centred on ORIGIN. */
function wholeFrames(count: number): readonly Float32Array[] {
  return Array.from({ length: count }, (_, frame) => {
    const start = ORIGIN + frame * 160 - MEL_LEFT_SAMPLES;
    const span = Float32Array.from(
      { length: MEL_SPAN_SAMPLES },
      (_span, i) => (audio[start + i] ?? 0) / 32_768,
    );
    const output = new Float32Array(bands);
    mel.frame(span, output, 0);
    return output;
  });
}

/** The windows an utterance makes of audio that comes in pushes of these lengths. */
function windowsOf(pushSamples: readonly number[], count: number): readonly Float32Array[] {
  const ring = createAudioRing({ capacitySamples: 60_000 });
  const utterance = openStreamedUtterance({ recogniser, mel, originSample: ORIGIN, language: 'auto' });
  const windows: Float32Array[] = [];
  let pushed = 0;
  for (let i = 0; windows.length < count; i++) {
    const samples = pushSamples[i % pushSamples.length] ?? 1;
    ring.append(audio.subarray(pushed, pushed + samples));
    pushed += samples;
    while (windows.length < count && utterance.needSample() <= ring.endSample) {
      utterance.prepare(ring, ring.endSample);
      windows.push(utterance.features.slice());
      ring.trimTo(utterance.oldestSample());
    }
  }
  return windows;
}

describe('the windows of an utterance', () => {
  it('[ENG-3] overlap: zeros before the first, then the end of the window before', () => {
    const frames = wholeFrames(3 * shiftFrames);
    for (const [w, window] of windowsOf([1000], 3).entries()) {
      for (let f = 0; f < windowFrames; f++) {
        const frame = frames[w * shiftFrames + f - cacheFrames] ?? new Float32Array(bands);
        expect(window.subarray(f * bands, (f + 1) * bands)).toEqual(frame);
      }
    }
  });

  it('[ENG-2] are the same however the audio came', () => {
    const whole = windowsOf([20_000], 5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }), (pushSamples) => {
        expect(windowsOf(pushSamples, 5)).toEqual(whole);
      }),
      { seed: 6, numRuns: 30 },
    );
  });

  it('[ENG-3] go on behind the end until every frame before it has its right context', () => {
    const utterance = openStreamedUtterance({ recogniser, mel, originSample: 0, language: 'auto' });
    const shiftSamples = shiftFrames * 160;
    expect([0, 160, shiftSamples, shiftSamples + 160].map((end) => utterance.windowsUntil(end))).toEqual([
      1, 2, 2, 3,
    ]);
    const ring = createAudioRing({ capacitySamples: 60_000 });
    ring.append(audio);
    utterance.prepare(ring, shiftSamples);
    expect(utterance.windowsUntil(shiftSamples)).toBe(1);
  });

  it('[ENG-3] hear zeros behind the end, even when audio is there', () => {
    const ring = createAudioRing({ capacitySamples: 60_000 });
    ring.append(audio);
    const utterance = openStreamedUtterance({ recogniser, mel, originSample: 0, language: 'auto' });
    utterance.prepare(ring, 1000);
    const lastFrame = utterance.features.subarray(-bands);
    for (const value of lastFrame) expect(value).toBeCloseTo(-24 * Math.LN2, 5);
  });
});
